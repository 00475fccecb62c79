/** https://developers.facebook.com/documentation/business-messaging/whatsapp/analytics */
import { invalidParameter, parameterRequired } from '../graph-errors.mts';
import type { SentMessage, Waba, World } from '../world.mts';

const FIELD = /pricing_analytics((?:\.\w+\([^)]*\))*)/;
const DAY_MS = 24 * 60 * 60 * 1000;
const LOOKBACK_MS = 366 * DAY_MS;

const GRANULARITIES = ['HALF_HOUR', 'DAILY', 'MONTHLY'];
const DIMENSIONS = ['COUNTRY', 'PHONE', 'PRICING_CATEGORY', 'PRICING_TYPE', 'TIER'];
const FILTERS = [
	'start',
	'end',
	'granularity',
	'phone_numbers',
	'country_codes',
	'metric_types',
	'pricing_types',
	'pricing_categories',
	'dimensions',
];

/** What a template costs here, in the account's currency; what answers a customer is free. */
const PRICES: Record<string, number> = { MARKETING: 0.05, UTILITY: 0.02, AUTHENTICATION: 0.02 };

interface Point {
	start: number;
	end: number;
	volume: number;
	cost: number;
	[dimension: string]: number | string;
}

/** @returns `fields` without the filters, and what they ask for; null where nobody asks for prices */
export function pricingIn(fields: unknown): { fields: string; filters: string } | null {
	const found = typeof fields === 'string' ? FIELD.exec(fields) : null;
	if (found === null) return null;
	return { fields: found.input.replace(FIELD, 'pricing_analytics'), filters: found[1] ?? '' };
}

/** Every message that was accepted, and is not lost, counts as delivered. */
export function pricingAnalytics(world: World, waba: Waba, filters: string, now: number) {
	const { start, end, granularity, dimensions } = read(filters, now);
	const points = new Map<string, Point>();
	for (const message of world.sentMessages) {
		const number = world.phoneNumbers.find(({ id }) => id === message.phoneNumberId);
		if (number?.wabaId !== waba.id || message.lost) continue;
		if (message.at < start * 1000 || message.at >= end * 1000) continue;
		const category = categoryOf(waba, message);
		const of: Record<string, string> = {
			COUNTRY: 'ES',
			PHONE: number.displayPhoneNumber,
			PRICING_CATEGORY: category,
			PRICING_TYPE: category === 'SERVICE' ? 'FREE_CUSTOMER_SERVICE' : 'REGULAR',
			TIER: '0:*',
		};
		const time = bucketOf(message.at, granularity);
		const told = dimensions.map((name) => [NAMES[name] ?? name.toLowerCase(), of[name]]);
		const key = JSON.stringify([time, told]);
		const point: Point = points.get(key) ?? {
			...time,
			...(Object.fromEntries(told) as Record<string, string>),
			volume: 0,
			cost: 0,
		};
		point.volume++;
		point.cost += PRICES[category] ?? 0;
		points.set(key, point);
	}
	return { data: [{ data_points: [...points.values()] }] };
}

const NAMES: Record<string, string> = { PHONE: 'phone_number' };

function read(text: string, now: number) {
	const filters: Partial<Record<string, string>> = Object.fromEntries(
		[...text.matchAll(/\.(\w+)\(([^)]*)\)/g)].map(([, name, value]) => [name!, value] as const),
	);
	const unknown = Object.keys(filters).find((name) => !FILTERS.includes(name));
	if (unknown !== undefined) throw invalidParameter(`Unknown filter ${unknown}.`);
	for (const name of ['start', 'end', 'granularity']) {
		if (!filters[name]) throw parameterRequired(name);
	}
	const start = Number(filters.start);
	const end = Number(filters.end);
	if (!Number.isInteger(start) || !Number.isInteger(end) || start >= end) {
		throw invalidParameter('Param start has to be a time in seconds, before end.');
	}
	if (start * 1000 < now - LOOKBACK_MS) throw invalidParameter('Param start is over a year ago.');
	const { granularity = '' } = filters;
	if (!GRANULARITIES.includes(granularity)) {
		throw invalidParameter(`Param granularity must be one of ${GRANULARITIES.join(', ')}.`);
	}
	const dimensions = (filters.dimensions ?? '')
		.replace(/[[\]"\s]/g, '')
		.split(',')
		.filter(Boolean);
	const odd = dimensions.find((name) => !DIMENSIONS.includes(name));
	if (odd !== undefined) throw invalidParameter(`Param dimensions: ${odd} is no dimension.`);
	return { start, end, granularity, dimensions };
}

function bucketOf(at: number, granularity: string): { start: number; end: number } {
	const date = new Date(at);
	const month = (months: number) =>
		Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months) / 1000;
	if (granularity === 'MONTHLY') return { start: month(0), end: month(1) };
	const seconds = granularity === 'DAILY' ? DAY_MS / 1000 : 30 * 60;
	const start = Math.floor(at / 1000 / seconds) * seconds;
	return { start, end: start + seconds };
}

function categoryOf(waba: Waba, { body }: SentMessage): string {
	const { template } = body as { template?: { name: string } };
	if (template === undefined) return 'SERVICE';
	return waba.templates.find(({ name }) => name === template.name)?.category ?? 'MARKETING';
}
