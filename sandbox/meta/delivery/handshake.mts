/**
 * The verification request that Meta makes while a subscription or an override is still pending:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
import { randomInt } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { request } from 'undici';
import { callbackVerificationFailed, challengeMismatch } from '../graph-errors.mts';

export interface Handshake {
	url: string;
	/** Null if there was no HTTP answer. */
	status: number | null;
	accepted: boolean;
}

/**
 * Asks the callback to prove that it knows the verify token.
 *
 * @param record told how it went, whether it succeeded or not
 * @throws GraphError 2200 without an HTTP 200, 2201 if the answer is not exactly the challenge
 */
export async function verifyCallback(
	callbackUrl: string,
	verifyToken: string,
	timeoutMs: number,
	record: (handshake: Handshake) => void,
): Promise<void> {
	const challenge = String(randomInt(1_000_000_000, 2_000_000_000));
	const url = new URL(callbackUrl);
	url.searchParams.set('hub.mode', 'subscribe');
	url.searchParams.set('hub.challenge', challenge);
	url.searchParams.set('hub.verify_token', verifyToken);

	const answer = await request(url, {
		headersTimeout: timeoutMs,
		bodyTimeout: timeoutMs,
		reset: true,
	})
		.then(async ({ statusCode, body }) => ({ statusCode, text: await body.text() }))
		.catch((error: Error) => {
			record({ url: callbackUrl, status: null, accepted: false });
			throw callbackVerificationFailed(`curl_error = ${error.message}`);
		});

	const accepted = answer.statusCode === 200 && answer.text === challenge;
	record({ url: callbackUrl, status: answer.statusCode, accepted });
	if (answer.statusCode !== 200) {
		throw callbackVerificationFailed(
			`HTTP Status Code = ${answer.statusCode}; HTTP Message = ${STATUS_CODES[answer.statusCode] ?? ''}`,
		);
	}
	if (!accepted) throw challengeMismatch(challenge, answer.text);
}
