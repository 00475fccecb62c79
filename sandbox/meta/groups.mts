/** Cuts a list into groups of `size`; the last may be shorter. */
export function inGroups<T>(list: T[], size: number): T[][] {
	const groups: T[][] = [];
	for (let start = 0; start < list.length; start += size) {
		groups.push(list.slice(start, start + size));
	}
	return groups;
}
