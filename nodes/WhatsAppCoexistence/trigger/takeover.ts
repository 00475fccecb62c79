import type { CoexistenceEvent } from '../events/schema';
import { timeOf } from './event-time';
import { lookUp, meet, noPeople, type People, type Person } from './people';

/**
 * Who of the customers is being answered by the owner from the phone, so that a bot can keep quiet: for
 * each number of the business by itself.
 *
 * An echo starts or prolongs the takeover of its contact; a message of that contact which was sent
 * before the takeover ends carries `takeover.active`. Meta's own times decide, so the order in which
 * deliveries come does not matter, except that nothing can be known of an echo that has not come yet.
 */

/** What is kept in n8n's database: the takeovers that began or were prolonged last. */
const MAX_STORED = 300;

interface Customer extends Person {
	/** Unix ms; 0 where there is no takeover. */
	since: number;
	until: number;
	lastInboundAt: number;
}

export interface Takeovers {
	people: People<Customer>;
	/** Whose takeover began or was prolonged last, the latest last. */
	latest: Set<Customer>;
}

export interface TakeoverOptions {
	/** How long a takeover lasts after the last echo; 0 switches it off. */
	minutes: number;
	/** An echo this soon after a message of the customer is taken for an automatic greeting; 0: none is. */
	automaticReplySeconds: number;
}

/** A takeover in n8n's database: an empty text stands for none; times in Unix seconds. */
export type StoredTakeover = [
	number: string,
	userId: string,
	phone: string,
	since: number,
	until: number,
];

export function noTakeovers(): Takeovers {
	const stranger = () => ({ number: '', since: 0, until: 0, lastInboundAt: 0 });
	return { people: noPeople(stranger, absorb), latest: new Set() };
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
		// Only a person takes over: no bot of Meta's, nor what was sent through the API.
		if (event.event === 'echo.message' && event.author !== 'business_app') continue;
		const person = meet(takeovers.people, event.phoneNumberId, event.contact);
		if (person === undefined) continue;

		const at = timeOf(event.occurredAt, now);
		if (event.event === 'inbound.message') {
			changed = noteInbound(person, at, options) || changed;
			// It may be another's, who has just turned out to be the same.
			if (person.until > now && !takeovers.latest.has(person)) noteLatest(takeovers, person);
		} else if (noteEcho(person, at, options)) {
			noteLatest(takeovers, person);
			changed = true;
		}
	}
	return changed;
}

function noteLatest({ latest }: Takeovers, person: Customer): void {
	latest.delete(person);
	latest.add(person);
	if (latest.size <= MAX_STORED) return;
	const [earliest] = latest;
	latest.delete(earliest);
}

function noteEcho(person: Customer, at: number, options: TakeoverOptions): boolean {
	if (isAutomatic(at, person.lastInboundAt, options)) return false;
	const until = at + options.minutes * 60_000;
	// One that comes late may belong to a takeover that was over before this one began.
	if (until < person.since) return false;
	person.since = at < person.until ? Math.min(person.since, at) : at;
	person.until = Math.max(person.until, until);
	return true;
}

/** Ends a takeover of greetings only: they were delivered before the message that they answer. */
function noteInbound(person: Customer, at: number, options: TakeoverOptions): boolean {
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
		const person = lookUp(takeovers.people, event.phoneNumberId, event.contact);
		const active = person !== undefined && timeOf(event.occurredAt, now) < person.until;
		event.takeover = active
			? { active, since: isoOf(person.since), until: isoOf(person.until) }
			: { active, since: null, until: null };
	}
}

/** The takeovers that are not over, the youngest of them, for n8n's database. */
export function storedTakeovers({ latest }: Takeovers, now: number): StoredTakeover[] {
	const stored: StoredTakeover[] = [];
	for (const person of latest) {
		const { number, userId = '', phone = '', since, until } = person;
		const isForgotten = userId === '' && phone === '';
		if (isForgotten || until <= now) latest.delete(person);
		else stored.push([number, userId, phone, since / 1000, until / 1000]);
	}
	return stored;
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreTakeovers(takeovers: Takeovers, stored: StoredTakeover[]): void {
	for (const [number, userId, phone, since, until] of stored) {
		const person = meet(takeovers.people, number, {
			userId: userId === '' ? undefined : userId,
			phone: phone === '' ? undefined : phone,
		});
		if (person === undefined || person.until >= until * 1000) continue;
		person.since = since * 1000;
		person.until = until * 1000;
		noteLatest(takeovers, person);
	}
}

function absorb(person: Customer, other: Customer): void {
	if (other.until > person.until) person.since = other.since;
	person.until = Math.max(person.until, other.until);
	person.lastInboundAt = Math.max(person.lastInboundAt, other.lastInboundAt);
}

function isoOf(time: number): string {
	return new Date(time).toISOString();
}
