/** The business leaves, or WhatsApp disconnects it. */
import { z } from 'zod';
import { disconnect } from '../lifecycle.mts';
import { DISCONNECTION_REASONS } from '../payloads/account.mts';
import { commonOptions, defineScenario } from './scenario.mts';

export const disconnection = defineScenario(
	z
		.object({
			...commonOptions,
			reason: z.enum(DISCONNECTION_REASONS).default('ACCOUNT_DISCONNECTED'),
			initiatedBy: z.enum(['USER', 'SYSTEM']).default('USER'),
		})
		.strict(),
	({ simulation, number, send }, { reason, initiatedBy }) => {
		send([disconnect(simulation, number, { reason, initiatedBy })]);
	},
);
