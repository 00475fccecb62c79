import { subscribeApp as subscribe } from '../../callbacks/calls';
import { observe } from '../../callbacks/observe';
import type { Operation } from '../operation';
import { targetGraph, targetProperty } from './target';

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
	properties: [targetProperty],
	async execute(context, graph, itemIndex) {
		const target = targetGraph(context, graph, itemIndex);
		const { account } = await observe(target, []);
		if (!account.subscribed) await subscribe(target);
		return {
			wabaId: target.businessAccountId,
			appId: target.appId,
			subscribed: true,
			wasSubscribed: account.subscribed,
		};
	},
};
