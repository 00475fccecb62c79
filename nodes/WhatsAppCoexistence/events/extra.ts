import type { Change } from './change';
import type { JsonObject } from './json';
import { asNumber, isObject } from './json';
import { makeContact } from './make-contact';
import { phoneDigits } from './phone';
import type { CoexistenceEvent, Contact } from './schema';
import { isoTime } from './time';

/**
 * What a value must be so that something of ours is made from it. A party is a number or user ID that is
 * the contact's or the business's own, since only those are emitted.
 */
type Kind = 'anything' | 'scalar' | 'number' | 'time' | 'flag' | 'object' | 'party';

/** What is read of an object of Meta's, by key; of an object or list in it, what is read of that. */
export type ReadKeys = ReadonlyMap<string, Kind | ReadKeys | ReadList>;

/** What is read of each member of a list, or of the only one where it stands there without a list. */
type ReadList = readonly [ReadKeys];

export function readKeys(keys: Record<string, Kind | ReadKeys | ReadList>): ReadKeys {
	return new Map(Object.entries(keys));
}

/**
 * What of an object of Meta's nothing of ours was made from, in Meta's own structure.
 *
 * It costs a look at each key; nothing is made where nothing is left.
 *
 * @param contact whom the event names
 * @param content the key under which an object has its content, and what is read of that
 * @returns undefined where all was read
 */
export function unread(
	raw: JsonObject,
	read: ReadKeys,
	change: Change,
	contact: Contact = NOBODY,
	contentKey?: string,
	contentRead?: Kind | ReadKeys,
): JsonObject | undefined {
	let rest: JsonObject | undefined;
	for (const key in raw) {
		const known = key === contentKey ? contentRead : read.get(key);
		if (known === 'anything') continue;
		const value = raw[key];
		if (known === undefined) {
			rest = withRest(rest, key, value);
		} else if (typeof known === 'object') {
			const left = unreadIn(value, known, change, contact);
			if (left !== undefined) rest = withRest(rest, key, left);
		} else if (typeof value === 'string') {
			const isRead = known === 'scalar' || isTextOf(known, value, change, contact);
			if (!isRead && value !== '') rest = withRest(rest, key, value);
		} else if (!isKind(value, known, change, contact)) {
			rest = withRest(rest, key, value);
		}
	}
	return rest;
}

const NOBODY = makeContact(undefined, undefined, undefined, undefined, undefined);

function isTextOf(kind: Kind, text: string, change: Change, contact: Contact): boolean {
	if (kind === 'party') return isParty(text, change, contact);
	if (kind === 'number') return asNumber(text) !== undefined;
	return kind === 'time' && isoTime(text) !== null;
}

function isKind(value: unknown, kind: Kind, change: Change, contact: Contact): boolean {
	if (value === null) return true;
	if (kind === 'scalar' || kind === 'number') return typeof value === 'number';
	if (kind === 'time') return isoTime(value) !== null;
	if (kind === 'flag') return typeof value === 'boolean';
	if (kind === 'object') return isObject(value);
	return typeof value === 'number' && isParty(String(value), change, contact);
}

function isParty(value: string, change: Change, contact: Contact): boolean {
	if (value === contact.phone || value === contact.userId) return true;
	if (value === change.businessPhone || value === contact.parentUserId) return true;
	const digits = phoneDigits(value);
	return digits !== undefined && (digits === contact.phone || digits === change.businessPhone);
}

/** The same for an object or list; members of a list keep their places. */
function unreadIn(
	value: unknown,
	read: ReadKeys | ReadList,
	change: Change,
	contact: Contact,
): unknown {
	if (value === null) return undefined;
	if (!isList(read)) return isObject(value) ? unread(value, read, change, contact) : value;
	const [ofMember] = read;
	const members: unknown[] = Array.isArray(value) ? value : [value];
	const rests = members.map((member) => {
		if (isObject(member)) return unread(member, ofMember, change);
		return typeof member === 'object' || typeof member === 'boolean' ? member : undefined;
	});
	return rests.some((rest) => rest !== undefined) ? rests.map((rest) => rest ?? {}) : undefined;
}

function isList(read: ReadKeys | ReadList): read is ReadList {
	return Array.isArray(read);
}

/** Adds a key to what is left; any name is a name here, `__proto__` too. */
export function withRest(rest: JsonObject = {}, key: string, value: unknown): JsonObject {
	if (key === '__proto__') {
		Object.defineProperty(rest, key, {
			value,
			enumerable: true,
			configurable: true,
			writable: true,
		});
	} else {
		rest[key] = value;
	}
	return rest;
}

/** Adds what is left of something else under a name of ours, made longer where Meta has one like it. */
export function withOther(rest: JsonObject = {}, name: string, value: unknown): JsonObject {
	return Object.hasOwn(rest, name)
		? withOther(rest, `${name}_`, value)
		: withRest(rest, name, value);
}

/** Puts what was not read on an event. Goes after its ID, which must not depend on it. */
export function addExtra(event: CoexistenceEvent, extra: JsonObject | undefined): void {
	if (extra === undefined) return;
	if (event.extra === undefined) event.extra = extra;
	else for (const key of Object.keys(extra)) withRest(event.extra, key, extra[key]);
}
