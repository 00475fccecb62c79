import {
	constants,
	createCipheriv,
	createDecipheriv,
	privateDecrypt,
	type KeyObject,
} from 'node:crypto';

/** What WhatsApp sends to the endpoint of a form, as JSON of the body; everything base64. */
export interface EncryptedRequest {
	/** Encrypted by AES-128-GCM, with its tag at the end. */
	encrypted_flow_data: string;
	/** The AES key of this request, encrypted by RSA-OAEP with SHA-256. */
	encrypted_aes_key: string;
	initial_vector: string;
}

const ALGORITHM = 'aes-128-gcm';
const TAG_BYTES = 16;

/**
 * The JSON of a request.
 *
 * @throws where it was encrypted for another key, or has been changed
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/implementingyourflowendpoint
 */
export function decrypt(request: EncryptedRequest, privateKey: KeyObject): unknown {
	const { key, initialVector } = keyOfRequest(request, privateKey);
	const content = Buffer.from(request.encrypted_flow_data, 'base64');
	const decipher = createDecipheriv(ALGORITHM, key, initialVector);
	decipher.setAuthTag(content.subarray(-TAG_BYTES));
	const text = decipher.update(content.subarray(0, -TAG_BYTES)).toString() + decipher.final('utf8');
	return JSON.parse(text) as unknown;
}

/** The answer to a request as WhatsApp reads it: same key, every bit of the initial vector inverted; base64. */
export function encrypt(
	answer: unknown,
	request: Omit<EncryptedRequest, 'encrypted_flow_data'>,
	privateKey: KeyObject,
): string {
	const { key, initialVector } = keyOfRequest(request, privateKey);
	const inverted = initialVector.map((byte) => byte ^ 0xff);
	const cipher = createCipheriv(ALGORITHM, key, inverted);
	const content = [cipher.update(JSON.stringify(answer)), cipher.final()];
	return Buffer.concat([...content, cipher.getAuthTag()]).toString('base64');
}

function keyOfRequest(
	request: Omit<EncryptedRequest, 'encrypted_flow_data'>,
	privateKey: KeyObject,
) {
	const key = privateDecrypt(
		{ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
		Buffer.from(request.encrypted_aes_key, 'base64'),
	);
	return { key, initialVector: Buffer.from(request.initial_vector, 'base64') };
}
