import type { IDataObject } from 'n8n-workflow';

import { targetGraph } from '../connection/target';
import type { Operation } from '../operation';
import { phoneNumberIdOf } from '../phone-number-id';
import { readOnboarding } from './onboarding';
import { requestSync, wasAlreadyRequested } from './request-sync';
import { requestsAgain, syncProperties } from './sync-properties';
import type { Sync } from './sync-type';

/** Meta wants the contacts first: the history names people by what the contacts say. */
const IN_ORDER: readonly Sync[] = ['contacts', 'history'];

/**
 * Requests the contacts, then the history. What was requested before is passed over, so that a run
 * which came to a halt in between can be finished; any other refusal stops it.
 */
export const requestBoth: Operation = {
	name: 'Request Contacts and History',
	description: 'Ask Meta for the contacts and then the old chats of the phone',
	action: 'Request the contacts and history syncs',
	properties: syncProperties,
	async execute(context, graph, itemIndex) {
		const again = requestsAgain(context, itemIndex);
		const target = targetGraph(context, graph, itemIndex);
		const onboarding = await readOnboarding(target, phoneNumberIdOf(context, itemIndex), itemIndex);
		const requests: IDataObject[] = [];
		const refusals: Error[] = [];
		for (const sync of IN_ORDER) {
			await requestSync(context, target, itemIndex, { onboarding, sync, again }).then(
				(request) => requests.push(request),
				(error: Error) => {
					if (!wasAlreadyRequested(error)) throw error;
					refusals.push(error);
				},
			);
		}
		if (requests.length === 0) throw refusals[0];
		return requests;
	},
};
