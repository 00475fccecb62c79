/** The one-time data syncs: https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { GraphError, invalidParameter } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';

const WINDOW_MS = 24 * 60 * 60 * 1000;

const syncSchema = z
	.object({
		messaging_product: z.literal('whatsapp'),
		sync_type: z.enum(['smb_app_state_sync', 'history']),
	})
	.strict();

/** `POST /<PHONE_ID>/smb_app_data`: accepted once per type and onboarding, within 24 hours. */
export function requestSync(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: number, simulation } = call;
	const parsed = syncSchema.safeParse(call.body);
	if (!parsed.success) {
		throw invalidParameter(
			parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
		);
	}
	const type = parsed.data.sync_type;
	const { onboarding } = number;
	if (!onboarding || simulation.clock.now() - onboarding.startedAt > WINDOW_MS) {
		throw syncError(2593108, 'The sync must be requested within 24 hours of onboarding.');
	}
	if (onboarding.requested[type]) {
		throw syncError(2593107, 'This sync was already requested in this onboarding.');
	}
	const requestId = randomBytes(12).toString('base64url');
	onboarding.requested[type] = requestId;

	const content = simulation.pendingSyncs.get(number.id);
	if (content) {
		const dispatch = simulation.engine.deliver(content[type]);
		content.onRequested?.(type, dispatch);
	}
	return { messaging_product: 'whatsapp', request_id: requestId };
}

function syncError(code: number, details: string): GraphError {
	return new GraphError(code, `(#${code}) ${details}`, { details });
}
