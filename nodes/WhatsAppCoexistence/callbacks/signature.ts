import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sha256=';
const DIGEST_HEX_LENGTH = 64;

// Written anew by each comparison. A digest as text is had in less time than one in a new buffer.
const given = Buffer.alloc(DIGEST_HEX_LENGTH);
const expected = Buffer.alloc(DIGEST_HEX_LENGTH);

/**
 * Whether Meta signed these very bytes with the secret of the app.
 *
 * The digest covers the raw body as it came over the wire: Meta escapes non-ASCII characters and
 * slashes, so a body that was parsed and written again has another signature. The comparison takes
 * the same time wherever the digests differ.
 *
 * @param rawBody the request body, byte for byte
 * @param header the value of `X-Hub-Signature-256`, `sha256=` and 64 hexadecimal digits
 * @param appSecret the secret of the Meta app
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 */
export function verifySignature(
	rawBody: Buffer,
	header: string | undefined,
	appSecret: string,
): boolean {
	// Without a secret anybody can sign.
	if (appSecret === '') return false;
	if (typeof header !== 'string' || !header.startsWith(PREFIX)) return false;
	if (header.length !== PREFIX.length + DIGEST_HEX_LENGTH) return false;

	given.write(header.slice(PREFIX.length).toLowerCase(), 'latin1');
	expected.write(createHmac('sha256', appSecret).update(rawBody).digest('hex'), 'latin1');
	return timingSafeEqual(given, expected);
}
