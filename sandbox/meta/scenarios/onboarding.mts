/** A business connects its phone and shares contacts and chats. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startOnboarding } from '../lifecycle.mts';
import { partnerAdded } from '../payloads/account.mts';
import { phoneContent, phoneContentSchema } from '../phone-content.mts';
import type { PhoneContent } from '../pending-syncs.mts';
import type { SyncType } from '../world.mts';
import { commonOptions, defineScenario, type Stage } from './scenario.mts';

const POLL_MS = 25;

export const onboarding = defineScenario(
	phoneContentSchema.extend({
		...commonOptions,
		/** Wait until a client has asked for both syncs, instead of sending as if one had. */
		waitForSyncRequests: z.boolean().default(false),
		/** How long to wait for them, in ms. */
		timeoutMs: z.number().positive().default(60_000),
	}),
	async (stage, { phoneNumberId: _, wait: __, waitForSyncRequests, timeoutMs, ...options }) => {
		const { simulation, number, send } = stage;
		startOnboarding(simulation, number);
		const content = phoneContent(simulation, number, options);
		send([partnerAdded(simulation.world, number)]);
		if (waitForSyncRequests) {
			await syncsRequested(stage, content, timeoutMs);
			return;
		}
		number.onboarding = {
			startedAt: simulation.clock.now(),
			requested: {
				smb_app_state_sync: 'played by the scenario',
				history: 'played by the scenario',
			},
		};
		send(content.smb_app_state_sync);
		send(content.history);
	},
);

async function syncsRequested(
	{ simulation, number, note }: Stage,
	content: PhoneContent,
	timeoutMs: number,
): Promise<void> {
	const missing = new Set<SyncType>(['smb_app_state_sync', 'history']);
	simulation.pendingSyncs.set(number.id, {
		...content,
		onRequested: (type, dispatch) => {
			note(content[type], dispatch);
			missing.delete(type);
		},
	});
	const deadline = Date.now() + timeoutMs;
	while (missing.size > 0) {
		if (Date.now() > deadline) {
			throw Object.assign(new Error(`Nobody asked for ${[...missing].join(' and ')}.`), {
				statusCode: 408,
			});
		}
		await sleep(POLL_MS);
	}
}
