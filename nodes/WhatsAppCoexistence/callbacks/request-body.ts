import type { IWebhookFunctions } from 'n8n-workflow';

type WebhookRequest = ReturnType<IWebhookFunctions['getRequestObject']> & {
	/** Put on the request by n8n; reads the body where n8n did not, for want of a content type it knows. */
	readRawBody?: () => Promise<void>;
	rawBody?: Buffer;
	/** As n8n has read them from the header, in lower case. */
	contentType?: string;
	encoding?: string;
};

const UTF8 = new TextDecoder();

/**
 * The body of a delivery, byte for byte as it came.
 *
 * @returns undefined where it cannot be read: n8n has taken it apart as a form with files, it is larger
 *   than n8n allows, is not compressed as it says, or broke off
 */
export async function rawBodyOf(request: WebhookRequest): Promise<Buffer | undefined> {
	try {
		if (request.rawBody === undefined) await request.readRawBody?.();
		return request.rawBody ?? Buffer.alloc(0);
	} catch {
		return undefined;
	}
}

/**
 * The JSON of a delivery, from the bytes that were signed. Headers are not signed, so that what n8n has
 * made of the bytes is taken only where it is this very JSON: a chunk of 3 MB takes long to read twice.
 *
 * @returns undefined where the bytes are not JSON
 */
export function jsonOf(request: WebhookRequest, rawBody: Buffer): unknown {
	const { contentType, encoding } = request;
	const body: unknown = request.body;
	if (contentType === 'application/json' && encoding === 'utf-8' && body !== undefined) return body;
	try {
		return JSON.parse(UTF8.decode(rawBody));
	} catch {
		return undefined;
	}
}
