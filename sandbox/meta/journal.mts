/** A numbered record of what happened. `since(n)` gives everything after number `n`. */
export interface Journal<Entry> {
	add(entry: Entry): Entry & { id: number };
	since(id?: number): Array<Entry & { id: number }>;
	clear(): void;
}

/**
 * @param onAdd told of each entry as it is added, for the live event stream
 */
export function createJournal<Entry extends object>(
	onAdd: (entry: Entry & { id: number }) => void = () => {},
): Journal<Entry> {
	const entries: Array<Entry & { id: number }> = [];
	let lastId = 0;
	return {
		add: (entry) => {
			const numbered = Object.assign(entry, { id: ++lastId });
			entries.push(numbered);
			onAdd(numbered);
			return numbered;
		},
		since: (id = 0) => entries.filter((entry) => entry.id > id),
		clear: () => {
			entries.length = 0;
		},
	};
}
