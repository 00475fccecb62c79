import type { Clock } from '../../../nodes/WhatsAppCoexistence/graph/paced-messages';

/** A clock whose time passes only in `run`, from one wake-up to the next. */
export interface VirtualClock extends Clock {
	/** Lets time pass until the work is done. */
	run<T>(work: Promise<T>): Promise<T>;
}

export function virtualClock(startsAt = 1_000_000): VirtualClock {
	let now = startsAt;
	const sleepers: Array<{ at: number; wake: () => void }> = [];
	return {
		now: () => now,
		sleep: async (ms) => {
			await new Promise<void>((wake) => sleepers.push({ at: now + ms, wake }));
		},
		async run(work) {
			let settled = false;
			const settle = () => {
				settled = true;
			};
			work.then(settle, settle);
			for (;;) {
				// All promises that can go on at this time do.
				await new Promise((resume) => setImmediate(resume));
				if (settled) return await work;
				if (sleepers.length === 0) throw new Error('The work waits for something that never comes');
				sleepers.sort((a, b) => a.at - b.at);
				const { at, wake } = sleepers.shift()!;
				now = Math.max(now, at);
				wake();
			}
		},
	};
}
