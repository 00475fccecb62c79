import { z } from 'zod';

/**
 * What an answer has to know of its request, as one text that passes from Decrypt Request to Encrypt
 * Response. No secret: the AES key in it is still encrypted, and only the private key opens it.
 */
const schema = z.union([
	z.object({
		/** `request` waits for an answer of the workflow; the others have one of their own. */
		kind: z.enum(['request', 'ping', 'error']),
		encrypted_aes_key: z.string(),
		initial_vector: z.string(),
		flowToken: z.string().optional(),
	}),
	z.object({
		kind: z.literal('refused'),
		/** 432: not signed by Meta. 421: encrypted for another key, which WhatsApp then asks Meta for anew. */
		status: z.union([z.literal(421), z.literal(432)]),
	}),
]);

export type ReplyKey = z.infer<typeof schema>;

export function writeReplyKey(key: ReplyKey): string {
	return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @returns undefined where it is none */
export function readReplyKey(text: unknown): ReplyKey | undefined {
	if (typeof text !== 'string') return undefined;
	try {
		return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
	} catch {
		return undefined;
	}
}
