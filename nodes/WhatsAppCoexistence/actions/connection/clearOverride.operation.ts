import type { Operation } from '../operation';
import { placeOf, placeProperties, setCallback } from './override-place';

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
	properties: placeProperties,
	async execute(context, graph, itemIndex) {
		const place = await placeOf(context, graph, itemIndex);
		if (place.callbackUrl !== null) await setCallback(graph, place, null);
		return {
			place: place.kind,
			id: place.id,
			callbackUrl: null,
			previousCallbackUrl: place.callbackUrl,
		};
	},
};
