/**
 * When the next message may be sent so that Meta's limits are reached and never exceeded. Plain
 * arithmetic on times in milliseconds that the caller reads from its clock.
 *
 * The memory is that of one process: n8n tells its workers nothing of each other. Several that send
 * from one number need a share each, or Meta refuses with 130429, which is waited out.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export interface Pace {
	/**
	 * Milliseconds until a message to this person may be sent; 0 where it may be sent now.
	 *
	 * @param share how many of the number's messages in a second are this process's
	 */
	delay(phoneNumberId: string, person: string, now: number, share?: number): number;
	/** Notes a message that is sent now. */
	sent(phoneNumberId: string, person: string, now: number): void;
	/** Notes Meta's answer, or the lack of one, to the message that was sent at `sentAt`. */
	answered(phoneNumberId: string, person: string, sentAt: number, now: number): void;
	/** Nothing is sent from this number before `until`. */
	pause(phoneNumberId: string, until: number, now: number): void;
}

/** What a coexistence number may send in any second. */
export const MESSAGES_PER_SECOND = 20;
/** A second, and a little for what clocks and networks do to it. */
const SECOND_MS = 1_015;
/** Between two messages, so that they do not wait for each other on the way… */
const GAP_MS = 25;
/** …unless the sender is late by so much, which it may make up for. */
const LATE_MS = 250;
/** One message in six seconds to the same person… */
const PAIR_INTERVAL_MS = 6_000;
/** …and up to this many at once, borrowed from the future. */
const PAIR_BURST = 45;
/**
 * So many answers show how long the way to Meta and back is at least. The first messages open the
 * connections, all at once, and take longer than those after them.
 */
const WARM_UP = 2 * MESSAGES_PER_SECOND;
/** Where all messages of a second are still unanswered, it is worth looking again after this. */
const LOOK_AGAIN_MS = 20;
/** Above this many, people whose quota is whole again are forgotten. */
const MAX_PEOPLE = 5_000;
/** Above this many, numbers that could send a whole burst again are forgotten. */
const MAX_NUMBERS = 500;

export interface NumberState {
	/** When the gap after the latest message is over. */
	gapEndsAt: number;
	unanswered: number;
	/** When the latest answers came, oldest first. */
	answers: number[];
	/** The shortest time from sending to answer so far, of so many answers. */
	fastestMs: number;
	answered: number;
	pausedUntil: number;
	/** By person, the time at which the quota would be whole again. */
	wholeAt: Map<string, number>;
}

/** @param numbers what is remembered, by phone number ID */
export function createPace(numbers = new Map<string, NumberState>()): Pace {
	const stateOf = (phoneNumberId: string, now: number): NumberState => {
		const known = numbers.get(phoneNumberId);
		if (known !== undefined) return known;
		if (numbers.size >= MAX_NUMBERS) forgetRested(numbers, now);
		const fresh: NumberState = {
			gapEndsAt: 0,
			unanswered: 0,
			answers: [],
			fastestMs: Infinity,
			answered: 0,
			pausedUntil: 0,
			wholeAt: new Map(),
		};
		numbers.set(phoneNumberId, fresh);
		return fresh;
	};

	return {
		delay(phoneNumberId, person, now, share = MESSAGES_PER_SECOND) {
			const state = stateOf(phoneNumberId, now);
			return Math.max(
				0,
				state.pausedUntil - now,
				state.gapEndsAt - now,
				numberDelay(state, now, share),
				pairDelay(state, person, now),
			);
		},
		sent(phoneNumberId, person, now) {
			const state = stateOf(phoneNumberId, now);
			state.gapEndsAt = Math.max(state.gapEndsAt, now - LATE_MS) + GAP_MS;
			state.unanswered++;
			if (state.wholeAt.size > MAX_PEOPLE) forgetWhole(state.wholeAt, now);
			const wholeAt = Math.max(state.wholeAt.get(person) ?? 0, now);
			state.wholeAt.set(person, wholeAt + PAIR_INTERVAL_MS);
		},
		answered(phoneNumberId, person, sentAt, now) {
			const state = stateOf(phoneNumberId, now);
			state.unanswered--;
			state.answers.push(now);
			state.fastestMs = Math.min(state.fastestMs, now - sentAt);
			state.answered++;
			const wholeAt = state.wholeAt.get(person) ?? 0;
			state.wholeAt.set(person, Math.max(wholeAt, now + PAIR_INTERVAL_MS));
		},
		pause(phoneNumberId, until, now) {
			const state = stateOf(phoneNumberId, now);
			state.pausedUntil = Math.max(state.pausedUntil, until);
		},
	};
}

/**
 * Meta counts a message when it arrives there, which is after we sent it and before its answer is
 * here. So a place in the second becomes free one second after the answer, less the shortest time
 * that a message takes to go and come back, once that is known: the way of this answer and of the
 * next message.
 */
function numberDelay(state: NumberState, now: number, share: number): number {
	const wayMs = state.answered < WARM_UP ? 0 : Math.min(state.fastestMs, SECOND_MS);
	const secondMs = SECOND_MS - wayMs;
	let oldest = state.answers[0];
	while (oldest !== undefined && oldest + secondMs <= now) {
		state.answers.shift();
		oldest = state.answers[0];
	}
	if (state.unanswered + state.answers.length < share) return 0;
	return oldest === undefined ? LOOK_AGAIN_MS : oldest + secondMs - now;
}

function pairDelay(state: NumberState, person: string, now: number): number {
	const wholeAt = Math.max(state.wholeAt.get(person) ?? 0, now);
	return wholeAt + PAIR_INTERVAL_MS - PAIR_BURST * PAIR_INTERVAL_MS - now;
}

function forgetWhole(wholeAt: Map<string, number>, now: number): void {
	for (const [person, at] of wholeAt) if (at <= now) wholeAt.delete(person);
}

/** A number that has been silent for as long as a burst to one person takes to be whole again. */
function forgetRested(numbers: Map<string, NumberState>, now: number): void {
	for (const [phoneNumberId, state] of numbers) {
		forgetWhole(state.wholeAt, now);
		const rested = state.unanswered === 0 && state.pausedUntil <= now && state.wholeAt.size === 0;
		if (rested && (state.answers.at(-1) ?? 0) + SECOND_MS <= now) numbers.delete(phoneNumberId);
	}
}
