import { sleep, type IN8nHttpFullResponse, type IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../events/schema';
import { packAddress, resumeUrl, type QuestionAddress } from '../questions/address';
import { addressIn, isAnswering, withoutAddress } from '../questions/answer';
import { ANSWER_HEADER } from '../questions/receive-answer';
import { atMost } from './at-most';
import { isUnknownToN8n, postDelivery, TIMEOUT_MS } from './deliver-to';
import { dropOldest } from './drop-oldest';
import { forgetQuestion, noteQuestion, openQuestionsFor } from './open-questions';

/**
 * Answers to questions of “Send and Wait for Response”: each resumes the execution that waits for it, and
 * then starts no workflow. What nobody waits for any more is an ordinary message.
 *
 * The trigger that Meta calls sees to it, once, and tells the others of this n8n what it has done.
 */

/** Which events of the body, counted from 0, have resumed an execution. Who sends it needs the signature as well. */
const TAKEN_HEADER = 'x-whatsapp-coexistence-answered';

export interface TakenAnswers {
	events: ReadonlySet<CoexistenceEvent>;
	/** For the other triggers of this n8n; empty where there was nothing to tell. */
	headers: Record<string, string>;
}

const NOTHING: TakenAnswers = { events: new Set(), headers: {} };

type Outcome = 'failed' | 'over' | 'resumed';

/**
 * The answers by which this process has resumed something, by question: a copy resumes nothing, and starts nothing.
 * Another to the same question comes too late, and is not asked for: while its execution runs, n8n says the same
 * of it as of a question that is not waited for yet.
 */
const resumed = new Map<string, { eventId: string; outcome: Promise<Outcome> }>();
const MAX_RESUMED = 1_000;

/**
 * Where n8n limits how many executions run at a time, it answers once there is room for the one that is to go on,
 * even if nobody waits for that any more. Meta is told to deliver again until then.
 */
const ROOM_MS = 60 * 60 * 1000;

/** So long after it was asked a question may not be waited for yet, since its message takes its time. */
const ASKING_MS = 120_000;
/** Pauses before n8n is asked again for an execution that does not wait yet. */
const PAUSES_MS = [200, 400, 800, 1_600];

/**
 * @param events all of the body, in the order of the parser
 * @param isOwner whether an echo is the owner's own, and no automatic greeting
 * @returns undefined where n8n could not resume what waits: Meta has to deliver it again
 */
export async function takeAnswers(
	context: IWebhookFunctions,
	events: CoexistenceEvent[],
	rawBody: Buffer,
	signature: string,
	isOwner: (echo: CoexistenceEvent) => boolean,
): Promise<TakenAnswers | undefined> {
	const answers = answersIn(events, isOwner);
	// Who is told may not know of a question any more that was open when it was answered.
	const told = placesIn(context.getHeaderData()[TAKEN_HEADER]);
	if (answers.length === 0 && told === undefined) return NOTHING;

	const taken = told ?? new Set<number>();
	if (told === undefined) {
		for (const { place, event, questions } of answers) {
			for (const question of questions) {
				const deliver = async (url: string) =>
					await postDelivery(
						context,
						url,
						rawBody,
						signature,
						{ [ANSWER_HEADER]: `${place}` },
						ROOM_MS,
					);
				const outcome = await resumeOnce(context, question, event.eventId, deliver);
				if (outcome === 'failed') return undefined;
				if (outcome === 'resumed' && event.event === 'inbound.message') taken.add(place);
			}
		}
	}
	for (const { event } of answers) {
		if (isAnswering(event) && event.message.answer) withoutAddress(event.message.answer);
	}
	return {
		events: new Set(events.filter((_, place) => taken.has(place))),
		headers: { [TAKEN_HEADER]: [...taken].join() },
	};
}

interface Answering {
	place: number;
	event: CoexistenceEvent;
	questions: QuestionAddress[];
}

/** Cheap: it looks at every event of every delivery. */
function answersIn(
	events: CoexistenceEvent[],
	isOwner: (echo: CoexistenceEvent) => boolean,
): Answering[] {
	const answers: Answering[] = [];
	events.forEach((event, place) => {
		if (event.event === 'message.status') noteQuestion(event);
		else if (isAnswering(event)) {
			const packed = event.event === 'inbound.message' && addressIn(event.message.answer);
			const questions = packed ? [packed.address] : openQuestionsFor(event, isOwner);
			if (questions.length > 0) answers.push({ place, event, questions });
		}
	});
	return answers;
}

function placesIn(header: unknown): Set<number> | undefined {
	if (typeof header !== 'string') return undefined;
	return new Set(header.split(',').filter(Boolean).map(Number));
}

async function resumeOnce(
	context: IWebhookFunctions,
	question: QuestionAddress,
	eventId: string,
	deliver: (url: string) => Promise<IN8nHttpFullResponse | undefined>,
): Promise<Outcome> {
	const key = packAddress(question, '');
	const earlier = resumed.get(key);
	if (earlier !== undefined) {
		const outcome = (await atMost(TIMEOUT_MS, earlier.outcome)) ?? 'failed';
		return outcome === 'resumed' && earlier.eventId !== eventId ? 'over' : outcome;
	}

	const outcome = resume(context, question, deliver).then((known) => {
		if (known !== 'resumed') resumed.delete(key);
		if (known !== 'failed') forgetQuestion(question);
		return known;
	});
	resumed.set(key, { eventId, outcome });
	dropOldest(resumed, MAX_RESUMED);
	return (await atMost(TIMEOUT_MS, outcome)) ?? 'failed';
}

async function resume(
	context: IWebhookFunctions,
	question: QuestionAddress,
	deliver: (url: string) => Promise<IN8nHttpFullResponse | undefined>,
): Promise<Outcome> {
	const url = resumeUrl(waitingBaseOf(context), question);
	for (const pause of [...PAUSES_MS, 0]) {
		const response = await deliver(url);
		const outcome = outcomeOf(response, question);
		if (outcome !== 'not yet') return logged(context, question, outcome, response);
		if (pause > 0) await sleep(pause);
	}
	return 'failed';
}

/**
 * What n8n says of the address of a waiting execution (waiting-webhooks.js): a page with 200 where the
 * execution is over or waits elsewhere, 409 where it is running or has failed, 404 where it is gone, 401
 * for a signature that is not its own.
 */
function outcomeOf(
	response: IN8nHttpFullResponse | undefined,
	{ askedAt }: QuestionAddress,
): Outcome | 'not yet' {
	if (response === undefined) return 'failed';
	const { statusCode } = response;
	const body = String(response.body);
	if (statusCode === 200) return body.includes('"resumed":true') ? 'resumed' : 'over';
	if (statusCode >= 500 || statusCode === 429) return 'failed';
	if (statusCode === 404) return isUnknownToN8n(statusCode, body) ? 'over' : 'failed';
	const mayBeAsking = statusCode === 409 && !body.includes('finished');
	return mayBeAsking && Date.now() - askedAt < ASKING_MS ? 'not yet' : 'over';
}

function logged(
	context: IWebhookFunctions,
	{ executionId }: QuestionAddress,
	outcome: Outcome,
	response: IN8nHttpFullResponse | undefined,
): Outcome {
	if (response?.statusCode === 401) {
		context.logger.warn(
			`WhatsApp Coexistence Trigger: an answer names execution ${executionId}, but is not signed for it. It is taken for an ordinary message. If a question of yours stays open, its node has to use a credential of the same Meta app.`,
		);
	}
	return outcome;
}

/** Of this n8n, without a slash at the end. */
function waitingBaseOf(context: IWebhookFunctions): string {
	const url = new URL(String(context.evaluateExpression('{{ $execution.resumeUrl }}')));
	return url.origin + url.pathname.slice(0, url.pathname.lastIndexOf('/'));
}
