/** How often a property is tried: in CI as often as it is said, while working a twentieth of that. */
export function runs(inCi: number): number {
	return process.env.CI ? inCi : Math.ceil(inCi / 20);
}
