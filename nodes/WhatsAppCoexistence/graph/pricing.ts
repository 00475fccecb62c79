import type { Graph } from './client';

export interface PricingQuery {
	/** Unix seconds. */
	start: number;
	end: number;
	granularity: string;
	/** What is told apart, by Meta's names; for all together none. */
	dimensions: string[];
}

/** So many messages were delivered in this time, and cost this. */
export interface PricingPoint {
	/** Unix seconds. */
	start: number;
	end: number;
	volume?: number;
	/** Left out where a partner is billed for the account. */
	cost?: number;
	pricing_category?: string;
	pricing_type?: string;
	country?: string;
	phone_number?: string;
	tier?: string;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/analytics */
export async function readPricing(
	graph: Graph,
	{ start, end, granularity, dimensions }: PricingQuery,
): Promise<{ currency: string | null; points: PricingPoint[] }> {
	const filters = [`start(${start})`, `end(${end})`, `granularity(${granularity})`];
	if (dimensions.length > 0) filters.push(`dimensions(${JSON.stringify(dimensions)})`);
	const answer = await graph.call<{
		currency?: string;
		pricing_analytics?: { data?: Array<{ data_points?: PricingPoint[] }> };
	}>({
		method: 'GET',
		path: `/${graph.businessAccountId}`,
		qs: { fields: `currency,pricing_analytics.${filters.join('.')}` },
	});
	return {
		currency: answer.currency ?? null,
		points: (answer.pricing_analytics?.data ?? []).flatMap(
			({ data_points: points }) => points ?? [],
		),
	};
}
