/** Keeps a memory bounded: drops its oldest entry where there are more than `max`. */
export function dropOldest(entries: Map<unknown, unknown> | Set<unknown>, max: number): void {
	if (entries.size <= max) return;
	const [oldest] = entries.keys();
	entries.delete(oldest);
}
