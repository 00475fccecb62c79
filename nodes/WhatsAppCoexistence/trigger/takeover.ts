import type { TakeoverRequest } from '../callbacks/takeover-request';
import type { CoexistenceEvent } from '../events/schema';
import { timeOf } from './event-time';
import { lookUp, meet, noPeople, type People, type Person } from './people';
import {
	commandIn,
	compileWords,
	type TakeoverCommand,
	type TakeoverWords,
} from './takeover-words';

/**
 * Who of the customers is being answered by the owner from the phone, so that a bot can keep quiet: for
 * each number of the business by itself.
 *
 * An echo starts or prolongs the takeover of its contact; a message of that contact which was sent
 * before the takeover ends carries `takeover.active`. A command, which the owner types or a workflow
 * sends, sets when it ends, and overrules what was before it. Meta's own times decide, so the order in
 * which deliveries come does not matter, except that nothing can be known of an echo that has not come yet.
 */

/** What is kept in n8n's database: the takeovers that began or were prolonged last. */
const MAX_STORED = 300;

/** Of those that a command has ended, so that what came before it does not begin them anew. */
const MAX_STORED_ENDED = 20;

/** A command that is older when it arrives is none any more, so that what it ends has to be known for so long. */
const COMMAND_AGE_MS = 24 * 60 * 60 * 1000;

/** Times in Unix ms; 0 where there is none. */
interface Customer extends Person {
	/** When the takeover began, by an echo or a command. */
	since: number;
	/** When what echoes began ends. */
	until: number;
	/** Of the last echo that counted. */
	echoAt: number;
	/** Of the last command. */
	setAt: number;
	/** When what the last command began ends: `Infinity` where it is to be ended, 0 where it has ended all. */
	setUntil: number;
	lastInboundAt: number;
}

export interface Takeovers {
	people: People<Customer>;
	/** Whose takeover began, ended by command, or was prolonged last, the latest last. */
	latest: Set<Customer>;
}

export interface TakeoverOptions {
	/** How long a takeover lasts after the last echo; 0: echoes start none. */
	minutes: number;
	/** An echo this soon after a message of the customer is taken for an automatic greeting; 0: none is. */
	automaticReplySeconds: number;
	/** Undefined: nothing that the owner types is a command. */
	words?: TakeoverWords | undefined;
}

/**
 * A takeover in n8n's database: an empty text stands for none; times in Unix seconds. The last two only
 * where there was a command; null: until it is ended.
 */
export type StoredTakeover = [
	number: string,
	userId: string,
	phone: string,
	since: number,
	until: number,
	echoAt?: number,
	setAt?: number,
	setUntil?: number | null,
];

export function noTakeovers(): Takeovers {
	const latest = new Set<Customer>();
	const stranger = (number: string) => ({
		number,
		since: 0,
		until: 0,
		echoAt: 0,
		setAt: 0,
		setUntil: 0,
		lastInboundAt: 0,
	});
	const isKept = (person: Customer) => person.setUntil === Infinity && latest.has(person);
	return { people: noPeople(stranger, absorb, isKept), latest };
}

/** @param entered what the user has set on the trigger */
export function takeoverOptions(entered: {
	takeoverMinutes: number;
	automaticReplySeconds: number;
	takeoverBegins: string;
	takeoverEnds: string;
}): TakeoverOptions {
	return {
		minutes: entered.takeoverMinutes,
		automaticReplySeconds: entered.automaticReplySeconds,
		words: compileWords(entered.takeoverBegins, entered.takeoverEnds),
	};
}

/** Whether inbound events are to say anything of takeovers. */
export function tellsTakeovers({ minutes, words }: TakeoverOptions): boolean {
	return minutes > 0 || words !== undefined;
}

/**
 * Notes what the events tell about takeovers.
 *
 * @returns whether a takeover began, was prolonged or ended
 */
export function noteTakeovers(
	takeovers: Takeovers,
	events: CoexistenceEvent[],
	options: TakeoverOptions,
	now: number,
): boolean {
	if (!tellsTakeovers(options)) return false;
	let changed = false;
	for (const event of events) {
		const command = commandOf(event, options, now);
		const isEcho = event.event === 'echo.message';
		if (command === undefined && !isEcho && event.event !== 'inbound.message') continue;
		// Only a person takes over: no bot of Meta's, nor what was sent through the API.
		if (isEcho && event.author !== 'business_app') continue;
		const { phoneNumberId, contact } = event as Extract<CoexistenceEvent, { author: string }>;
		const person = meet(takeovers.people, phoneNumberId, contact);
		if (person === undefined) continue;

		const at = timeOf(event.occurredAt, now);
		if (event.event === 'inbound.message') {
			changed = noteInbound(person, at, options) || changed;
			// It may be another's, who has just turned out to be the same.
			if (endOf(person) > now && !takeovers.latest.has(person)) noteLatest(takeovers, person);
		} else if (
			command === undefined ? noteEcho(person, at, options) : obey(person, at, at + command.lastsMs)
		) {
			noteLatest(takeovers, person);
			changed = true;
		}
	}
	return changed;
}

/**
 * Begins or ends a takeover as a workflow has asked.
 *
 * @returns whether anything has changed
 */
export function noteRequest(
	takeovers: Takeovers,
	{ phoneNumberId, contact, at, until }: TakeoverRequest,
): boolean {
	const person = meet(takeovers.people, phoneNumberId, contact);
	if (person === undefined || !obey(person, at, until ?? Infinity)) return false;
	noteLatest(takeovers, person);
	return true;
}

/** What the owner orders by an event, where it was typed a short while ago. */
function commandOf(
	event: CoexistenceEvent,
	{ words }: TakeoverOptions,
	now: number,
): TakeoverCommand | undefined {
	if (words === undefined) return undefined;
	if (event.event !== 'echo.message' && event.event !== 'echo.edited') return undefined;
	if (event.author !== 'business_app') return undefined;
	if (now - timeOf(event.occurredAt, now) > COMMAND_AGE_MS) return undefined;
	return commandIn(event, words);
}

function noteLatest({ latest }: Takeovers, person: Customer): void {
	latest.delete(person);
	latest.add(person);
	if (latest.size <= MAX_STORED) return;
	const forgotten = firstToForget(latest);
	if (forgotten !== undefined) latest.delete(forgotten);
}

/** The oldest that is over; else the oldest that ends by itself; else the oldest. */
function firstToForget(latest: Set<Customer>): Customer | undefined {
	let endsByItself: Customer | undefined;
	let oldest: Customer | undefined;
	for (const person of latest) {
		if (isEnded(person)) return person;
		oldest ??= person;
		endsByItself ??= person.setUntil === Infinity ? undefined : person;
	}
	return endsByItself ?? oldest;
}

function isEnded({ until, setUntil }: Customer): boolean {
	return until === 0 && setUntil === 0;
}

/** Unix ms; 0 where there is no takeover. */
function endOf({ until, setUntil }: Customer): number {
	return Math.max(until, setUntil);
}

function noteEcho(person: Customer, at: number, options: TakeoverOptions): boolean {
	if (options.minutes <= 0 || at <= person.setAt) return false;
	if (isAutomatic(at, person.lastInboundAt, options)) return false;
	const until = at + options.minutes * 60_000;
	// One that comes late may belong to a takeover that was over before this one began.
	if (until <= person.since) return false;
	person.since = at < endOf(person) ? Math.min(person.since, at) : at;
	person.until = Math.max(person.until, until);
	person.echoAt = Math.max(person.echoAt, at);
	return true;
}

/** @param until Unix ms; not after `at` where the takeover is to end */
function obey(person: Customer, at: number, until: number): boolean {
	if (at <= person.setAt) return false;
	const begins = until > at;
	const wasActive = person.since < at && at < endOf(person);
	setCommand(person, {
		setAt: at,
		setUntil: begins ? until : 0,
		since: wasActive ? person.since : at,
	});
	return true;
}

/** Makes a command the last one: of what echoes began, only what comes after it stays. */
function setCommand(
	person: Customer,
	{ setAt, setUntil, since }: Pick<Customer, 'setAt' | 'setUntil' | 'since'>,
): void {
	person.setAt = setAt;
	person.setUntil = setUntil;
	if (person.echoAt <= setAt) {
		person.until = 0;
		person.echoAt = 0;
	}
	if (setUntil > 0) person.since = since;
	else if (person.since <= setAt) person.since = person.echoAt;
}

/** Ends a takeover of greetings only: they were delivered before the message that they answer. */
function noteInbound(person: Customer, at: number, options: TakeoverOptions): boolean {
	person.lastInboundAt = Math.max(person.lastInboundAt, at);
	if (person.setUntil > person.since) return false;
	if (!isAutomatic(person.since, at, options) || !isAutomatic(person.echoAt, at, options))
		return false;
	person.since = 0;
	person.until = 0;
	person.echoAt = 0;
	return true;
}

function isAutomatic(echoAt: number, inboundAt: number, options: TakeoverOptions): boolean {
	const after = echoAt - inboundAt;
	return after >= 0 && after < options.automaticReplySeconds * 1000;
}

/**
 * Puts `takeover` on the inbound events, and `takeoverCommand` on the echoes that are commands. Call
 * `noteTakeovers` with the same events first.
 */
export function markTakeovers(
	takeovers: Takeovers,
	events: CoexistenceEvent[],
	options: TakeoverOptions,
	now: number,
): void {
	if (!tellsTakeovers(options)) return;
	for (const event of events) {
		if (event.event === 'echo.message' || event.event === 'echo.edited') {
			const command = commandOf(event, options, now);
			if (command !== undefined) event.takeoverCommand = command.action;
		}
		if (event.event !== 'inbound.message' && event.event !== 'inbound.edited') continue;
		const person = lookUp(takeovers.people, event.phoneNumberId, event.contact);
		const active = person !== undefined && timeOf(event.occurredAt, now) < endOf(person);
		event.takeover = active
			? { active, since: isoOf(person.since), until: isoOf(endOf(person)) }
			: { active, since: null, until: null };
	}
}

/** Whether the owner has the conversation that an event is of. Call `noteTakeovers` with it first. */
export function isTakenOver({ people }: Takeovers, event: CoexistenceEvent, now: number): boolean {
	if (!('contact' in event) || event.contact === undefined) return false;
	const person = lookUp(people, event.phoneNumberId, event.contact);
	return person !== undefined && timeOf(event.occurredAt, now) < endOf(person);
}

/** The takeovers that are not over, the youngest of them, for n8n's database. */
export function storedTakeovers({ latest }: Takeovers, now: number): StoredTakeover[] {
	const ended: Customer[] = [];
	for (const person of latest) {
		const isForgotten = person.userId === undefined && person.phone === undefined;
		if (isForgotten) latest.delete(person);
		else if (endOf(person) > now) continue;
		else if (person.setAt + COMMAND_AGE_MS > now) ended.push(person);
		else latest.delete(person);
	}
	for (const person of ended.slice(0, -MAX_STORED_ENDED)) latest.delete(person);
	return [...latest].map(toStore);
}

function toStore(person: Customer): StoredTakeover {
	const { number, userId = '', phone = '', since, until, echoAt, setAt, setUntil } = person;
	const stored: StoredTakeover = [number, userId, phone, since / 1000, until / 1000, echoAt / 1000];
	if (setAt > 0) stored.push(setAt / 1000, setUntil === Infinity ? null : setUntil / 1000);
	return stored;
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreTakeovers(takeovers: Takeovers, stored: StoredTakeover[]): void {
	for (const [number, userId, phone, ...times] of stored) {
		const person = meet(takeovers.people, number, {
			userId: userId === '' ? undefined : userId,
			phone: phone === '' ? undefined : phone,
		});
		if (person === undefined) continue;
		const [since, until, echoAt = since, setAt = 0, setUntil = 0] = times;
		const before = { ...person };
		merge(person, {
			since: since * 1000,
			until: until * 1000,
			echoAt: echoAt * 1000,
			setAt: setAt * 1000,
			setUntil: setUntil === null ? Infinity : setUntil * 1000,
		});
		if (person.until === before.until && person.setAt === before.setAt) continue;
		noteLatest(takeovers, person);
	}
}

type Known = Pick<Customer, 'echoAt' | 'setAt' | 'setUntil' | 'since' | 'until'>;

function absorb(person: Customer, other: Customer): void {
	merge(person, other);
	person.lastInboundAt = Math.max(person.lastInboundAt, other.lastInboundAt);
}

/** Adds what is known elsewhere of the same person: the last command of both, and the echoes after it. */
function merge(person: Customer, other: Known): void {
	if (other.setAt > person.setAt) setCommand(person, other);
	if (other.until <= person.until || other.echoAt <= person.setAt) return;
	if (person.setUntil === 0) {
		person.since = other.since > person.setAt ? other.since : other.echoAt;
	}
	person.until = other.until;
	person.echoAt = Math.max(person.echoAt, other.echoAt);
}

/** @returns null for a time that never comes */
function isoOf(time: number): string | null {
	return time === Infinity ? null : new Date(time).toISOString();
}
