/** When an event happened, in Unix ms: now, where Meta gives no time. */
export function timeOf(occurredAt: string | null, now: number): number {
	return occurredAt === null ? now : Date.parse(occurredAt);
}
