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
		return await requestSync(context, graph, itemIndex, {
			onboarding: await readOnboarding(graph, phoneNumberIdOf(context, itemIndex), itemIndex),
			sync: 'history',
			again: requestsAgain(context, itemIndex),
		});
	},
};
