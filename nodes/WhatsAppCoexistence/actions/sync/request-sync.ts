import { UserError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { GraphApiError } from '../../graph/errors';
import { claim, release, type Claim } from './claims';
import type { Onboarding } from './onboarding';
import { SYNCS, type Sync } from './sync-type';

const ALREADY_REQUESTED = 2593107;

/** A request that Meta took. */
export interface SyncRequest extends IDataObject {
	phoneNumberId: string;
	sync: Sync;
	/** What Meta's support asks for. */
	requestId: string | null;
	/** ISO 8601. */
	requestedAt: string;
	/** Until when the other sync can be requested, ISO 8601; null where Meta does not say. */
	windowClosesAt: string | null;
}

/** The sync was requested before, in this onboarding. Nothing was sent. */
export class AlreadyRequested extends UserError {}

/**
 * Asks Meta to send the phone's contacts or its chat history to the webhook.
 *
 * Meta takes each request once per onboarding, within 24 hours of it. The answer only says that the
 * request was taken: what was asked for arrives at the trigger, or, where the owner refused, a
 * `history.declined` event does. The request is never repeated here, and one whose outcome is unknown
 * counts as sent.
 *
 * @param again sends it although it was requested before
 * @throws AlreadyRequested, or GraphApiError with Meta's reason
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
 */
export async function requestSync(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	{ onboarding, sync, again }: { onboarding: Onboarding; sync: Sync; again: boolean },
): Promise<SyncRequest> {
	if (!onboarding.inCoexistence) throw notInCoexistence();
	if (again) await release(context, onboarding, sync);
	const { claim: own, earlier } = await claim(context, onboarding, sync);
	if (own === undefined) throw alreadyRequested(sync, earlier);
	const { request_id: requestId } = await graph
		.call<{ request_id?: string }>({
			method: 'POST',
			path: `/${onboarding.phoneNumberId}/smb_app_data`,
			repeatable: false,
			itemIndex,
			body: { messaging_product: 'whatsapp', sync_type: SYNCS[sync] },
		})
		.catch(async (error: GraphApiError) => {
			if (error.graph.outcomeUnknown) own.outcome = 'unknown';
			else if (error.graph.code === ALREADY_REQUESTED) own.outcome = 'accepted';
			else await release(context, onboarding, sync);
			throw error;
		});
	own.outcome = 'accepted';
	own.requestId = requestId ?? null;
	return {
		phoneNumberId: onboarding.phoneNumberId,
		sync,
		requestId: own.requestId,
		requestedAt: own.requestedAt,
		windowClosesAt: onboarding.windowClosesAt,
	};
}

/** Whether the sync was requested before, according to our memory or to Meta. */
export function wasAlreadyRequested(error: unknown): boolean {
	if (error instanceof AlreadyRequested) return true;
	return error instanceof GraphApiError && error.graph.code === ALREADY_REQUESTED;
}

function notInCoexistence(): UserError {
	return new UserError('This number is not in coexistence, so it has nothing to sync', {
		description:
			'It is not used in the WhatsApp Business app and on the Cloud API at the same time. Let the owner go through Embedded Signup with the number of the app; Phone Number > Get shows when it is done.',
	});
}

function alreadyRequested(sync: Sync, earlier: Claim | true): AlreadyRequested {
	return new AlreadyRequested(
		`The ${sync === 'contacts' ? 'contacts were' : 'history was'} requested before, so nothing was sent`,
		{
			description: `${describe(earlier)} Meta takes this request once per onboarding, and a second one can harm the connection to the phone. What was asked for arrives at the trigger; Sync > Get Status tells how far it is. Only if the owner has disconnected and onboarded again since, switch on the option “Request Again”.`,
		},
	);
}

function describe(earlier: Claim | true): string {
	if (earlier === true) return 'This workflow sent it in an earlier execution.';
	switch (earlier.outcome) {
		case 'pending':
			return `It was sent at ${earlier.requestedAt} and Meta has not answered yet.`;
		case 'unknown':
			return `It was sent at ${earlier.requestedAt}, and no answer told whether Meta took it. Wait for what arrives.`;
		case 'accepted':
			return `It was sent at ${earlier.requestedAt}${earlier.requestId === null ? '' : `; its request ID is ${earlier.requestId}`}.`;
	}
}
