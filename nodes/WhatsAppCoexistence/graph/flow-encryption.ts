import type { Graph } from './client';

/** The key that WhatsApp encrypts the requests of a number’s forms (Flows) with. */
export interface FlowPublicKey {
	/** PEM; null where none was set, or Meta does not tell it. */
	publicKey: string | null;
	/** Of Meta's own signature on it: `VALID`, or `MISMATCH` where it has to be set again; null where none was set. */
	signatureStatus: string | null;
}

/**
 * What Meta has for the number now.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/business-encryption-api
 */
export async function readFlowPublicKey(
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<FlowPublicKey> {
	const { data } = await graph.call<{
		data?: Array<{
			business_public_key?: string;
			business_public_key_signature_status?: string;
		}>;
	}>({
		method: 'GET',
		path: pathOf(phoneNumberId),
		qs: { fields: 'business_public_key,business_public_key_signature_status' },
		itemIndex,
	});
	const key = data?.[0];
	return {
		publicKey: key?.business_public_key ?? null,
		signatureStatus: key?.business_public_key_signature_status ?? null,
	};
}

/** @param publicKey PEM of an RSA key of 2048 bits; it replaces the one before */
export async function setFlowPublicKey(
	graph: Graph,
	phoneNumberId: string,
	publicKey: string,
	itemIndex: number,
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: pathOf(phoneNumberId),
		body: { business_public_key: publicKey },
		repeatable: true,
		itemIndex,
	});
}

function pathOf(phoneNumberId: string): string {
	return `/${phoneNumberId}/whatsapp_business_encryption`;
}
