import { cpus, loadavg } from 'node:os';

export function processor(): string {
	return cpus()[0]?.model ?? 'unknown processor';
}

/** Over the last minute. */
export function load(): string {
	const [lastMinute = Number.NaN] = loadavg();
	return lastMinute.toFixed(1);
}
