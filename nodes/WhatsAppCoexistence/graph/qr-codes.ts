import type { Graph } from './client';
import { listAll } from './list-all';

/**
 * A QR code, and the short link behind it, that opens a chat with a text to send.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/qr-codes
 */
export interface QrCode {
	code: string;
	prefilled_message?: string;
	deep_link_url?: string;
	/** Only where an image was asked for. */
	qr_image_url?: string;
}

export type QrImageFormat = 'PNG' | 'SVG';

/** Each call makes a further code, so it is not repeated. */
export async function createQrCode(
	graph: Graph,
	phoneNumberId: string,
	message: string,
	format: QrImageFormat,
	itemIndex: number,
): Promise<QrCode> {
	return await graph.call<QrCode>({
		method: 'POST',
		path: pathOf(phoneNumberId),
		body: { prefilled_message: message, generate_qr_image: format },
		itemIndex,
	});
}

export async function updateQrCode(
	graph: Graph,
	phoneNumberId: string,
	code: string,
	message: string,
	itemIndex: number,
): Promise<QrCode> {
	return await graph.call<QrCode>({
		method: 'POST',
		path: pathOf(phoneNumberId),
		body: { prefilled_message: message, code },
		repeatable: true,
		itemIndex,
	});
}

/** Undefined where Meta gives none. */
export async function readQrCode(
	graph: Graph,
	phoneNumberId: string,
	code: string,
	itemIndex: number,
): Promise<QrCode | undefined> {
	const { data } = await graph.call<{ data?: QrCode[] }>({
		method: 'GET',
		path: `${pathOf(phoneNumberId)}/${code}`,
		itemIndex,
	});
	return data?.[0];
}

export async function listQrCodes(graph: Graph, phoneNumberId: string): Promise<QrCode[]> {
	return await listAll<QrCode>(graph, pathOf(phoneNumberId));
}

export async function deleteQrCode(
	graph: Graph,
	phoneNumberId: string,
	code: string,
	itemIndex: number,
): Promise<void> {
	await graph.call({ method: 'DELETE', path: `${pathOf(phoneNumberId)}/${code}`, itemIndex });
}

function pathOf(phoneNumberId: string): string {
	return `/${phoneNumberId}/message_qrdls`;
}
