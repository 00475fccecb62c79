import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';

/**
 * Sends a message, once: `paceMessages` knows when it may be sent again.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export async function postMessage<Answer extends IDataObject>(
	graph: Graph,
	phoneNumberId: string,
	message: IDataObject,
	itemIndex: number,
): Promise<Answer> {
	return await graph.call<Answer>({
		method: 'POST',
		path: messagesOf(phoneNumberId),
		itemIndex,
		body: message,
	});
}

/** Marks a message as read, which does no harm when it is done twice. */
export async function postReceipt(
	graph: Graph,
	phoneNumberId: string,
	receipt: IDataObject,
	itemIndex: number,
): Promise<IDataObject> {
	return await graph.call({
		method: 'POST',
		path: messagesOf(phoneNumberId),
		repeatable: true,
		itemIndex,
		body: receipt,
	});
}

function messagesOf(phoneNumberId: string): string {
	return `/${phoneNumberId}/messages`;
}
