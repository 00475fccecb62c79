import type { Graph, GraphRequest } from './client';
import { GraphApiError, type GraphFailure } from './errors';
import type { Pace } from './pacing';

/** Time, in milliseconds. `sleep` rejects where the wait is called off. */
export interface Clock {
	now(): number;
	sleep(ms: number): Promise<void>;
}

const THROUGHPUT = 130429;

/**
 * The same Graph API, with messages sent at the pace that Meta allows and repeated where Meta says
 * that they were not taken and may be later. Everything else passes unchanged.
 *
 * A message is repeated only after a code by which Meta says that it was not taken. Where no answer
 * came, or one that does not say (“unknown error”, “overloaded”), the person may have the message
 * already, and the failure is handed on with `outcomeUnknown`.
 */
export function paceMessages(graph: Graph, pace: Pace, clock: Clock): Graph {
	const sendOnce = async <T>(request: GraphRequest, message: Addressed): Promise<T> => {
		const { phoneNumberId, person } = message;
		for (;;) {
			const delayMs = pace.delay(phoneNumberId, person, clock.now(), graph.messagesPerSecond);
			if (delayMs === 0) break;
			await clock.sleep(delayMs);
		}
		const sentAt = clock.now();
		pace.sent(phoneNumberId, person, sentAt);
		return await graph
			.call<T>(request)
			.finally(() => pace.answered(phoneNumberId, person, sentAt, clock.now()));
	};

	/** Throws the error where there is to be no next try. */
	const waitBeforeNext = async (error: Error, { phoneNumberId }: Addressed, tries: number) => {
		if (!(error instanceof GraphApiError)) throw error;
		const pauseMs = pauseBefore(error.graph, tries);
		if (pauseMs === null) throw error;
		if (error.graph.code === THROUGHPUT) {
			pace.pause(phoneNumberId, clock.now() + pauseMs, clock.now());
		} else {
			await clock.sleep(pauseMs);
		}
	};

	return {
		...graph,
		async call<T>(request: GraphRequest): Promise<T> {
			const message = addressOf(request);
			if (message === undefined) return await graph.call<T>(request);
			for (let tries = 0; ; tries++) {
				const outcome = await sendOnce<T>(request, message).then(
					(answer) => ({ answer, error: undefined }),
					(error: Error) => ({ error }),
				);
				if (outcome.error === undefined) return outcome.answer;
				await waitBeforeNext(outcome.error, message, tries);
			}
		},
	};
}

interface Addressed {
	phoneNumberId: string;
	person: string;
}

/** Whom a message goes to; undefined for read receipts and everything that is no message. */
function addressOf({ method, path, body }: GraphRequest): Addressed | undefined {
	const phoneNumberId = /^\/([^/]+)\/(?:marketing_)?messages$/.exec(path)?.[1];
	const to = body?.to ?? body?.recipient;
	if (method !== 'POST' || phoneNumberId === undefined || to === undefined) return undefined;
	return { phoneNumberId, person: String(to).replace(/^\+/, '') };
}

/**
 * Milliseconds to wait before the next try, or null where there is to be none.
 *
 * @param tries how often the message was refused before this
 */
function pauseBefore(failure: GraphFailure, tries: number): number | null {
	if (failure.outcomeUnknown) return null;
	switch (failure.retry) {
		case 'pair':
			return tries < 4 ? 1_000 * 4 ** tries : null;
		case 'backoff':
			return tries < (failure.code === THROUGHPUT ? 5 : 3) ? 1_000 * 2 ** tries : null;
		default:
			return null;
	}
}
