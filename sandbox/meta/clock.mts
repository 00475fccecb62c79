/** Simulated time: real time plus what a test has skipped. It never stands still and never goes back. */
export interface Clock {
	/** Unix time in milliseconds. */
	now(): number;
	/** Unix time in whole seconds, as Meta writes it. */
	seconds(): number;
	advance(seconds: number): void;
	reset(): void;
}

export function createClock(): Clock {
	let skippedMs = 0;
	return {
		now: () => Date.now() + skippedMs,
		seconds: () => Math.floor((Date.now() + skippedMs) / 1000),
		advance: (seconds) => {
			skippedMs += seconds * 1000;
		},
		reset: () => {
			skippedMs = 0;
		},
	};
}
