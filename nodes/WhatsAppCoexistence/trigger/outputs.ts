import type { INodeExecutionData } from 'n8n-workflow';

import { GROUP_OF_EVENT, OUTPUT_GROUPS, type OutputGroup } from '../events/groups';
import type { TriggerEvent } from '../events/schema';
import type { Files } from './media';

export type OutputMode = 'perGroup' | 'single';

/**
 * Lays the events out as n8n wants them: one array of items per output.
 *
 * With `perGroup` there is one output for each chosen group, always in the order History, Contacts,
 * Echoes, Inbound, Statuses, Account, whatever the order of the choice. An empty array leaves its
 * branch of the workflow alone. The order must agree with `outputs` in the node's description.
 *
 * @param files become the binary data `data` of the items
 */
export function toOutputs(
	events: TriggerEvent[],
	files: Files,
	groups: ReadonlySet<OutputGroup>,
	mode: OutputMode,
): INodeExecutionData[][] {
	if (mode === 'single') return [events.map((event) => toItem(event, files))];

	const outputOf = new Map<OutputGroup, INodeExecutionData[]>();
	for (const group of OUTPUT_GROUPS) if (groups.has(group)) outputOf.set(group, []);
	for (const event of events) {
		outputOf.get(GROUP_OF_EVENT[event.event])?.push(toItem(event, files));
	}
	return [...outputOf.values()];
}

function toItem(event: TriggerEvent, files: Files): INodeExecutionData {
	const json = event as unknown as INodeExecutionData['json'];
	const file = files.get(event);
	return file === undefined ? { json } : { json, binary: { data: file } };
}
