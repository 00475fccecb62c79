import type { CoexistenceEvent, Contact } from '../events/schema';

/**
 * Who of the customers is being answered by the owner from the phone, so that a bot can keep quiet.
 *
 * An echo starts or prolongs the takeover of its contact; a message of that contact which was sent
 * before the takeover ends carries `takeover.active`. Meta's own times decide, so the order in which
 * deliveries come does not matter, except that nothing can be known of an echo that has not come yet.
 *
 * A contact is known by user ID, by phone or by both; as soon as one event names both, they are one.
 */

/** Beyond this many contacts the one that was heard of longest ago is forgotten. */
const MAX_PEOPLE = 20_000;

/** What is kept in n8n's database: the takeovers that began or were prolonged last. */
const MAX_STORED = 300;

interface Person {
	userId?: string;
	phone?: string;
	/** Unix ms; 0 where there is no takeover. */
	since: number;
	until: number;
	lastInboundAt: number;
}

export interface Takeovers {
	/** By user ID and by phone. */
	byKey: Map<string, Person>;
	/** Heard of longest ago first. */
	people: Set<Person>;
}

export interface TakeoverOptions {
	/** How long a takeover lasts after the last echo; 0 switches it off. */
	minutes: number;
	/** An echo this soon after a message of the customer is taken for an automatic greeting; 0: none is. */
	automaticReplySeconds: number;
}

/** A takeover in n8n's database: user ID, phone, since and until in Unix seconds. */
export type StoredTakeover = [userId: string, phone: string, since: number, until: number];

export function noTakeovers(): Takeovers {
	return { byKey: new Map(), people: new Set() };
}

/**
 * Notes what the events tell about takeovers.
 *
 * @returns whether a takeover began or was prolonged
 */
export function noteTakeovers(
	takeovers: Takeovers,
	events: CoexistenceEvent[],
	options: TakeoverOptions,
	now: number,
): boolean {
	if (options.minutes <= 0) return false;
	let changed = false;
	for (const event of events) {
		if (event.event !== 'echo.message' && event.event !== 'inbound.message') continue;
		const person = personOf(takeovers, event.contact);
		if (person === undefined) continue;

		const at = timeOf(event.occurredAt, now);
		const isChanged =
			event.event === 'echo.message'
				? noteEcho(person, at, options)
				: noteInbound(person, at, options);
		changed ||= isChanged;
	}
	return changed;
}

function noteEcho(person: Person, at: number, options: TakeoverOptions): boolean {
	if (isAutomatic(at, person.lastInboundAt, options)) return false;
	const until = at + options.minutes * 60_000;
	// One that comes late may belong to a takeover that was over before this one began.
	if (until < person.since) return false;
	person.since = at < person.until ? Math.min(person.since, at) : at;
	person.until = Math.max(person.until, until);
	return true;
}

/** Ends a takeover of greetings only: they were delivered before the message that they answer. */
function noteInbound(person: Person, at: number, options: TakeoverOptions): boolean {
	person.lastInboundAt = Math.max(person.lastInboundAt, at);
	const lastEchoAt = person.until - options.minutes * 60_000;
	if (!isAutomatic(person.since, at, options) || !isAutomatic(lastEchoAt, at, options))
		return false;
	person.since = 0;
	person.until = 0;
	return true;
}

function isAutomatic(echoAt: number, inboundAt: number, options: TakeoverOptions): boolean {
	const after = echoAt - inboundAt;
	return after >= 0 && after < options.automaticReplySeconds * 1000;
}

/** Puts `takeover` on the inbound events. Call `noteTakeovers` with the same events first. */
export function markTakeovers(
	takeovers: Takeovers,
	events: CoexistenceEvent[],
	options: TakeoverOptions,
	now: number,
): void {
	if (options.minutes <= 0) return;
	for (const event of events) {
		if (event.event !== 'inbound.message' && event.event !== 'inbound.edited') continue;
		const person = lookUp(takeovers, event.contact);
		const active = person !== undefined && timeOf(event.occurredAt, now) < person.until;
		event.takeover = active
			? { active, since: isoOf(person.since), until: isoOf(person.until) }
			: { active, since: null, until: null };
	}
}

/** The takeovers that are not over, the youngest of them, for n8n's database. */
export function storedTakeovers(takeovers: Takeovers, now: number): StoredTakeover[] {
	const active: StoredTakeover[] = [];
	for (const { userId, phone, since, until } of takeovers.people) {
		if (until <= now) continue;
		active.push([userId ?? '', phone ?? '', since / 1000, until / 1000]);
	}
	return active.slice(-MAX_STORED);
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreTakeovers(takeovers: Takeovers, stored: StoredTakeover[]): void {
	for (const [userId, phone, since, until] of stored) {
		const person = personOf(takeovers, {
			userId: userId === '' ? undefined : userId,
			phone: phone === '' ? undefined : phone,
		});
		if (person === undefined || person.until >= until * 1000) continue;
		person.since = since * 1000;
		person.until = until * 1000;
	}
}

type Keys = Pick<Contact, 'phone' | 'userId'>;

function lookUp({ byKey }: Takeovers, { userId, phone }: Keys): Person | undefined {
	return byKey.get(userId ?? '') ?? byKey.get(phone ?? '');
}

/** The person of a contact: found, made, or made one of two that turn out to be the same. */
function personOf(takeovers: Takeovers, { userId, phone }: Keys): Person | undefined {
	if (userId === undefined && phone === undefined) return undefined;
	const { byKey, people } = takeovers;
	const byUserId = userId === undefined ? undefined : byKey.get(userId);
	const byPhone = phone === undefined ? undefined : byKey.get(phone);
	const person = byUserId ?? byPhone ?? { since: 0, until: 0, lastInboundAt: 0 };
	if (byPhone !== undefined && byPhone !== person) absorb(takeovers, person, byPhone);
	setKey(byKey, person, 'userId', userId);
	setKey(byKey, person, 'phone', phone);
	people.delete(person);
	people.add(person);
	if (people.size > MAX_PEOPLE) forgetOldest(takeovers);
	return person;
}

function absorb(takeovers: Takeovers, person: Person, other: Person): void {
	if (other.until > person.until) person.since = other.since;
	person.until = Math.max(person.until, other.until);
	person.lastInboundAt = Math.max(person.lastInboundAt, other.lastInboundAt);
	forget(takeovers, other);
}

/** A person has one user ID and one phone; Meta gives a new one where they change. */
function setKey(
	byKey: Takeovers['byKey'],
	person: Person,
	kind: 'phone' | 'userId',
	key: string | undefined,
): void {
	if (key === undefined) return;
	const earlier = person[kind];
	if (earlier !== undefined && earlier !== key) byKey.delete(earlier);
	person[kind] = key;
	byKey.set(key, person);
}

function forgetOldest(takeovers: Takeovers): void {
	const [oldest] = takeovers.people;
	forget(takeovers, oldest);
}

function forget({ byKey, people }: Takeovers, person: Person): void {
	people.delete(person);
	if (person.userId !== undefined) byKey.delete(person.userId);
	if (person.phone !== undefined) byKey.delete(person.phone);
}

function timeOf(occurredAt: string | null, now: number): number {
	return occurredAt === null ? now : Date.parse(occurredAt);
}

function isoOf(time: number): string {
	return new Date(time).toISOString();
}
