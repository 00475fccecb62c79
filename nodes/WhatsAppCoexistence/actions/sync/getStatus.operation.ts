import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { readOnboarding } from './onboarding';
import { findRequest } from './sent-requests';
import { statusOf } from './status';
import type { Sync } from './sync-type';

/**
 * Tells how far the syncs of a number are.
 *
 * Meta has no call for that, and what has come went to the trigger, in another execution and perhaps
 * another workflow. So the events that were stored, wherever the user stores them, are given to this
 * node as its input items. The requests are known from n8n's memory and, where another workflow made
 * them, from their outcomes among the input items.
 */
export const getStatus: Operation = {
	name: 'Get Status',
	description: 'Tell how far the syncs are: never requested, requested, receiving, complete…',
	action: 'Get the status of the syncs',
	once: true,
	properties: [
		{
			displayName:
				'Meta cannot be asked how far a sync is: it is worked out from the events that have come. Store the events of the outputs History and Contacts, for example in a data table with the columns phoneNumberId, event, progress, complete and receivedAt, and read them into this node. Switch on “Always Output Data” on the node that reads them.',
			name: 'statusNotice',
			type: 'notice',
			default: '',
		},
		phoneNumberIdProperty,
		{
			displayName: 'All Events Are Stored',
			name: 'allEventsStored',
			type: 'boolean',
			default: false,
			description:
				'Whether every event of the outputs History and Contacts is stored and read into this node. If not, and no event comes in, the state is “unknown”.',
		},
	],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const onboarding = await readOnboarding(graph, phoneNumberId, itemIndex);
		const records = context.getInputData().map(({ json }) => json);
		const complete = context.getNodeParameter('allEventsStored', itemIndex, false) as boolean;
		const status = async (sync: Sync) => {
			const sent = await findRequest(context, onboarding, sync);
			return statusOf(sync, onboarding, { sent, records, complete }, Date.now());
		};
		return {
			...onboarding,
			contacts: await status('contacts'),
			history: await status('history'),
		};
	},
};
