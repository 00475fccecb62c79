import { GROUP_OF_EVENT, type OutputGroup } from '../events/groups';
import type { CoexistenceEvent, Contact } from '../events/schema';
import { dropOldest } from './drop-oldest';
import { timeOf } from './event-time';
import { lookUp, meet, noPeople, type People, type Person } from './people';

/**
 * What people are called, so that an echo, which names nobody, says whom the owner has written to.
 *
 * The name in the phone's address book and the one that a person has chosen for the own profile are two;
 * neither ever stands for the other. Each is given only while it is known to hold: a contact that is
 * saved anew or removed takes the earlier name away, in whatever order Meta delivers, and a name that
 * was not told since n8n started, or that was forgotten, is left out.
 */
export interface Names {
	people: People<NamedPerson>;
	/** Whose names were told last, the latest last. */
	latest: Set<NamedPerson>;
}

interface NamedPerson extends Person {
	fullName?: string | undefined;
	firstName?: string | undefined;
	/** Of the address book's last word, in Unix ms; 0 where there was none. */
	savedAt: number;
	profileName?: string | undefined;
	/** Of the last message that told it, in Unix ms. */
	profileAt: number;
}

/** What is kept in n8n's database: so many people, without their names where those are longer than this. */
const MAX_STORED = 8;
const MAX_STORED_LENGTH = 100;

/** Names in n8n's database: an empty text stands for none; times in Unix seconds. */
export type StoredName = [
	number: string,
	userId: string,
	phone: string,
	savedAt: number,
	fullName: string,
	firstName: string,
	profileAt: number,
	profileName: string,
];

const LIVE_GROUPS: ReadonlySet<OutputGroup> = new Set(['echoes', 'inbound', 'statuses']);

export function noNames(): Names {
	const stranger = (number: string) => ({ number, savedAt: 0, profileAt: 0 });
	return { people: noPeople(stranger, absorb), latest: new Set() };
}

/** Notes what the events tell about names. */
export function noteNames(names: Names, events: CoexistenceEvent[], now: number): void {
	for (const event of events) {
		const { event: name, phoneNumberId } = event;
		if (name === 'contact.saved' || name === 'contact.removed') {
			const person = meet(names.people, phoneNumberId, event.contact);
			const entry = name === 'contact.saved' ? event.contact : {};
			if (person) noteEntry(names, person, entry, timeOf(event.occurredAt, now));
		} else if (isLive(event) && event.contact.profileName !== undefined) {
			const person = meet(names.people, phoneNumberId, event.contact);
			const { profileName } = event.contact;
			if (person) noteProfile(names, person, profileName, timeOf(event.occurredAt, now));
		}
	}
}

function noteEntry(
	names: Names,
	person: NamedPerson,
	{ fullName, firstName }: Pick<NamedPerson, 'firstName' | 'fullName'>,
	at: number,
): void {
	if (at < person.savedAt) return;
	person.savedAt = at;
	person.fullName = fullName;
	person.firstName = firstName;
	noteLatest(names, person);
}

function noteProfile(
	names: Names,
	person: NamedPerson,
	profileName: string | undefined,
	at: number,
): void {
	if (at < person.profileAt) return;
	person.profileAt = at;
	person.profileName = profileName;
	noteLatest(names, person);
}

function noteLatest({ latest }: Names, person: NamedPerson): void {
	latest.delete(person);
	latest.add(person);
	dropOldest(latest, MAX_STORED);
}

/** Puts the names that are known on live events. What Meta tells with the event itself stays. */
export function addNames({ people }: Names, events: CoexistenceEvent[]): void {
	if (people.all.size === 0) return;
	for (const event of events) {
		if (!isLive(event)) continue;
		const { contact } = event;
		const person = lookUp(people, event.phoneNumberId, contact);
		if (person === undefined) continue;
		contact.fullName = person.fullName;
		contact.firstName = person.firstName;
		contact.profileName ??= person.profileName;
	}
}

type LiveEvent = Extract<CoexistenceEvent, { contact: Contact; standby: boolean }>;

function isLive(event: CoexistenceEvent): event is LiveEvent {
	return LIVE_GROUPS.has(GROUP_OF_EVENT[event.event]);
}

function absorb(person: NamedPerson, other: NamedPerson): void {
	if (other.savedAt > person.savedAt) {
		person.savedAt = other.savedAt;
		person.fullName = other.fullName;
		person.firstName = other.firstName;
	}
	if (other.profileAt > person.profileAt) {
		person.profileAt = other.profileAt;
		person.profileName = other.profileName;
	}
}

/** The names that were told last, for n8n's database. */
export function storedNames({ latest }: Names): StoredName[] {
	const stored: StoredName[] = [];
	for (const person of latest) {
		const { number, userId = '', phone = '', savedAt, profileAt } = person;
		if (userId === '' && phone === '') continue;
		const { fullName = '', firstName = '', profileName = '' } = isShort(person) ? person : {};
		const entry = [savedAt / 1000, fullName, firstName] as const;
		stored.push([number, userId, phone, ...entry, profileAt / 1000, profileName]);
	}
	return stored;
}

function isShort({ fullName = '', firstName = '', profileName = '' }: NamedPerson): boolean {
	return fullName.length + firstName.length + profileName.length <= MAX_STORED_LENGTH;
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreNames(names: Names, stored: StoredName[]): void {
	for (const [
		number,
		userId,
		phone,
		savedAt,
		fullName,
		firstName,
		profileAt,
		profileName,
	] of stored) {
		const person = meet(names.people, number, {
			userId: userId === '' ? undefined : userId,
			phone: phone === '' ? undefined : phone,
		});
		if (person === undefined) continue;
		if (savedAt * 1000 > person.savedAt) {
			const entry = { fullName: textOf(fullName), firstName: textOf(firstName) };
			noteEntry(names, person, entry, savedAt * 1000);
		}
		if (profileAt * 1000 > person.profileAt) {
			noteProfile(names, person, textOf(profileName), profileAt * 1000);
		}
	}
}

function textOf(stored: string): string | undefined {
	return stored === '' ? undefined : stored;
}
