import { createHash } from 'node:crypto';

import { isContentId } from '../events/event-id';
import type { CoexistenceEvent } from '../events/schema';

/**
 * Which events have already started an execution. Meta delivers at least once: it repeats for days
 * what was not answered with 200, and sends to every subscribed app.
 *
 * An event for which Meta gives no ID is never taken for another, however alike they are.
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

/** What is kept in the database: at most this many hashes of this many characters. */
const MAX_STORED = 1_500;
const HASH_LENGTH = 11;

/** A delivery with more events than this is kept in the database as one hash. */
const MAX_STORED_SINGLY = 20;

/** A delivery with more events than this is claimed as a whole. Meta batches at most 1,000 live updates. */
const MAX_CLAIMED_SINGLY = 1_000;

/** After this long n8n will not answer any more, and the claim of a delivery on its events is void. */
const CLAIM_LIMIT_MS = 10 * 60 * 1000;

/** What one delivery does to its events; shared by all of them, so that n8n's answer decides at once. */
interface Claim {
	/** Unix ms. */
	since: number;
	state: 'accepted' | 'pending' | 'refused';
	/** Resolves once n8n has answered. */
	answered: Promise<void>;
}

export interface AcceptedEvents {
	/** By what {@link keyOf} gives, or by the digest of a delivery that is claimed as a whole. */
	claims: Map<string, Claim>;
	/** The claims before those. */
	olderClaims: Map<string, Claim>;
	/** Hashes that are kept in the database, the youngest last. */
	hashes: Set<string>;
}

export interface Claimed {
	/** The events that nobody has accepted before and that this delivery now answers for. */
	fresh: CoexistenceEvent[];
	/** To be called with whether n8n took the delivery. The first call counts. */
	settle(accepted: boolean): void;
}

export function noAcceptedEvents(): AcceptedEvents {
	return { claims: new Map(), olderClaims: new Map(), hashes: new Set() };
}

/**
 * Claims the events of a delivery that have not been accepted yet. Where a copy of the delivery is
 * under way, waits for what becomes of it.
 *
 * @param digest what stands for the whole delivery: its signature
 * @param now Unix ms
 * @returns undefined where a copy was under way and n8n did not take it: nothing is claimed, and Meta
 *   has to deliver once more
 */
export async function claim(
	accepted: AcceptedEvents,
	events: CoexistenceEvent[],
	digest: string,
	now: number,
): Promise<Claimed | undefined> {
	if (accepted.hashes.has(hashOf(digest))) {
		return { fresh: events.filter(hasNoId), settle: () => {} };
	}

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

	const isFresh = (key: string): boolean => {
		const claimed = claims.get(key) ?? olderClaims.get(key);
		if (claimed === own || (claimed !== undefined && isAccepted(claimed, now))) return false;
		if (claimed !== undefined && isUnderWay(claimed, now)) {
			others.add(claimed);
			return false;
		}
		if (mayHaveHash && hashes.has(hashOf(key))) return false;
		claims.set(key, own);
		return true;
	};
	const isWhole = events.length > MAX_CLAIMED_SINGLY;
	const fresh =
		isWhole && isFresh(digest)
			? events
			: events.filter((event) => hasNoId(event) || (!isWhole && isFresh(keyOf(event, digest))));

	const settle = (wasAccepted: boolean) => {
		if (own.state !== 'pending') return;
		own.state = wasAccepted ? 'accepted' : 'refused';
		if (wasAccepted) {
			for (const hash of hashesOf(fresh, digest)) hashes.add(hash);
			forgetOldest(hashes);
		}
		answer();
	};

	// No circle: a delivery only ever waits for deliveries that claimed before it.
	for (const other of others) {
		await other.answered;
		if (other.state === 'accepted') continue;
		settle(false);
		return undefined;
	}
	return { fresh, settle };
}

/** Whether Meta gave no ID: such an event is never known to be another's copy. */
function hasNoId({ eventId }: CoexistenceEvent): boolean {
	return isContentId(eventId);
}

/**
 * What an event is known by. A sync reports the same progress after every onboarding, so that a report
 * is only taken for a copy if its whole delivery is one.
 */
function keyOf({ event, eventId }: CoexistenceEvent, digest: string): string {
	return event === 'history.progress' ? eventId + digest : eventId;
}

function isAccepted({ state, since }: Claim, now: number): boolean {
	return state === 'accepted' && now - since < MAX_AGE_MS;
}

function isUnderWay({ state, since }: Claim, now: number): boolean {
	return state === 'pending' && now - since < CLAIM_LIMIT_MS;
}

/** The youngest hashes in a row, for n8n's database. */
export function storedEvents({ hashes }: AcceptedEvents): string {
	return [...hashes].join('');
}

/** Takes over what another process, or this one before a restart, has stored. */
export function restoreEvents(accepted: AcceptedEvents, stored: string): void {
	for (let at = 0; at + HASH_LENGTH <= stored.length; at += HASH_LENGTH) {
		accepted.hashes.add(stored.slice(at, at + HASH_LENGTH));
	}
	forgetOldest(accepted.hashes);
}

function hashesOf(fresh: CoexistenceEvent[], digest: string): string[] {
	if (fresh.length > MAX_STORED_SINGLY) return [hashOf(digest)];
	return fresh.filter((event) => !hasNoId(event)).map((event) => hashOf(keyOf(event, digest)));
}

/** 66 bits, so that two of ten thousand are alike once in a million million. */
function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, HASH_LENGTH);
}

function forgetOldest(hashes: Set<string>): void {
	for (const oldest of hashes) {
		if (hashes.size <= MAX_STORED) return;
		hashes.delete(oldest);
	}
}
