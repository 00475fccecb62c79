import type { IDataObject } from 'n8n-workflow';

import type { Graph } from '../graph/client';

/**
 * The calls that set where events go. Each may be repeated without harm.
 *
 * While Meta handles one that sets an address it asks that address for the handshake, so the webhook
 * must be live before.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */

/** What Meta allows for the address of a callback, in characters. */
export const MAX_URL_LENGTH = 200;

/** The webhook object that all WhatsApp fields belong to. */
export const WEBHOOK_OBJECT = 'whatsapp_business_account';

/** An address, and the token of its handshake. */
export interface Callback {
	url: string;
	verifyToken: string;
}

/** Subscribes the app to fields, beside those that it has, and sets the one callback of all of them. */
export async function subscribeFields(
	graph: Graph,
	callback: Callback,
	fields: readonly string[],
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: `/${graph.appId}/subscriptions`,
		as: 'app',
		repeatable: true,
		body: {
			object: WEBHOOK_OBJECT,
			callback_url: callback.url,
			verify_token: callback.verifyToken,
			fields: fields.join(','),
			include_values: true,
		},
	});
}

/**
 * Unsubscribes the app from fields, for everybody. Without a list of them Meta would take the whole
 * subscription away.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
 */
export async function unsubscribeFields(graph: Graph, fields: readonly string[]): Promise<void> {
	await graph.call({
		method: 'DELETE',
		path: `/${graph.appId}/subscriptions`,
		as: 'app',
		qs: { object: WEBHOOK_OBJECT, fields: fields.join(',') },
	});
}

/** Lets the app receive the events of the WABA. Takes an override of the WABA away. */
export async function subscribeApp(graph: Graph): Promise<void> {
	await graph.call({ method: 'POST', path: accountPath(graph), repeatable: true });
}

/** @param callback null to take the override away */
export async function overrideAccount(graph: Graph, callback: Callback | null): Promise<void> {
	if (callback === null) return await subscribeApp(graph);
	await graph.call({
		method: 'POST',
		path: accountPath(graph),
		repeatable: true,
		body: override(callback),
	});
}

/** @param callback null to take the override away */
export async function overrideNumber(
	graph: Graph,
	phoneNumberId: string,
	callback: Callback | null,
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: `/${phoneNumberId}`,
		repeatable: true,
		body: {
			webhook_configuration: callback === null ? { override_callback_uri: '' } : override(callback),
		},
	});
}

function override({ url, verifyToken }: Callback): IDataObject {
	return { override_callback_uri: url, verify_token: verifyToken };
}

function accountPath(graph: Graph): string {
	return `/${graph.businessAccountId}/subscribed_apps`;
}
