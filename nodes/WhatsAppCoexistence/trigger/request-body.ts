import type { IWebhookFunctions } from 'n8n-workflow';

type WebhookRequest = ReturnType<IWebhookFunctions['getRequestObject']> & {
	/** Put on the request by n8n; reads the body where n8n did not, for want of a content type it knows. */
	readRawBody?: () => Promise<void>;
	rawBody?: Buffer;
};

/** The body of a delivery, byte for byte as it came. */
export async function rawBodyOf(request: WebhookRequest): Promise<Buffer> {
	if (request.rawBody === undefined) await request.readRawBody?.();
	return request.rawBody ?? Buffer.alloc(0);
}

/**
 * The JSON of a delivery: n8n's own reading of it where there is one, else ours.
 *
 * @returns undefined where the bytes are not JSON
 */
export function jsonOf(request: WebhookRequest, rawBody: Buffer): unknown {
	if (typeof request.body === 'object' && request.body !== null) return request.body;
	try {
		return JSON.parse(rawBody.toString('utf8'));
	} catch {
		return undefined;
	}
}
