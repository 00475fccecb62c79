import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';
import { GraphApiError } from './errors';

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

/** How a template goes out through the Marketing Messages API. */
export interface MarketingOptions {
	/** Whether it goes out as an ordinary template where that API does not take it. */
	fallback: boolean;
	/** Whether Meta may use what the person does with the message; undefined leaves it to the account. */
	shareActivity?: boolean | undefined;
}

/**
 * No marketing template, one that is not known there yet, or a person or an account that API is not for:
 * nothing was sent.
 */
const NOT_FOR_MARKETING: ReadonlySet<number | null> = new Set([131055, 134100, 134101, 134102]);

/**
 * Sends a template through the Marketing Messages API. By itself Meta falls back for an account that has
 * not been signed up there; what it refuses all the same goes out as an ordinary template.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/marketing-messages/send-marketing-messages
 */
export async function postMarketingMessage<Answer extends IDataObject>(
	graph: Graph,
	phoneNumberId: string,
	message: IDataObject,
	itemIndex: number,
	{ fallback, shareActivity }: MarketingOptions,
): Promise<Answer> {
	const sent = graph.call<Answer>({
		method: 'POST',
		path: `/${phoneNumberId}/marketing_messages`,
		itemIndex,
		body: {
			...message,
			product_policy: fallback ? 'CLOUD_API_FALLBACK' : 'STRICT',
			...(shareActivity === undefined ? {} : { message_activity_sharing: shareActivity }),
		},
	});
	if (!fallback) return await sent;
	return await sent.catch(async (error: unknown) => {
		if (!(error instanceof GraphApiError) || !NOT_FOR_MARKETING.has(error.graph.code)) throw error;
		return await postMessage<Answer>(graph, phoneNumberId, message, itemIndex);
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
