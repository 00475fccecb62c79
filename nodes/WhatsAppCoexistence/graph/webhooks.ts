import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';

/**
 * Where events go: the subscription of the app, the one of the WABA, and overrides. Each call may be
 * repeated without harm.
 *
 * While Meta handles one that sets an address it asks that address for the handshake, so the webhook
 * must be live before.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */

/** What Meta allows for the address of a callback, in characters. */
export const MAX_URL_LENGTH = 200;

/** The webhook object that all WhatsApp fields belong to. */
const WEBHOOK_OBJECT = 'whatsapp_business_account';

/** An address, and the token of its handshake. */
export interface Callback {
	url: string;
	verifyToken: string;
}

/** What the app is subscribed to of one object. */
export interface AppSubscription {
	object: string;
	callback_url?: string;
	fields?: Array<{ name: string } | string>;
}

/** An app that receives the events of a WABA. */
export interface SubscribedApp {
	whatsapp_business_api_data?: { id?: string };
	override_callback_uri?: string;
}

/** What the app is subscribed to of WhatsApp, or undefined for nothing. */
export async function readSubscription(graph: Graph): Promise<AppSubscription | undefined> {
	const { data } = await graph.call<{ data?: AppSubscription[] }>({
		method: 'GET',
		path: subscriptionsPath(graph),
		as: 'app',
	});
	return data?.find(({ object }) => object === WEBHOOK_OBJECT);
}

/** This app among those that receive the events of the WABA, or undefined where it does not. */
export async function readSubscribedApp(graph: Graph): Promise<SubscribedApp | undefined> {
	const { data } = await graph.call<{ data?: SubscribedApp[] }>({
		method: 'GET',
		path: subscribedAppsPath(graph),
	});
	return data?.find((app) => app.whatsapp_business_api_data?.id === graph.appId);
}

/** Subscribes the app to fields, beside those that it has, and sets the one callback of all of them. */
export async function subscribeFields(
	graph: Graph,
	callback: Callback,
	fields: readonly string[],
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: subscriptionsPath(graph),
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
		path: subscriptionsPath(graph),
		as: 'app',
		qs: { object: WEBHOOK_OBJECT, fields: fields.join(',') },
	});
}

/** Lets the app receive the events of the WABA. Takes an override of the WABA away. */
export async function subscribeApp(graph: Graph): Promise<void> {
	await graph.call({ method: 'POST', path: subscribedAppsPath(graph), repeatable: true });
}

/** @param callback null to take the override away */
export async function overrideAccount(graph: Graph, callback: Callback | null): Promise<void> {
	if (callback === null) return await subscribeApp(graph);
	await graph.call({
		method: 'POST',
		path: subscribedAppsPath(graph),
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

function subscriptionsPath(graph: Graph): string {
	return `/${graph.appId}/subscriptions`;
}

function subscribedAppsPath(graph: Graph): string {
	return `/${graph.businessAccountId}/subscribed_apps`;
}
