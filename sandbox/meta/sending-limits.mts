/**
 * How fast a number may send:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
import type { Clock } from './clock.mts';
import { GraphError } from './graph-errors.mts';

export interface LimitOptions {
	/** Per number, in any second; 20 for coexistence numbers. */
	messagesPerSecond: number;
	/** Seconds after which one more message to the same person is allowed. */
	pairIntervalSeconds: number;
	/** Messages to the same person that may be borrowed from future quota. */
	pairBurst: number;
	/** Refuses free-form messages to people who have not written in the last 24 hours. */
	enforceServiceWindow: boolean;
	/** Phones and user ids that never get a message: accepted, then a failed status (131026). */
	undeliverable: string[];
}

export const DEFAULT_LIMITS: LimitOptions = {
	messagesPerSecond: 20,
	pairIntervalSeconds: 6,
	pairBurst: 45,
	enforceServiceWindow: false,
	undeliverable: [],
};

export interface SendingLimits {
	options: LimitOptions;
	/** @throws GraphError 130429 or 131056; a refused message uses up nothing. */
	take(phoneNumberId: string, recipient: string): void;
	reset(): void;
}

export function createSendingLimits(clock: Clock): SendingLimits {
	const options = { ...DEFAULT_LIMITS };
	const lastSecond = new Map<string, number[]>();
	/** When the quota of a pair would be whole again, in ms. */
	const pairRefilledAt = new Map<string, number>();
	return {
		options,
		take: (phoneNumberId, recipient) => {
			const now = clock.now();
			const recent = (lastSecond.get(phoneNumberId) ?? []).filter((at) => at > now - 1000);
			if (recent.length >= options.messagesPerSecond) throw throughputReached();

			const pair = `${phoneNumberId} ${recipient}`;
			const intervalMs = options.pairIntervalSeconds * 1000;
			const refilledAt = Math.max(pairRefilledAt.get(pair) ?? 0, now) + intervalMs;
			if (refilledAt - now > options.pairBurst * intervalMs) throw pairRateReached();

			lastSecond.set(phoneNumberId, [...recent, now]);
			pairRefilledAt.set(pair, refilledAt);
		},
		reset: () => {
			lastSecond.clear();
			pairRefilledAt.clear();
			Object.assign(options, DEFAULT_LIMITS);
		},
	};
}

function throughputReached(): GraphError {
	return new GraphError(130429, '(#130429) Rate limit hit', {
		details: 'Message throughput of this phone number has been reached.',
	});
}

function pairRateReached(): GraphError {
	return new GraphError(
		131056,
		'(#131056) (Business Account, Consumer Account) pair rate limit hit',
		{ details: 'Too many messages from this phone number to the same recipient in a short time.' },
	);
}
