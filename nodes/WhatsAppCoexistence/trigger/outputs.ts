import type { IBinaryData, INodeExecutionData, INodeTypeDescription } from 'n8n-workflow';

import { GROUP_NAMES, GROUP_OF_EVENT, OUTPUT_GROUPS } from '../events/groups';
import type { NewestValues } from '../events/rows';
import type { TriggerEvent } from '../events/schema';
import type { Files } from './media';
import { addPeople, bundleRows, isWantedAsRow, rowToEmit, type RowOptions } from './rows';

/**
 * The outputs as n8n's editor draws them: always all of them, since n8n keeps a line by the place of its
 * output. One whose group is not chosen says so.
 */
export const OUTPUTS_EXPRESSION: INodeTypeDescription['outputs'] = `={{ ((groups) => Object.entries(${JSON.stringify(GROUP_NAMES)})
	.map(([group, name]) => ({
		type: 'main',
		displayName: groups.includes(group) ? name : name + ' off',
	})))($parameter.groups ?? []) }}`;

/** Below the trigger's name on the canvas: the kinds of events, or how many where they are many. */
export const SUBTITLE_EXPRESSION = `={{ ((groups) => groups.length > 3
	? groups.length + ' kinds of events'
	: groups.map((group) => (${JSON.stringify(GROUP_NAMES)})[group]).join(', '))($parameter.groups ?? []) }}`;

const PLACE_OF_GROUP = new Map(OUTPUT_GROUPS.map((group, place) => [group, place]));

const CONTACTS = PLACE_OF_GROUP.get('contacts')!;

/**
 * Lays the events out as n8n wants them: one array of items for each output of
 * {@link OUTPUTS_EXPRESSION}, of events or of their rows. An empty array leaves its branch of the
 * workflow alone.
 *
 * @param files become the binary data `data` of the items
 * @param now when the events arrived (Unix ms)
 */
export function toOutputs(
	events: TriggerEvent[],
	files: Files,
	rows: RowOptions,
	newest: NewestValues,
	now: number,
): INodeExecutionData[][] {
	const outputs = OUTPUT_GROUPS.map((): INodeExecutionData[] => []);
	for (const event of events) {
		const json = isWantedAsRow(event, rows) ? rowToEmit(event, newest) : event;
		if (json === undefined) continue;
		const item = toItem(json as INodeExecutionData['json'], files.get(event));
		outputs[PLACE_OF_GROUP.get(GROUP_OF_EVENT[event.event])!]?.push(item);
	}
	if (rows.people) addPeople(outputs, CONTACTS, newest, now);
	return rows.together ? outputs.map(bundleRows) : outputs;
}

function toItem(json: INodeExecutionData['json'], file?: IBinaryData): INodeExecutionData {
	return file === undefined ? { json } : { json, binary: { data: file } };
}
