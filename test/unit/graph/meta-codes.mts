/**
 * The codes that Meta names, as they stood on the day that is given with each list. When a page has
 * changed, write down what it says now, with the day; the test of the catalogue then shows what is
 * missing. The first two lists are whole pages; the others are codes that these do not name, with where
 * they were seen.
 */
export interface CodeList {
	source: string;
	/** The day on which the page read so. */
	asOf: string;
	codes: number[];
	/** First and last. */
	ranges?: Array<[number, number]>;
}

const META = 'https://developers.facebook.com';

export const META_CODES: CodeList[] = [
	{
		source: `${META}/documentation/business-messaging/whatsapp/support/error-codes`,
		asOf: '2026-09-11',
		codes: [
			0, 1, 2, 3, 4, 10, 33, 100, 104, 190, 368, 80007, 130403, 130429, 130472, 130497, 131000,
			131005, 131008, 131009, 131016, 131021, 131026, 131031, 131037, 131042, 131045, 131047,
			131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131063, 131064,
			132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069, 133000,
			133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101,
			134102, 135000, 1752041, 2388012, 2388019, 2388039, 2388040, 2388047, 2388072, 2388073,
			2388091, 2388093, 2388103, 2388293, 2388299, 2494100, 2593107, 2593108,
		],
		ranges: [
			[200, 299],
			[200005, 200007],
		],
	},
	{
		source: `${META}/documentation/business-messaging/whatsapp/groups/error-codes`,
		asOf: '2026-06-16',
		codes: [
			131020, 131041, 131059, 131201, 131202, 131204, 131207, 131208, 131209, 131210, 131211,
			131212, 131213, 131214, 131215,
		],
	},
	{
		source: `${META}/documentation/business-messaging/whatsapp/webhooks/reference/history`,
		asOf: '2026-09',
		codes: [2593109],
	},
	{
		source:
			'Meta’s pages of September 2026 on webhooks of unsupported messages, user IDs and usernames',
		asOf: '2026-09',
		codes: [130501, 131051, 131060, 131062],
		ranges: [[147001, 147005]],
	},
	{
		source: `${META}/documentation/business-messaging/whatsapp/block-users`,
		asOf: '2026-06-26',
		codes: [139100, 139101, 139102, 139103],
	},
	{
		source: 'https://github.com/facebook/original-coast-clothing/issues/84',
		asOf: '2026-09',
		codes: [2200, 2201],
	},
	{
		source: 'sub-codes of the exchange of a signup code, from public reports',
		asOf: '2026-11',
		codes: [36007, 36008, 36009],
	},
	{
		source: 'https://github.com/netflie/whatsapp-cloud-api/issues/201',
		asOf: '2026-11',
		codes: [2494073],
	},
	{
		source: 'https://github.com/n8n-io/n8n/issues/37823',
		asOf: '2026-11',
		codes: [131030],
	},
];
