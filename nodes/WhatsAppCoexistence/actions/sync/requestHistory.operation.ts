import { targetGraph } from '../connection/target';
import type { Operation } from '../operation';
import { phoneNumberIdOf } from '../phone-number-id';
import { readOnboarding } from './onboarding';
import { requestSync } from './request-sync';
import { requestsAgain, syncProperties } from './sync-properties';

export const requestHistory: Operation = {
	name: 'Request History',
	description: 'Ask Meta for the old chats of the phone, which then come to the trigger',
	action: 'Request the history sync',
	properties: syncProperties,
	async execute(context, graph, itemIndex) {
		const target = targetGraph(context, graph, itemIndex);
		return await requestSync(context, target, itemIndex, {
			onboarding: await readOnboarding(target, phoneNumberIdOf(context, itemIndex), itemIndex),
			sync: 'history',
			again: requestsAgain(context, itemIndex),
		});
	},
};
