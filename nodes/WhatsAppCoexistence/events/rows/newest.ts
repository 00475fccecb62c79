import type { ContactRow, Row } from './schema';

/** How much of an edit or a name decides between two that were made in the same second. */
const COMPARED_CHARACTERS = 40;

/**
 * The newest values that have been given out for the columns of which the newest wins, by row. An
 * upsert takes the last for the newest: an older edit that Meta delivers late must not come to it.
 */
export type NewestValues = Map<string, string>;

/** Columns that change together, and the one of them that says when. */
const CHANGES: ReadonlyArray<{ time: 'edited_at' | 'saved_at' | 'changed_at'; others: string[] }> =
	[
		{ time: 'edited_at', others: ['edited_text'] },
		{ time: 'saved_at', others: ['full_name', 'first_name', 'username'] },
		{ time: 'changed_at', others: ['in_address_book'] },
	];

/** The oldest are forgotten beyond this many. */
const MAX_VALUES = 40_000;

/** A person is told anew after this, in case that what was told has not been stored. */
const TOLD_FOR_MS = 10 * 60 * 1000;

/**
 * Takes out of a row what is older than what was given out for the same row before, and notes what
 * is newer. Of two in the same second the same one wins, whichever comes first.
 *
 * @returns the row, or undefined where nothing but its key is left to write
 */
export function keepNewest(newest: NewestValues, row: Row): Row | undefined {
	const columns: Record<string, unknown> = row;
	let isThinned = false;
	for (const { time, others } of CHANGES) {
		const changedAt = columns[time];
		if (typeof changedAt !== 'string') continue;
		const place = `${time} ${'wamid' in row ? row.wamid : row.contact_key}`;
		const tie = others.map((column) => String(columns[column])).join(' ');
		const value = changedAt + tie.slice(0, COMPARED_CHARACTERS);
		const known = newest.get(place);
		if (known === undefined || known <= value) {
			newest.set(place, value);
			continue;
		}
		isThinned = true;
		for (const column of [time, ...others]) delete columns[column];
	}
	forgetOldest(newest);
	return isThinned && Object.keys(columns).length === 1 ? undefined : row;
}

/**
 * Whether a row says of a person what was not said a moment ago. A person who has a user ID is
 * called by it in the rows of messages, so that nothing is left to put right there. One who is known by a
 * phone number alone is always news: a table may know the user ID.
 *
 * @param now Unix ms
 */
export function isNewsOf(person: ContactRow, newest: NewestValues, now: number): boolean {
	if (person.user_id === undefined) return true;
	const place = `told ${person.contact_key}`;
	const { phone, previous_phone, previous_user_id } = person;
	const told = `${phone} ${previous_phone} ${previous_user_id} ${Math.floor(now / TOLD_FOR_MS)}`;
	if (newest.get(place) === told) return false;
	newest.set(place, told);
	// Messages that still name the earlier user ID have to be put right.
	newest.delete(`told ${previous_user_id}`);
	forgetOldest(newest);
	return true;
}

function forgetOldest(newest: NewestValues): void {
	for (const oldest of newest.keys()) {
		if (newest.size <= MAX_VALUES) return;
		newest.delete(oldest);
	}
}
