import { randomInt } from 'node:crypto';
import type { IN8nHttpFullResponse } from 'n8n-workflow';

import type { GraphContext } from '../graph/client';
import { USER_AGENT } from '../graph/user-agent';

/** What a callback does with Meta's handshake. */
export type HandshakeResult =
	| { outcome: 'accepted' }
	/** It answered something else than the challenge. */
	| { outcome: 'refused'; status: number }
	| { outcome: 'unreachable'; reason: string };

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
	try {
		const { statusCode, body } = (await context.helpers.httpRequest({
			method: 'GET',
			url: callbackUrl,
			qs: {
				'hub.mode': 'subscribe',
				'hub.challenge': challenge,
				'hub.verify_token': verifyToken,
			},
			headers: { 'User-Agent': USER_AGENT },
			encoding: 'text',
			timeout: TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as IN8nHttpFullResponse;
		const accepted = statusCode === 200 && String(body).trim() === challenge;
		return accepted ? { outcome: 'accepted' } : { outcome: 'refused', status: statusCode };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { outcome: 'unreachable', reason: reason.replaceAll(verifyToken, '[hidden]') };
	}
}
