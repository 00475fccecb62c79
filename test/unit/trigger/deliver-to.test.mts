import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IWebhookFunctions } from 'n8n-workflow';

import { deliverTo } from '../../../nodes/WhatsAppCoexistence/trigger/deliver-to';
import { startNeighbours, type Answer, type Neighbours } from '../callbacks/neighbours.mts';

let neighbours: Neighbours;
let url: string;

beforeAll(async () => {
	neighbours = await startNeighbours();
	url = `${neighbours.base.production}other/whatsapp`;
});
afterAll(async () => await neighbours.close());
beforeEach(() => {
	neighbours.asked.length = 0;
});

const hand = async (more?: Record<string, string>) =>
	await deliverTo(
		neighbours.context as IWebhookFunctions,
		url,
		Buffer.from('{"object":"Ma\\u00f1ana"}'),
		'sha256=ab',
		more,
	);

const UNKNOWN = '{"code":404,"message":"The requested webhook is not registered."}';

test.each([
	['taken', { status: 200 }],
	['failed', { status: 204 }],
	['gone', { status: 404, body: UNKNOWN }],
	['failed', { status: 404, body: '{"code":405}' }],
	['failed', { status: 404, body: '<h1>Not Found</h1>' }],
	['failed', { status: 404 }],
	['failed', { status: 502, body: UNKNOWN }],
	['failed', { status: 503, body: '{"message":"Deliver it again."}' }],
	['failed', 'hangs up'],
] as Array<[string, Answer]>)(
	'a delivery is %s where the answer is %j',
	async (outcome, answer) => {
		neighbours.at(url, () => answer);
		expect(await hand()).toBe(outcome);
	},
);

test('a delivery follows nobody elsewhere', async () => {
	const location = `${neighbours.base.production}elsewhere/whatsapp`;
	neighbours.at(location, () => ({ status: 200 }));
	neighbours.at(url, () => ({ status: 307, location }));
	expect(await hand()).toBe('failed');
	expect(neighbours.asked).toEqual([url]);
});

test('a delivery goes as Meta has sent it, with what else is to be known', async () => {
	neighbours.at(url, ({ headers, body }) => {
		expect(headers).toMatchObject({
			'content-type': 'application/json',
			'user-agent': expect.stringContaining('whatsapp-coexistence'),
			'x-hub-signature-256': 'sha256=ab',
			'x-more': '1',
		});
		return { status: body === '{"object":"Ma\\u00f1ana"}' ? 200 : 400 };
	});
	expect(await hand({ 'x-more': '1' })).toBe('taken');
});
