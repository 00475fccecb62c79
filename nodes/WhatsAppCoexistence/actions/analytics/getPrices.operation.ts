import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { readPricing, type PricingPoint } from '../../graph/pricing';
import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { numberBetween } from '../parameter-schema';
import { parametersOf } from '../parameters-of';

/** Meta looks back for one year. */
const MAX_DAYS = 365;
const DAY_SECONDS = 24 * 60 * 60;

const properties: INodeProperties[] = [
	{
		displayName: 'Last Days',
		name: 'days',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: MAX_DAYS },
		default: 30,
		description: 'How many days back from now',
	},
	{
		displayName: 'Sum Up By',
		name: 'granularity',
		type: 'options',
		default: 'DAILY',
		options: [
			{ name: 'Day', value: 'DAILY' },
			{ name: 'Half Hour', value: 'HALF_HOUR' },
			{ name: 'Month', value: 'MONTHLY' },
		],
	},
	{
		displayName: 'Tell Apart',
		name: 'dimensions',
		type: 'multiOptions',
		default: ['PRICING_CATEGORY', 'PRICING_TYPE'],
		options: [
			{ name: 'Category', value: 'PRICING_CATEGORY', description: 'Such as marketing or service' },
			{ name: 'Country', value: 'COUNTRY' },
			{ name: 'Phone Number', value: 'PHONE' },
			{ name: 'Tier', value: 'TIER', description: 'Of the prices that fall with the volume' },
			{ name: 'Type', value: 'PRICING_TYPE', description: 'Charged, or why it is free' },
		],
	},
];

const schema = z.object({
	days: numberBetween(1, MAX_DAYS),
	granularity: z.enum(['DAILY', 'HALF_HOUR', 'MONTHLY']),
	dimensions: z.array(z.enum(['PRICING_CATEGORY', 'COUNTRY', 'PHONE', 'TIER', 'PRICING_TYPE'])),
});

export const getPrices: Operation = {
	name: 'Get Prices',
	description: 'How many messages were delivered, and what Meta charges for them',
	action: 'Get what messages cost',
	properties,
	async execute(context, graph, itemIndex) {
		const entered = parametersOf(context, itemIndex, properties);
		const { days, granularity, dimensions } = checkParameters(schema, entered, properties);
		const end = Math.ceil(Date.now() / 1000);
		const start = end - Math.round(days * DAY_SECONDS);
		const { currency, points } = await readPricing(graph, { start, end, granularity, dimensions });
		return points.map((point) => shown(point, currency));
	},
};

function shown(point: PricingPoint, currency: string | null): IDataObject {
	const { start, end, volume, cost } = point;
	return {
		from: new Date(start * 1000).toISOString(),
		to: new Date(end * 1000).toISOString(),
		messages: volume ?? 0,
		cost: cost ?? null,
		currency,
		category: point.pricing_category ?? null,
		type: point.pricing_type ?? null,
		country: point.country ?? null,
		phoneNumber: point.phone_number ?? null,
		tier: point.tier ?? null,
	};
}
