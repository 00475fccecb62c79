import { observe } from '../../callbacks/observe';
import { subscribeApp as subscribe } from '../../graph/webhooks';
import type { Operation } from '../operation';

/**
 * Subscribes the Meta app to a WABA, without which no event of it is sent. Left alone where it is
 * subscribed already: the same call would take the account's callback override away.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export const subscribeApp: Operation = {
	name: 'Subscribe App',
	description: 'Let the Meta app of the credential receive the events of an account',
	action: 'Subscribe the app to an account',
	properties: [],
	async execute(_context, graph) {
		const { account } = await observe(graph, []);
		if (!account.subscribed) await subscribe(graph);
		return {
			wabaId: graph.businessAccountId,
			appId: graph.appId,
			subscribed: true,
			wasSubscribed: account.subscribed,
		};
	},
};
