import type { IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import { USER_AGENT } from '../graph/user-agent';

/** What became of a delivery that was handed to somebody; `gone`: nobody has that address any more. */
export type Outcome = 'failed' | 'gone' | 'taken';

/** As long as Meta is taken to wait for an answer. */
export const TIMEOUT_MS = 20_000;

/**
 * Hands a delivery to an address, byte for byte and with Meta's signature.
 *
 * @param more headers beside those that Meta sends
 */
export async function deliverTo(
	context: IWebhookFunctions,
	url: string,
	rawBody: Buffer,
	signature: string,
	more: Record<string, string> = {},
): Promise<Outcome> {
	const response = await postDelivery(context, url, rawBody, signature, more);
	if (response === undefined) return 'failed';
	const { statusCode, body } = response;
	return statusCode === 200 ? 'taken' : isUnknownToN8n(statusCode, body) ? 'gone' : 'failed';
}

/**
 * The same, for whoever reads the answer.
 *
 * @param timeout ms
 * @returns undefined where there is none
 */
export async function postDelivery(
	context: IWebhookFunctions,
	url: string,
	rawBody: Buffer,
	signature: string,
	more: Record<string, string>,
	timeout = TIMEOUT_MS,
): Promise<IN8nHttpFullResponse | undefined> {
	const answer = context.helpers.httpRequest({
		method: 'POST',
		url,
		headers: {
			'content-type': 'application/json',
			'user-agent': USER_AGENT,
			'x-hub-signature-256': signature,
			...more,
		},
		body: rawBody,
		encoding: 'text',
		disableFollowRedirect: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout,
	}) as Promise<IN8nHttpFullResponse>;
	return await answer.catch(() => undefined);
}

/** n8n's own 404, not that of a proxy which has lost n8n. */
export function isUnknownToN8n(status: number, body: unknown): boolean {
	return status === 404 && String(body).includes('"code":404');
}
