/** What else ends a wait than the choice itself; sent along with the question, for its statuses to bring back. */
export interface Ends {
	byOwner: boolean;
	byText: boolean;
	/** Unix ms; infinite where there is no time limit. */
	until: number;
}

export function writeEnds({ byOwner, byText, until }: Ends): string {
	const by = (byOwner ? 'o' : '') + (byText ? 't' : '');
	return Number.isFinite(until) ? `${by}-${until.toString(36)}` : by;
}

export function readEnds(text: string): Ends {
	const [by = '', until] = text.split('-');
	return {
		byOwner: by.includes('o'),
		byText: by.includes('t'),
		until: until === undefined ? Infinity : parseInt(until, 36),
	};
}
