import type { Contact } from '../events/schema';

/**
 * What is remembered of people, by user ID and by phone, for each number of the business by itself.
 *
 * A person is known by user ID, by phone or by both; as soon as one event names both, they are one.
 */
export interface People<P extends Person> {
	byKey: Map<string, P>;
	/** Heard of longest ago first. */
	all: Set<P>;
	/** Somebody of whom nothing is known yet. */
	stranger(number: string): P;
	/** Adds to a person what is known of another who turns out to be the same. */
	absorb(person: P, other: P): void;
	/** Whether others are to be forgotten first. May hold for few. */
	isKept(person: P): boolean;
}

export interface Person {
	/** The phone number ID of the business. */
	number: string;
	/** Both are gone from a person who has been forgotten. */
	userId?: string | undefined;
	phone?: string | undefined;
}

export type Keys = Pick<Contact, 'phone' | 'userId'>;

/** Beyond this many the one that was heard of longest ago is forgotten. */
const MAX_PEOPLE = 20_000;

export function noPeople<P extends Person>(
	stranger: (number: string) => P,
	absorb: (person: P, other: P) => void,
	isKept: (person: P) => boolean = () => false,
): People<P> {
	return { byKey: new Map(), all: new Set(), stranger, absorb, isKept };
}

export function lookUp<P extends Person>(
	{ byKey }: People<P>,
	number: string | null,
	{ userId, phone }: Keys,
): P | undefined {
	const person = userId === undefined ? undefined : byKey.get(keyOf(number, userId));
	return person ?? (phone === undefined ? undefined : byKey.get(keyOf(number, phone)));
}

/** The person of a contact: found, made, or made one of two that turn out to be the same. */
export function meet<P extends Person>(
	people: People<P>,
	number: string | null,
	{ userId, phone }: Keys,
): P | undefined {
	if (userId === undefined && phone === undefined) return undefined;
	const { byKey, all } = people;
	const byUserId = userId === undefined ? undefined : byKey.get(keyOf(number, userId));
	const byPhone = phone === undefined ? undefined : byKey.get(keyOf(number, phone));
	const person = byUserId ?? byPhone ?? people.stranger(number ?? '');
	if (byPhone !== undefined && byPhone !== person) {
		people.absorb(person, byPhone);
		forget(people, byPhone);
	}
	setKey(byKey, person, 'userId', userId);
	setKey(byKey, person, 'phone', phone);
	all.delete(person);
	all.add(person);
	if (all.size > MAX_PEOPLE) forgetOldest(people);
	return person;
}

function forgetOldest<P extends Person>(people: People<P>): void {
	const { all } = people;
	for (const oldest of all) {
		if (!people.isKept(oldest)) return forget(people, oldest);
		all.delete(oldest);
		all.add(oldest);
	}
}

/** A person has one user ID and one phone; Meta gives a new one where they change. */
function setKey<P extends Person>(
	byKey: Map<string, P>,
	person: P,
	kind: 'phone' | 'userId',
	key: string | undefined,
): void {
	const earlier = person[kind];
	if (key === undefined || key === earlier) return;
	if (earlier !== undefined) byKey.delete(keyOf(person.number, earlier));
	person[kind] = key;
	byKey.set(keyOf(person.number, key), person);
}

function forget<P extends Person>({ byKey, all }: People<P>, person: P): void {
	all.delete(person);
	if (person.userId !== undefined) byKey.delete(keyOf(person.number, person.userId));
	if (person.phone !== undefined) byKey.delete(keyOf(person.number, person.phone));
	person.userId = undefined;
	person.phone = undefined;
}

function keyOf(number: string | null, key: string): string {
	return `${number ?? ''}:${key}`;
}
