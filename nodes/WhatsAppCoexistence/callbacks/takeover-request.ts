import { createHmac } from 'node:crypto';
import type { IN8nHttpFullResponse } from 'n8n-workflow';

import type { GraphContext } from '../graph/client';
import { USER_AGENT } from '../graph/user-agent';
import { ROUTE } from './address';

/**
 * How a workflow tells the triggers of a number that a takeover begins or ends: by a request of the form
 * that Meta's deliveries have, to the callback that Meta has for the number, signed with the app secret. The
 * trigger whose address it is hands it on to the others, as it does with everything that is signed, so each
 * of them, in whatever process, knows it as it would know of an echo. Nobody else can sign it.
 */
export interface TakeoverRequest {
	phoneNumberId: string;
	/** The customer, by phone digits or by user ID. */
	contact: { phone: string; userId?: undefined } | { userId: string; phone?: undefined };
	/** Unix ms. */
	at: number;
	/** Unix ms; `at` where the takeover ends, null where it lasts until it is ended. */
	until: number | null;
}

/** Meta's own deliveries say `whatsapp_business_account` here. */
const OBJECT = 'n8n_whatsapp_coexistence_takeover';

/** What a trigger answers; `off`: it keeps no account of takeovers. */
export type TakeoverAnswer = 'noted' | 'off';

export type TakeoverOutcome =
	| { outcome: TakeoverAnswer }
	/** Whoever stands there is no trigger that knows such requests, or did not take it. */
	| { outcome: 'refused'; status: number }
	| { outcome: 'unreachable'; reason: string };

/** As the trigger waits for those that it hands the request on to. */
const TIMEOUT_MS = 25_000;

export function takeoverBody(request: TakeoverRequest): string {
	return JSON.stringify({ object: OBJECT, takeover: request });
}

/** @returns undefined for whatever else is delivered */
export function takeoverRequestIn(body: unknown): TakeoverRequest | undefined {
	const { object, takeover } = (body ?? {}) as { object?: unknown; takeover?: TakeoverRequest };
	return object === OBJECT ? takeover : undefined;
}

export function takeoverAnswer(takeover: TakeoverAnswer): { takeover: TakeoverAnswer } {
	return { takeover };
}

/** Whether an address has the form of a trigger's, so that nobody else is sent such a request. */
export function mayBeTrigger(callbackUrl: string): boolean {
	return URL.canParse(callbackUrl) && new URL(callbackUrl).pathname.endsWith(ROUTE);
}

export async function sendTakeover(
	context: GraphContext,
	callbackUrl: string,
	request: TakeoverRequest,
	appSecret: string,
): Promise<TakeoverOutcome> {
	const body = takeoverBody(request);
	const digest = createHmac('sha256', appSecret).update(body).digest('hex');
	try {
		const answer = (await context.helpers.httpRequest({
			method: 'POST',
			url: callbackUrl,
			headers: {
				'content-type': 'application/json',
				'user-agent': USER_AGENT,
				'x-hub-signature-256': `sha256=${digest}`,
			},
			body,
			encoding: 'text',
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as IN8nHttpFullResponse;
		const outcome = answerIn(String(answer.body));
		return answer.statusCode === 200 && outcome !== undefined
			? { outcome }
			: { outcome: 'refused', status: answer.statusCode };
	} catch (error) {
		return { outcome: 'unreachable', reason: (error as Error).message };
	}
}

function answerIn(text: string): TakeoverAnswer | undefined {
	try {
		const { takeover } = JSON.parse(text) as { takeover?: unknown };
		return takeover === 'noted' || takeover === 'off' ? takeover : undefined;
	} catch {
		return undefined;
	}
}
