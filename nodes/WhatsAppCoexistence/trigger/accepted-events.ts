import { createHash } from 'node:crypto';

import { isContentId } from '../events/event-id';
import type { CoexistenceEvent } from '../events/schema';
import { atMost } from './at-most';

/**
 * Which events have already started an execution. Meta delivers at least once: it repeats for days
 * what was not answered with 200, and sends to every subscribed app.
 *
 * An event for which Meta gives no ID is known by its delivery: the same bytes have the same signature,
 * and that is the same delivery. Almost always they tell the second in which it happened, so that what
 * happens twice has other bytes. Where they tell no time (an error beside no message, an `entry` without
 * `time`), Meta can honestly send them twice, and they pass for a copy only while copies are likely.
 *
 * In one process this is exact. Only a history chunk of more than a thousand messages is known as a
 * whole, by its signature: looking each message up would cost more than everything else that the
 * trigger does with it. In n8n's database the youngest events are kept, each as a short hash, and
 * deliveries of more than a few events as one hash.
 */

/**
 * Between half as many and this many events are remembered, and none longer than this. Meta gives up
 * after seven days. The older half is dropped at once: deleting one by one would cost more than
 * everything else here.
 */
const MAX_EVENTS = 100_000;
const MAX_AGE_MS = 8 * 24 * 60 * 60 * 1000;

/** The same for an event that has neither an ID nor a time. */
const MAX_AGE_TIMELESS_MS = 60 * 60 * 1000;

/**
 * What is kept in the database, as hashes of this many characters, for what comes again after a restart
 * or by another process: the events of the last minutes up to a bound, and a few whatever their age.
 * n8n writes all of them with every delivery.
 */
const STORED_AGE_MS = 10 * 60 * 1000;
const MAX_STORED = 1_500;
const MIN_STORED = 100;
const HASH_LENGTH = 8;

/** A delivery with more events than this is kept in the database as one hash. */
const MAX_STORED_SINGLY = 20;

/** A delivery with more events than this is claimed as a whole. Meta batches at most 1,000 live updates. */
const MAX_CLAIMED_SINGLY = 1_000;

/** So long a copy waits for what becomes of the first, before Meta is told to deliver it again. */
const COPY_WAITS_MS = 5_000;

/**
 * What one delivery does to its events; shared by all of them, so that n8n's answer decides at once. It
 * is pending until n8n answers, however long that takes: where n8n limits how many executions run at a
 * time, it has stored the execution and answers once there is room for it, even if Meta has hung up.
 */
interface Claim {
	/** Unix ms. */
	since: number;
	state: 'accepted' | 'pending' | 'refused';
	/** Resolves once n8n has answered. */
	answered: Promise<void>;
}

export interface AcceptedEvents {
	/** By what {@link keyOf} gives. */
	claims: Map<string, Claim>;
	/** The claims before those. */
	olderClaims: Map<string, Claim>;
	/** Hashes that are kept in the database, with their age as Unix ms, the youngest last. */
	hashes: Map<string, number>;
}

export interface Claimed {
	/** The events that nobody has accepted before and that this delivery now answers for. */
	fresh: CoexistenceEvent[];
	/** To be called with whether n8n took the delivery. The first call counts. */
	settle: (accepted: boolean) => void;
}

export function noAcceptedEvents(): AcceptedEvents {
	return { claims: new Map(), olderClaims: new Map(), hashes: new Map() };
}

/**
 * Claims the events of a delivery that have not been accepted yet. Where a copy of the delivery is
 * under way, waits a while for what becomes of it.
 *
 * @param digest what stands for the whole delivery: its signature
 * @param now Unix ms
 * @param isPiece whether the delivery is a piece of another one. It is not kept in the database: if
 *   n8n dies before it has all pieces, all of them have to come again.
 * @returns undefined where a copy was under way and n8n did not take it, or has not yet: nothing is
 *   claimed, and Meta has to deliver once more
 */
export async function claim(
	accepted: AcceptedEvents,
	events: CoexistenceEvent[],
	digest: string,
	now: number,
	isPiece = false,
): Promise<Claimed | undefined> {
	if (isAcceptedWhole(accepted, digest)) return { fresh: [], settle: () => {} };

	let answer: () => void = () => {};
	const own: Claim = {
		since: now,
		state: 'pending',
		answered: new Promise((resolve) => (answer = resolve)),
	};
	if (accepted.claims.size + events.length > MAX_EVENTS / 2) {
		accepted.olderClaims = accepted.claims;
		accepted.claims = new Map();
	}
	const { claims, olderClaims, hashes } = accepted;
	const others = new Set<Claim>();
	// Only events of small deliveries have a hash of their own.
	const mayHaveHash = hashes.size > 0 && events.length <= MAX_STORED_SINGLY;

	const isFresh = (key: string, maxAge: number): boolean => {
		const claimed = claims.get(key) ?? olderClaims.get(key);
		// By its delivery more than one event may be known.
		if (claimed === own) return key === digest;
		if (claimed?.state === 'accepted' && now - claimed.since < maxAge) return false;
		if (claimed?.state === 'pending') {
			others.add(claimed);
			return false;
		}
		if (mayHaveHash && hashes.has(hashOf(key))) return false;
		claims.set(key, own);
		return true;
	};
	const fresh =
		events.length > MAX_CLAIMED_SINGLY
			? isFresh(digest, MAX_AGE_MS)
				? events
				: []
			: events.filter((event) => isFresh(keyOf(event, digest), maxAgeOf(event)));

	const settle = (wasAccepted: boolean) => {
		if (own.state !== 'pending') return;
		own.state = wasAccepted ? 'accepted' : 'refused';
		if (wasAccepted && !isPiece) keep(hashes, hashesOf(fresh, digest), now);
		answer();
	};

	if (others.size > 0 && !(await wereAccepted(others))) {
		settle(false);
		return undefined;
	}
	return { fresh, settle };
}

/** Whether a delivery is known to have been accepted without looking at its events. */
export function isAcceptedWhole({ hashes }: AcceptedEvents, digest: string): boolean {
	return hashes.has(hashOf(digest));
}

/** To be called once n8n has all pieces of a delivery. */
export function acceptWhole({ hashes }: AcceptedEvents, digest: string, now: number): void {
	keep(hashes, [hashOf(digest)], now);
}

/** No circle: a delivery only ever waits for deliveries that claimed before it. */
async function wereAccepted(others: ReadonlySet<Claim>): Promise<boolean> {
	await atMost(COPY_WAITS_MS, Promise.all([...others].map(({ answered }) => answered)));
	return [...others].every(({ state }) => state === 'accepted');
}

/**
 * What an event is known by: its ID, or its delivery where Meta gives none. So is the progress of a
 * sync, of which the next onboarding reports the same.
 */
function keyOf({ event, eventId }: CoexistenceEvent, digest: string): string {
	return event === 'history.progress' || isContentId(eventId) ? digest : eventId;
}

function maxAgeOf(event: CoexistenceEvent): number {
	return isTimeless(event) ? MAX_AGE_TIMELESS_MS : MAX_AGE_MS;
}

function isTimeless({ eventId, occurredAt }: CoexistenceEvent): boolean {
	return occurredAt === null && isContentId(eventId);
}

/** The youngest hashes in a row, for n8n's database. */
export function storedEvents({ hashes }: AcceptedEvents): string {
	return [...hashes.keys()].join('');
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreEvents({ hashes }: AcceptedEvents, stored: string, now: number): void {
	for (let at = 0; at + HASH_LENGTH <= stored.length; at += HASH_LENGTH) {
		const hash = stored.slice(at, at + HASH_LENGTH);
		if (!hashes.has(hash)) hashes.set(hash, now);
	}
	forgetOldest(hashes, now);
}

function hashesOf(fresh: CoexistenceEvent[], digest: string): string[] {
	if (fresh.length > MAX_STORED_SINGLY) return [hashOf(digest)];
	return fresh.filter((event) => !isTimeless(event)).map((event) => hashOf(keyOf(event, digest)));
}

/** 48 bits, so that an event is taken for one of 1,500 others once in a hundred thousand million times. */
function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, HASH_LENGTH);
}

function keep(hashes: Map<string, number>, youngest: string[], now: number): void {
	for (const hash of youngest) hashes.set(hash, now);
	forgetOldest(hashes, now);
}

function forgetOldest(hashes: Map<string, number>, now: number): void {
	for (const [oldest, at] of hashes) {
		const isKept = hashes.size <= MAX_STORED && now - at < STORED_AGE_MS;
		if (isKept || hashes.size <= MIN_STORED) return;
		hashes.delete(oldest);
	}
}
