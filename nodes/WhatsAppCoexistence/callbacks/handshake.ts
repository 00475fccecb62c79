import { timingSafeEqual } from 'node:crypto';

/** What to answer to Meta's GET, which asks whether a callback URL is wanted. */
export interface HandshakeAnswer {
	status: 200 | 403;
	/** Sent as plain text: the bare challenge, or a reason. */
	body: string;
}

const REFUSED =
	'Handshake refused: hub.mode must be "subscribe" and hub.verify_token the token of this trigger.';

/** The `hub.mode` by which one trigger of ours asks another which workflow it is. Never Meta’s. */
export const WHO = 'who';

/** What a trigger tells about itself to another one. */
export interface Self {
	/** The name of its workflow. */
	workflow: string;
	/** The ID of its WABA. */
	account: string;
	/** Its “Register For”. */
	registerFor: string;
}

/**
 * Answers Meta's verification request, and another trigger that asks for the name of the workflow.
 *
 * @param query `hub.mode`, `hub.verify_token` and `hub.challenge`, flat as n8n's server gives them
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export function answerHandshake(
	query: Record<string, unknown>,
	verifyToken: string,
	own: Self,
): HandshakeAnswer {
	const challenge = query['hub.challenge'];
	if (sameToken(query['hub.verify_token'], verifyToken)) {
		if (query['hub.mode'] === WHO) return { status: 200, body: JSON.stringify(own) };
		if (query['hub.mode'] === 'subscribe' && typeof challenge === 'string') {
			return { status: 200, body: challenge };
		}
	}
	return { status: 403, body: REFUSED };
}

function sameToken(given: unknown, expected: string): boolean {
	if (typeof given !== 'string' || expected === '') return false;
	const a = Buffer.from(given);
	const b = Buffer.from(expected);
	return a.length === b.length && timingSafeEqual(a, b);
}
