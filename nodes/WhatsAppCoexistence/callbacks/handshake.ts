import { timingSafeEqual } from 'node:crypto';

/** What to answer to Meta's GET, which asks whether a callback URL is wanted. */
export interface HandshakeAnswer {
	status: 200 | 403;
	/** Sent as plain text: the bare challenge, or a reason. */
	body: string;
}

const REFUSED =
	'Handshake refused: hub.mode must be "subscribe" and hub.verify_token the token of this trigger.';

/**
 * Answers Meta's verification request.
 *
 * @param query `hub.mode`, `hub.verify_token` and `hub.challenge`, flat as n8n's server gives them
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export function answerHandshake(
	query: Record<string, unknown>,
	verifyToken: string,
): HandshakeAnswer {
	const challenge = query['hub.challenge'];
	const accepted =
		query['hub.mode'] === 'subscribe' &&
		typeof challenge === 'string' &&
		sameToken(query['hub.verify_token'], verifyToken);
	return accepted ? { status: 200, body: challenge } : { status: 403, body: REFUSED };
}

function sameToken(given: unknown, expected: string): boolean {
	if (typeof given !== 'string' || expected === '') return false;
	const a = Buffer.from(given);
	const b = Buffer.from(expected);
	return a.length === b.length && timingSafeEqual(a, b);
}
