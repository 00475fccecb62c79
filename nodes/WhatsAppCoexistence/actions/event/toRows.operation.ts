import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import { GROUP_OF_EVENT } from '../../events/groups';
import { rowOf } from '../../events/rows';
import type { CoexistenceEvent } from '../../events/schema';
import type { Operation } from '../operation';

export const toRows: Operation = {
	name: 'Convert to Rows',
	description:
		'Make rows of a table from events of the trigger, for a workflow that stores events and uses them too',
	action: 'Convert events to rows',
	withoutAccount: true,
	properties: [
		{
			displayName:
				'Nothing has to be set here. Connect an output of the WhatsApp Coexistence Trigger: what is to be stored of each event leaves as a row, ready for an upsert of a table.',
			name: 'rowsNotice',
			type: 'notice',
			default: '',
		},
	],
	async execute(context, _graph, itemIndex) {
		const json = context.getInputData()[itemIndex]?.json;
		if (json === undefined || !isEvent(json)) {
			throw new NodeOperationError(context.getNode(), 'This item is no event of the trigger', {
				itemIndex,
				description:
					'Connect an output of the WhatsApp Coexistence Trigger, with its events as they are.',
			});
		}
		const events = Array.isArray(json.messages) ? json.messages : [json];
		return events.flatMap((event) => rowOf(event as CoexistenceEvent) ?? []);
	},
};

function isEvent({ event }: IDataObject): boolean {
	return typeof event === 'string' && Object.hasOwn(GROUP_OF_EVENT, event);
}
