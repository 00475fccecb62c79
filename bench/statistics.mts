/** @throws RangeError when there are no values */
export function median(values: number[]): number {
	return nth(values, Math.floor(values.length / 2));
}

/** What 95 % of the values do not exceed. */
export function p95(values: number[]): number {
	return nth(values, Math.ceil(values.length * 0.95) - 1);
}

function nth(values: number[], place: number): number {
	const value = values.toSorted((one, other) => one - other)[place];
	if (value === undefined) throw new RangeError('Nothing was measured.');
	return value;
}
