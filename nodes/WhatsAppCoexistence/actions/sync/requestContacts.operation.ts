import type { Operation } from '../operation';
import { phoneNumberIdOf } from '../phone-number-id';
import { readOnboarding } from './onboarding';
import { requestSync } from './request-sync';
import { requestsAgain, syncProperties } from './sync-properties';

export const requestContacts: Operation = {
	name: 'Request Contacts',
	description: 'Ask Meta for the contacts of the phone, which then come to the trigger',
	action: 'Request the contacts sync',
	properties: syncProperties,
	async execute(context, graph, itemIndex) {
		return await requestSync(context, graph, itemIndex, {
			onboarding: await readOnboarding(graph, phoneNumberIdOf(context, itemIndex), itemIndex),
			sync: 'contacts',
			again: requestsAgain(context, itemIndex),
		});
	},
};
