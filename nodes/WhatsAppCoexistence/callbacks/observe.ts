import type { Graph } from '../graph/client';
import { listPhoneNumbers } from '../graph/phone-numbers';
import { readSubscribedApp, readSubscription } from '../graph/webhooks';
import type { Observed } from './plan';

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
	const subscription = await readSubscription(graph);
	return {
		callbackUrl: subscription?.callback_url ?? null,
		fields: (subscription?.fields ?? []).map((field) =>
			typeof field === 'string' ? field : field.name,
		),
	};
}

export async function observeAccount(graph: Graph): Promise<Observed['account']> {
	const own = await readSubscribedApp(graph);
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
