import { UserError, WAIT_INDEFINITELY, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { dateIn } from '../../date-in';
import { numberBetween } from '../../parameter-schema';

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

const fields: INodeProperties[] = [
	{
		displayName: 'Limit Type',
		name: 'limitType',
		type: 'options',
		default: 'afterTimeInterval',
		description: 'When the execution goes on without an answer',
		options: [
			{
				name: 'After Time Interval',
				value: 'afterTimeInterval',
				description: 'Waits for a certain amount of time',
			},
			{
				name: 'At Specified Time',
				value: 'atSpecifiedTime',
				description: 'Waits until the set date and time',
			},
		],
	},
	{
		displayName: 'Amount',
		name: 'resumeAmount',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 1,
		description: 'The time to wait',
		displayOptions: { show: { limitType: ['afterTimeInterval'] } },
	},
	{
		displayName: 'Unit',
		name: 'resumeUnit',
		type: 'options',
		default: 'hours',
		description: 'Unit of the interval value',
		displayOptions: { show: { limitType: ['afterTimeInterval'] } },
		options: [
			{ name: 'Minutes', value: 'minutes' },
			{ name: 'Hours', value: 'hours' },
			{ name: 'Days', value: 'days' },
		],
	},
	{
		displayName: 'Max Date and Time',
		name: 'maxDateAndTime',
		type: 'dateTime',
		default: '',
		description: 'Continue execution after the specified date and time',
		displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
	},
];

/** As in n8n's own nodes that wait. */
export const limitWaitTime: INodeProperties = {
	displayName: 'Limit Wait Time',
	name: 'limitWaitTime',
	type: 'fixedCollection',
	default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
	description: 'When to go on although nobody has answered; the item then says so in answeredBy',
	options: [{ displayName: 'Values', name: 'values', values: fields }],
};

const schema = z.object({
	limitType: z.enum(['afterTimeInterval', 'atSpecifiedTime']).default('afterTimeInterval'),
	resumeAmount: numberBetween(0, 100_000).default(1),
	resumeUnit: z.enum(['minutes', 'hours', 'days']).default('hours'),
	maxDateAndTime: z.unknown(),
});

/**
 * When the wait ends by itself.
 *
 * @param entered of {@link limitWaitTime}; undefined where it was not added
 * @param now Unix ms
 * @param timeZone of the workflow: a date that is picked in the editor has none of its own
 * @throws UserError where the time is none, or is over
 */
export function waitTill(
	entered: { values?: unknown } | undefined,
	now: number,
	timeZone: string,
): Date {
	if (entered?.values === undefined) return WAIT_INDEFINITELY;
	const limit = checkParameters(schema, entered.values, fields);
	if (limit.limitType === 'afterTimeInterval') {
		return new Date(now + limit.resumeAmount * UNIT_MS[limit.resumeUnit]);
	}
	const till = dateIn(limit.maxDateAndTime, timeZone);
	if (till === undefined) {
		throw new UserError('“Max Date and Time” is not a date', {
			description: 'Correct it under Options > Limit Wait Time. Nothing was sent.',
		});
	}
	if (till.getTime() <= now) {
		throw new UserError('“Max Date and Time” is over, so nobody could answer in time', {
			description: `It is ${till.toISOString()}. Correct it under Options > Limit Wait Time. Nothing was sent.`,
		});
	}
	return till;
}
