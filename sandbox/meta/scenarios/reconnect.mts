/** The owner moves to a new phone: off-boarded at once, reconnected a little later, history not synced again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { changeDevice, reconnect } from '../lifecycle.mts';
import { commonOptions, defineScenario } from './scenario.mts';

export const reconnection = defineScenario(
	z
		.object({
			...commonOptions,
			/** Real time between the two, in ms; minutes at Meta. */
			offlineMs: z.number().nonnegative().default(0),
		})
		.strict(),
	async ({ number, send }, { offlineMs }) => {
		send([changeDevice(number)]);
		await sleep(offlineMs);
		send([reconnect(number)]);
	},
);
