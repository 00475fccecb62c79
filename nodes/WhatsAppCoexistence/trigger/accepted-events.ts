import { createHash } from 'node:crypto';

import { isContentId } from '../events/event-id';
import type { CoexistenceEvent } from '../events/schema';

/**
 * Which events have already started an execution. Meta delivers at least once: it repeats for days
 * what was not answered with 200, and sends to every subscribed app.
 *
 * An event for which Meta gives no ID is never taken for another, however alike they are.
 *
 * In one process this is exact. In n8n's database only the youngest events are kept, each as a short
 * hash, and large deliveries as one hash of their own.
 */

/** Beyond this many, or after this long, an event is forgotten. Meta gives up after seven days. */
const MAX_EVENTS = 100_000;
const MAX_AGE_MS = 8 * 24 * 60 * 60 * 1000;

/** What is kept in the database: at most this many hashes of this many characters. */
const MAX_STORED = 1_500;
const HASH_LENGTH = 11;

/** A delivery with more events than this is kept in the database as one hash. */
const LARGE_DELIVERY = 20;

/** After this long n8n will not answer any more, and the claim of a delivery on its events is void. */
const CLAIM_LIMIT_MS = 10 * 60 * 1000;

/** The claim of one delivery on its events, until n8n has answered. */
interface Claim {
	since: number;
	/** Resolves with whether n8n accepted the delivery. */
	outcome: Promise<boolean>;
}

export interface AcceptedEvents {
	/** Event ID to the time it was accepted (Unix ms), oldest first. */
	times: Map<string, number>;
	/** Hashes that are kept in the database, oldest first. */
	hashes: Set<string>;
	claims: Map<string, Claim>;
}

export interface Claimed {
	/** The events that nobody has accepted before and that this delivery now answers for. */
	fresh: CoexistenceEvent[];
	/** To be called once n8n has answered, with whether it took the delivery. */
	settle(accepted: boolean): void;
}

export function noAcceptedEvents(): AcceptedEvents {
	return { times: new Map(), hashes: new Set(), claims: new Map() };
}

/**
 * Claims the events of a delivery that have not been accepted yet. Where a copy of the delivery is
 * under way, waits for what becomes of it.
 *
 * @param digest what stands for the whole delivery: its signature
 * @returns undefined where a copy was under way and n8n did not take it: nothing is claimed, and Meta
 *   has to deliver once more
 */
export async function claim(
	accepted: AcceptedEvents,
	events: CoexistenceEvent[],
	digest: string,
	now: number,
): Promise<Claimed | undefined> {
	if (accepted.hashes.has(hashOf(digest))) return { fresh: [], settle: () => {} };

	let decide: (accepted: boolean) => void = () => {};
	const own: Claim = { since: now, outcome: new Promise((resolve) => (decide = resolve)) };
	const fresh: CoexistenceEvent[] = [];
	const others = new Set<Claim>();
	// The hashes of an earlier process only; looked up for small deliveries, as they were kept.
	const isSmall = events.length <= LARGE_DELIVERY;

	for (const event of events) {
		const { eventId } = event;
		if (isContentId(eventId)) {
			fresh.push(event);
			continue;
		}
		const claimed = accepted.claims.get(eventId);
		if (claimed === own || accepted.times.has(eventId)) continue;
		if (claimed !== undefined && now - claimed.since < CLAIM_LIMIT_MS) others.add(claimed);
		else if (!isSmall || !accepted.hashes.has(hashOf(eventId))) {
			accepted.claims.set(eventId, own);
			fresh.push(event);
		}
	}

	const settle = (wasAccepted: boolean) => {
		for (const { eventId } of fresh) {
			if (accepted.claims.get(eventId) === own) accepted.claims.delete(eventId);
			if (wasAccepted && !isContentId(eventId)) accepted.times.set(eventId, now);
		}
		if (wasAccepted) {
			for (const hash of hashesOf(fresh, digest)) accepted.hashes.add(hash);
			forget(accepted, now);
		}
		decide(wasAccepted);
	};

	// No circle: a delivery only ever waits for deliveries that claimed before it.
	const outcomes = await Promise.all([...others].map(async ({ outcome }) => await outcome));
	if (outcomes.every(Boolean)) return { fresh, settle };
	settle(false);
	return undefined;
}

/**
 * The youngest hashes in a row, with those of a delivery that n8n is about to accept: n8n writes them
 * to its database only if it does.
 */
export function storedEvents(
	accepted: AcceptedEvents,
	fresh: CoexistenceEvent[],
	digest: string,
): string {
	return [...accepted.hashes, ...hashesOf(fresh, digest)].slice(-MAX_STORED).join('');
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreEvents(accepted: AcceptedEvents, stored: string): void {
	for (let at = 0; at + HASH_LENGTH <= stored.length; at += HASH_LENGTH) {
		accepted.hashes.add(stored.slice(at, at + HASH_LENGTH));
	}
}

function hashesOf(fresh: CoexistenceEvent[], digest: string): string[] {
	if (fresh.length > LARGE_DELIVERY) return [hashOf(digest)];
	return fresh.filter(({ eventId }) => !isContentId(eventId)).map(({ eventId }) => hashOf(eventId));
}

/** 66 bits, so that two of ten thousand are alike once in a million million. */
function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, HASH_LENGTH);
}

function forget(accepted: AcceptedEvents, now: number): void {
	for (const [eventId, time] of accepted.times) {
		if (accepted.times.size <= MAX_EVENTS && now - time < MAX_AGE_MS) break;
		accepted.times.delete(eventId);
	}
	for (const hash of accepted.hashes) {
		if (accepted.hashes.size <= MAX_STORED) break;
		accepted.hashes.delete(hash);
	}
}
