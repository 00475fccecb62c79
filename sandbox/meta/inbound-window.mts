/** Remembers who wrote when, for the 24-hour service window. */
import type { Update } from './delivery/routing.mts';
import type { Simulation } from './simulation.mts';
import { findPhoneNumber } from './world.mts';

/** Only live messages open the window: history and echoes do not. */
export function noteInbound({ world, clock }: Simulation, updates: Update[]): void {
	for (const { field, phoneNumberId, value } of updates) {
		const number = phoneNumberId ? findPhoneNumber(world, phoneNumberId) : undefined;
		if (field !== 'messages' || !number) continue;
		const { messages = [] } = value as {
			messages?: Array<{ from?: string; from_user_id?: string }>;
		};
		for (const { from, from_user_id: userId } of messages) {
			if (from) number.lastInboundAt[from] = clock.now();
			if (userId) number.lastInboundAt[userId] = clock.now();
		}
	}
}
