/** A repeatable source of randomness (mulberry32): the same seed gives the same people and chats. */
export interface Random {
	/** A number in [0, 1). */
	next(): number;
	/** An integer in [0, below). */
	integer(below: number): number;
	/** @throws RangeError when there is nothing to pick */
	pick<T>(list: readonly T[]): T;
	/** Upper-case hexadecimal digits. */
	hex(length: number): string;
	shuffle<T>(list: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
	const integer = (below: number) => Math.floor(next() * below);
	return {
		next,
		integer,
		pick: <T,>(list: readonly T[]) => {
			if (list.length === 0) throw new RangeError('There is nothing to pick from.');
			return list[integer(list.length)] as T;
		},
		hex: (length) =>
			Array.from({ length }, () => integer(16).toString(16))
				.join('')
				.toUpperCase(),
		shuffle: (list) => {
			const shuffled = [...list];
			for (let last = shuffled.length - 1; last > 0; last--) {
				const other = integer(last + 1);
				[shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
			}
			return shuffled;
		},
	};
}
