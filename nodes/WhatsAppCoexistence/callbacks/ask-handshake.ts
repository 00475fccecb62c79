import { randomInt } from 'node:crypto';
import type { IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';

import type { GraphContext } from '../graph/client';
import { USER_AGENT } from '../graph/user-agent';
import { WHO, type Self } from './handshake';

/** What a callback does with Meta's handshake. */
export type HandshakeResult =
	| { outcome: 'accepted' }
	/** It answered something else than the challenge. */
	| { outcome: 'refused'; status: number }
	| { outcome: 'unreachable'; reason: string };

/** The same, with the name of the workflow that stands there. */
export type WhoResult =
	| ({ outcome: 'accepted' } & Self)
	| Exclude<HandshakeResult, { outcome: 'accepted' }>;

/** A person waits for what comes of it; an n8n that is busy takes seconds to answer itself. */
const TIMEOUT_MS = 10_000;

/**
 * Asks a callback for the handshake, as Meta does when the callback is registered.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export async function askForHandshake(
	context: GraphContext,
	callbackUrl: string,
	verifyToken: string,
): Promise<HandshakeResult> {
	const challenge = String(randomInt(1_000_000_000, 10_000_000_000));
	const answer = await get(context, callbackUrl, verifyToken, {
		'hub.mode': 'subscribe',
		'hub.challenge': challenge,
	});
	if (answer.outcome === 'unreachable') return answer;
	const accepted = answer.status === 200 && answer.body.trim() === challenge;
	return accepted ? { outcome: 'accepted' } : { outcome: 'refused', status: answer.status };
}

/** Asks a callback of ours which workflow it belongs to. Tells it to whoever knows its verify token. */
export async function askWho(
	context: GraphContext,
	callbackUrl: string,
	verifyToken: string,
): Promise<WhoResult> {
	const answer = await get(context, callbackUrl, verifyToken, { 'hub.mode': WHO });
	if (answer.outcome === 'unreachable') return answer;
	const self = answer.status === 200 ? selfIn(answer.body) : undefined;
	return self === undefined
		? { outcome: 'refused', status: answer.status }
		: { outcome: 'accepted', ...self };
}

type Answer =
	| { outcome: 'answered'; status: number; body: string }
	| { outcome: 'unreachable'; reason: string };

async function get(
	context: GraphContext,
	url: string,
	verifyToken: string,
	query: IDataObject,
): Promise<Answer> {
	try {
		const { statusCode, body } = (await context.helpers.httpRequest({
			method: 'GET',
			url,
			qs: { ...query, 'hub.verify_token': verifyToken },
			headers: { 'User-Agent': USER_AGENT },
			encoding: 'text',
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as IN8nHttpFullResponse;
		return { outcome: 'answered', status: statusCode, body: String(body) };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { outcome: 'unreachable', reason: reason.replaceAll(verifyToken, '[hidden]') };
	}
}

function selfIn(body: string): Self | undefined {
	try {
		const { workflow, account, registerFor } = JSON.parse(body) as Partial<Self>;
		return workflow === undefined || account === undefined || registerFor === undefined
			? undefined
			: { workflow, account, registerFor };
	} catch {
		return undefined;
	}
}
