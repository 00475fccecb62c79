import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { numberBetween } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { tellTriggers, whoseProperties } from './tell-triggers';

const MINUTE_MS = 60_000;
const YEAR_MINUTES = 365 * 24 * 60;

const properties: INodeProperties[] = [
	{
		displayName: 'Lasts',
		name: 'lasts',
		type: 'options',
		default: 'untilEnded',
		description: 'How long messages of the customer carry takeover.active',
		options: [
			{
				name: 'For Some Minutes',
				value: 'minutes',
				description: 'Longer where the owner answers from the phone meanwhile',
			},
			{
				name: 'Until It Is Ended',
				value: 'untilEnded',
				description: 'By the operation End, or by the owner’s word on the phone',
			},
		],
	},
	{
		displayName: 'Minutes',
		name: 'minutes',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description: 'How long the takeover lasts',
		displayOptions: { show: { lasts: ['minutes'] } },
	},
];

const schema = z.object({
	lasts: z.enum(['minutes', 'untilEnded']),
	minutes: numberBetween(1, YEAR_MINUTES),
});

export const begin: Operation = {
	name: 'Begin',
	description: 'Leave a chat to the owner: the triggers of the number mark it as taken over',
	action: 'Begin a human takeover',
	properties: [...whoseProperties, ...properties],
	async execute(context, graph, itemIndex) {
		const entered = parametersOf(context, itemIndex, properties);
		const { lasts, minutes } = checkParameters(schema, entered, properties);
		const at = Date.now();
		const until = lasts === 'minutes' ? at + minutes * MINUTE_MS : null;
		return await tellTriggers(context, graph, itemIndex, { at, until });
	},
};
