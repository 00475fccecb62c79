/** A numbered record of what happened. `since(n)` gives everything after number `n`. */
export interface Journal<Entry> {
	add(entry: Entry): Entry & { id: number };
	/** Tells of an entry again, after it was altered. */
	changed(entry: Entry & { id: number }): void;
	since(id?: number): Array<Entry & { id: number }>;
	clear(): void;
}

/**
 * @param onChange told of each entry as it is added or changed, for the live event stream
 * @param options.keep forget the oldest beyond this many
 */
export function createJournal<Entry extends object>(
	onChange: (entry: Entry & { id: number }) => void = () => {},
	{ keep = Infinity } = {},
): Journal<Entry> {
	const entries: Array<Entry & { id: number }> = [];
	let lastId = 0;
	return {
		add: (entry) => {
			const numbered = Object.assign(entry, { id: ++lastId });
			entries.push(numbered);
			if (entries.length > keep) entries.shift();
			onChange(numbered);
			return numbered;
		},
		changed: onChange,
		since: (id = 0) => entries.filter((entry) => entry.id > id),
		clear: () => {
			entries.length = 0;
		},
	};
}
