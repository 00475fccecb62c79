const SECONDS_PER_DAY = 86_400;
const LATEST = 253_402_300_799; // 9999-12-31T23:59:59Z, the last second of four-digit years
const MAX_CACHED_DAYS = 1_000;

const twoDigits = (n: number) => String(n).padStart(2, '0');

// Formatting dates is the dearest part of mapping a history chunk, hence the tables.

/** `hh:mm:` by minute of the day. */
const MINUTES = Array.from(
	{ length: 1_440 },
	(_, minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:`,
);

/** `ss.000Z` by second of the minute. */
const SECONDS = Array.from({ length: 60 }, (_, second) => `${twoDigits(second)}.000Z`);

/** `YYYY-MM-DDT` by day since 1970, for the days seen lately. */
const dayPrefixes = new Map<number, string>();

function dayPrefix(day: number): string {
	let prefix = dayPrefixes.get(day);
	if (prefix === undefined) {
		prefix = new Date(day * SECONDS_PER_DAY * 1_000).toISOString().slice(0, 11);
		if (dayPrefixes.size >= MAX_CACHED_DAYS) dayPrefixes.clear();
		dayPrefixes.set(day, prefix);
	}
	return prefix;
}

/**
 * ISO 8601 in UTC, as `Date.prototype.toISOString` writes it.
 *
 * @param timestamp Unix time in seconds or milliseconds, as a string or a number: Meta sends all of them
 * @returns null if it is not a time of the years 1970 to 9999
 */
export function isoTime(timestamp: unknown): string | null {
	if (typeof timestamp !== 'string' && typeof timestamp !== 'number') return null;
	if (timestamp === '') return null;
	let time = Math.floor(Number(timestamp));
	// What is beyond the last year can only be in milliseconds, as `entry.time` sometimes is.
	if (time > LATEST) time = Math.floor(time / 1_000);
	if (!(time >= 0 && time <= LATEST)) return null;
	const day = Math.floor(time / SECONDS_PER_DAY);
	const second = time - day * SECONDS_PER_DAY;
	return dayPrefix(day) + MINUTES[Math.floor(second / 60)] + SECONDS[second % 60];
}
