import { createHash } from 'node:crypto';

import type { ContactRow, Row } from './schema';

/** How much of an edit or a name decides between two that were made in the same second. */
const COMPARED_CHARACTERS = 40;

/**
 * The newest values that have been given out for the columns of which the newest wins, by row. An
 * upsert takes the last for the newest: an older edit that Meta delivers late must not come to it.
 */
export interface NewestValues {
	/** By row and column, the one that was first heard of first. */
	values: Map<string, string>;
	/** When the last few of them changed (ISO), by a hash of row and column, the last one last. */
	lastChanges: Map<string, string>;
}

/** Columns that change together, and the one of them that says when. */
const CHANGES: ReadonlyArray<{ time: 'edited_at' | 'saved_at' | 'changed_at'; others: string[] }> =
	[
		{ time: 'edited_at', others: ['edited_text'] },
		{ time: 'saved_at', others: ['full_name', 'first_name', 'username'] },
		{ time: 'changed_at', others: ['in_address_book'] },
	];

/** The oldest are forgotten beyond this many. */
const MAX_VALUES = 40_000;
const MAX_LAST_CHANGES = 12;

/** What is kept of a change in the database: its hash, and its second in base 36. */
const HASH_LENGTH = 8;
const SECOND_LENGTH = 7;

/** A person is told anew after this, in case that what was told has not been stored. */
const TOLD_FOR_MS = 10 * 60 * 1000;

const TOLD = 'told ';

export function noNewestValues(): NewestValues {
	return { values: new Map(), lastChanges: new Map() };
}

/**
 * Takes out of a row what is older than what was given out for the same row before, and notes what
 * is newer. Of two in the same second the same one wins, whichever comes first.
 *
 * @returns the row, or undefined where nothing but its key is left to write
 */
export function keepNewest(newest: NewestValues, row: Row): Row | undefined {
	const { values, lastChanges } = newest;
	const columns: Record<string, unknown> = row;
	let isThinned = false;
	for (const { time, others } of CHANGES) {
		const changedAt = columns[time];
		if (typeof changedAt !== 'string') continue;
		const place = `${time} ${'wamid' in row ? row.wamid : row.contact_key}`;
		const hash = hashOf(place);
		const tie = others.map((column) => String(columns[column])).join(' ');
		const value = changedAt + tie.slice(0, COMPARED_CHARACTERS);
		const known = values.get(place) ?? lastChanges.get(hash);
		if (known === undefined || known <= value) {
			values.set(place, value);
			lastChanges.delete(hash);
			lastChanges.set(hash, changedAt);
			continue;
		}
		isThinned = true;
		for (const column of [time, ...others]) delete columns[column];
	}
	forgetOldest(values, MAX_VALUES);
	forgetOldest(lastChanges, MAX_LAST_CHANGES);
	return isThinned && Object.keys(columns).length === 1 ? undefined : row;
}

/**
 * Whether a row says of a person what was not said a moment ago. A person who has a user ID is
 * called by it in the rows of messages, so that nothing is left to put right there. One who is known by a
 * phone number alone is always news: a table may know the user ID.
 *
 * @param now Unix ms
 */
export function isNewsOf(person: ContactRow, { values }: NewestValues, now: number): boolean {
	if (person.user_id === undefined) return true;
	const place = TOLD + person.contact_key;
	const { phone, previous_phone, previous_user_id } = person;
	const told = `${phone} ${previous_phone} ${previous_user_id} ${Math.floor(now / TOLD_FOR_MS)}`;
	if (values.get(place) === told) return false;
	values.set(place, told);
	// Messages that still name the earlier user ID have to be put right.
	values.delete(`${TOLD}${previous_user_id}`);
	forgetOldest(values, MAX_VALUES);
	return true;
}

/** Has everybody told anew: of some who were it is not known whether that has been stored. */
export function forgetTold({ values }: NewestValues): void {
	for (const place of values.keys()) if (place.startsWith(TOLD)) values.delete(place);
}

/** The last changes in a row, for n8n's database. */
export function storedNewest({ lastChanges }: NewestValues): string {
	let stored = '';
	for (const [hash, changedAt] of lastChanges) {
		const second = Math.floor(Date.parse(changedAt) / 1_000);
		stored += hash + second.toString(36).padStart(SECOND_LENGTH, '0');
	}
	return stored;
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreNewest({ lastChanges }: NewestValues, stored: string): void {
	const length = HASH_LENGTH + SECOND_LENGTH;
	for (let at = 0; at + length <= stored.length; at += length) {
		const hash = stored.slice(at, at + HASH_LENGTH);
		const second = parseInt(stored.slice(at + HASH_LENGTH, at + length), 36);
		const changedAt = new Date(second * 1_000).toISOString();
		if ((lastChanges.get(hash) ?? '') < changedAt) lastChanges.set(hash, changedAt);
	}
	forgetOldest(lastChanges, MAX_LAST_CHANGES);
}

function hashOf(place: string): string {
	return createHash('sha256').update(place).digest('base64').slice(0, HASH_LENGTH);
}

function forgetOldest(values: Map<string, string>, most: number): void {
	for (const oldest of values.keys()) {
		if (values.size <= most) return;
		values.delete(oldest);
	}
}
