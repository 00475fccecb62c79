import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { passOn } from '../../../nodes/WhatsAppCoexistence/trigger/pass-on';
import { startNeighbours, type Neighbours } from '../callbacks/neighbours.mts';

const [NUMBER, SIBLING, OTHER, STRANGE] = ['1', '2', '3', '4'];

let neighbours: Neighbours;
let urls: Record<'other' | 'own', string>;
let told: Array<string | undefined>;
let statuses: Record<'other' | 'own', number>;

beforeAll(async () => {
	neighbours = await startNeighbours();
	const at = (id: string) => `${neighbours.base.production}${id}/whatsapp`;
	urls = { own: at('own'), other: at('other') };
});
afterAll(async () => await neighbours.close());
beforeEach(() => {
	neighbours.asked.length = 0;
	told = [];
	statuses = { own: 200, other: 200 };
	for (const name of ['own', 'other'] as const) {
		neighbours.at(urls[name], ({ headers }) => {
			told.push(headers['x-more'] as string);
			return { status: statuses[name], body: '{"code":404}' };
		});
	}
});

async function pass(
	phoneNumberIds: Array<string | null>,
	passOnTo: Record<string, string> | undefined = {
		[NUMBER]: urls.own,
		[SIBLING]: urls.own,
		[OTHER]: urls.other,
	},
): Promise<boolean> {
	const staticData = { ...(Object.keys(passOnTo).length > 0 && { passOnTo }) };
	const context = { ...neighbours.context, getWorkflowStaticData: () => staticData };
	return await passOn(
		context as unknown as IWebhookFunctions,
		phoneNumberIds.map((phoneNumberId) => ({ phoneNumberId }) as CoexistenceEvent),
		Buffer.from('{}'),
		'sha256=ab',
		{ 'x-more': '1' },
	);
}

test.each([
	['of a number to where it would have gone', [NUMBER], ['own']],
	['of two numbers to both, each once', [NUMBER, OTHER, SIBLING, NUMBER], ['other', 'own']],
	['of a number and of none to where the number goes', [OTHER, null], ['other']],
	['of no number to everybody, each once', [null], ['other', 'own']],
	['of a number that nobody knows to everybody', [STRANGE], ['other', 'own']],
	['of nothing to everybody', [], ['other', 'own']],
] as Array<[string, Array<string | null>, Array<'other' | 'own'>]>)(
	'during a test goes a delivery %s',
	async (_name, numbers, expected) => {
		expect(await pass(numbers)).toBe(true);
		expect(neighbours.asked.toSorted()).toEqual(expected.map((name) => urls[name]).sort());
		expect(told).toEqual(expected.map(() => '1'));
	},
);

test.each([
	['where one does not take it', 500],
	['where one has gone, since nothing else remembers it', 404],
])('it is to come again %s', async (_name, status) => {
	statuses.other = status;
	expect(await pass([NUMBER, OTHER])).toBe(false);
	expect(await pass([NUMBER])).toBe(true);
});

test('where nobody stood before it goes to nobody', async () => {
	expect(await pass([NUMBER], {})).toBe(true);
	expect(neighbours.asked).toEqual([]);
});
