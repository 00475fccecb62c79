/** https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/business-encryption-api */
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { invalidParameter } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';

const bodySchema = z.object({ business_public_key: z.string() }).strict();

/** `GET /<PHONE_ID>/whatsapp_business_encryption` */
export function readPublicKey(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const { flowPublicKey } = call.node;
	if (flowPublicKey === null) return { data: [] };
	return {
		data: [{ business_public_key: flowPublicKey, business_public_key_signature_status: 'VALID' }],
	};
}

/** `POST /<PHONE_ID>/whatsapp_business_encryption`: an RSA key of 2048 bits, as PEM. */
export function setPublicKey(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const parsed = bodySchema.safeParse(call.body);
	if (!parsed.success || !isTaken(parsed.data.business_public_key)) {
		throw invalidParameter('Param business_public_key must be a 2048-bit RSA public key in PEM');
	}
	call.node.flowPublicKey = parsed.data.business_public_key;
	return { success: true };
}

function isTaken(pem: string): boolean {
	// createPublicKey would derive one from a private key, which Meta must never be sent.
	if (!pem.startsWith('-----BEGIN PUBLIC KEY-----')) return false;
	try {
		const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
		return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === 2048;
	} catch {
		return false;
	}
}
