import type { Graph } from '../../graph/client';
import type { Operation } from '../operation';
import { placeOf, placeProperties, type Place } from './override-place';
import { targetGraph, targetProperty } from './target';

/**
 * Takes a callback override away, so that the next place decides: the account after the number, the
 * app after the account.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export const clearOverride: Operation = {
	name: 'Clear Callback Override',
	description: 'Take away the address that the events of an account or a number are sent to',
	action: 'Clear a callback override',
	properties: [...placeProperties, targetProperty],
	async execute(context, graph, itemIndex) {
		const target = targetGraph(context, graph, itemIndex);
		const place = await placeOf(context, target, itemIndex);
		if (place.callbackUrl !== null) await clear(target, place);
		return {
			place: place.kind,
			id: place.id,
			callbackUrl: null,
			previousCallbackUrl: place.callbackUrl,
		};
	},
};

async function clear(graph: Graph, place: Place): Promise<void> {
	await graph.call(
		place.kind === 'account'
			? { method: 'POST', path: `/${place.id}/subscribed_apps`, repeatable: true }
			: {
					method: 'POST',
					path: `/${place.id}`,
					repeatable: true,
					body: { webhook_configuration: { override_callback_uri: '' } },
				},
	);
}
