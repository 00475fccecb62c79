/**
 * How often a property is tried: in CI as often as it is said, while working a fiftieth of that, under a mutant
 * (Stryker sets the variable) a five-hundredth.
 */
export function runs(inCi: number): number {
	if (process.env.STRYKER_MUTATOR_WORKER !== undefined) return Math.ceil(inCi / 500);
	return process.env.CI ? inCi : Math.ceil(inCi / 50);
}
