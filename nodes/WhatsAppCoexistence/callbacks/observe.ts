import type { Graph } from '../graph/client';
import { listPhoneNumbers } from '../graph/phone-numbers';
import { WEBHOOK_OBJECT } from './calls';
import type { Observed } from './plan';

interface AppSubscription {
	object: string;
	callback_url?: string;
	fields?: Array<{ name: string } | string>;
}

interface SubscribedApp {
	whatsapp_business_api_data?: { id?: string };
	override_callback_uri?: string;
}

/**
 * Asks Meta where events go now: the callback and fields of the app, the subscription and override of
 * the WABA, the overrides of the phone numbers.
 *
 * @param phoneNumberIds the numbers that matter, or none for all of the WABA
 */
export async function observe(graph: Graph, phoneNumberIds: readonly string[]): Promise<Observed> {
	const [app, account, numbers] = await Promise.all([
		observeApp(graph),
		observeAccount(graph),
		observeNumbers(graph, phoneNumberIds),
	]);
	return { app, account, numbers };
}

export async function observeApp(graph: Graph): Promise<Observed['app']> {
	const { data } = await graph.call<{ data?: AppSubscription[] }>({
		method: 'GET',
		path: `/${graph.appId}/subscriptions`,
		as: 'app',
	});
	const subscription = data?.find(({ object }) => object === WEBHOOK_OBJECT);
	return {
		callbackUrl: subscription?.callback_url ?? null,
		fields: (subscription?.fields ?? []).map((field) =>
			typeof field === 'string' ? field : field.name,
		),
	};
}

export async function observeAccount(graph: Graph): Promise<Observed['account']> {
	const { data } = await graph.call<{ data?: SubscribedApp[] }>({
		method: 'GET',
		path: `/${graph.businessAccountId}/subscribed_apps`,
	});
	const own = data?.find((app) => app.whatsapp_business_api_data?.id === graph.appId);
	return { subscribed: own !== undefined, overrideUrl: own?.override_callback_uri ?? null };
}

export async function observeNumbers(
	graph: Graph,
	phoneNumberIds: readonly string[],
): Promise<Observed['numbers']> {
	const all = await listPhoneNumbers(graph, ['display_phone_number', 'webhook_configuration']);
	return all
		.filter(({ id }) => phoneNumberIds.length === 0 || phoneNumberIds.includes(id))
		.map((number) => ({
			id: number.id,
			displayPhoneNumber: number.display_phone_number ?? number.id,
			overrideUrl: number.webhook_configuration?.phone_number ?? null,
			canBePutBack: true,
		}));
}
