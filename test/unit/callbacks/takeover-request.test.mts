import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { verifySignature } from '../../../nodes/WhatsAppCoexistence/callbacks/signature';
import {
	mayBeTrigger,
	sendTakeover,
	takeoverAnswer,
	takeoverBody,
	takeoverRequestIn,
	type TakeoverRequest,
} from '../../../nodes/WhatsAppCoexistence/callbacks/takeover-request';
import { APP_SECRET, startNeighbours, type Neighbours } from './neighbours.mts';

const REQUEST: TakeoverRequest = {
	phoneNumberId: '800000000000001',
	contact: { phone: '34600333444' },
	at: 1_795_000_000_000,
	until: null,
};

describe('a request', () => {
	// Another process may run another version of this package.
	test('is written as every version reads it', () => {
		expect(JSON.parse(takeoverBody(REQUEST))).toEqual({
			object: 'n8n_whatsapp_coexistence_takeover',
			takeover: REQUEST,
		});
	});

	test('is read as it was written', () => {
		expect(takeoverRequestIn(JSON.parse(takeoverBody(REQUEST)))).toEqual(REQUEST);
	});

	test.each([
		['a delivery of Meta’s', { object: 'whatsapp_business_account', entry: [] }],
		['one that says so and is Meta’s', { object: 'whatsapp_business_account', takeover: REQUEST }],
		['no object', 'text'],
		['null', null],
		['nothing', undefined],
	])('is not found in %s', (_what, body) => {
		expect(takeoverRequestIn(body)).toBeUndefined();
	});
});

test.each([
	['https://n8n.example/webhook/4f1c/whatsapp', true],
	['https://n8n.example/webhook/4f1c/whatsapp?with=77aa', true],
	['https://crm.example/meta', false],
	['https://crm.example/whatsapp/meta', false],
	['https://crm.example/meta?to=/whatsapp', false],
	['no address/whatsapp', false],
])('that %s may be a trigger: %s', (url, expected) => {
	expect(mayBeTrigger(url)).toBe(expected);
});

describe('a request that is sent', () => {
	let neighbours: Neighbours;
	let url: string;
	beforeAll(async () => {
		neighbours = await startNeighbours();
		url = `${neighbours.base.production}4f1c/whatsapp`;
	});
	afterAll(async () => await neighbours.close());
	const send = async (to = url) => await sendTakeover(neighbours.context, to, REQUEST, APP_SECRET);

	test.each(['noted', 'off'] as const)(
		'is signed like a delivery, and the trigger says: %s',
		async (said) => {
			const received: unknown[] = [];
			neighbours.at(url, ({ query, headers, body }) => {
				const signature = headers['x-hub-signature-256'] as string;
				if (!verifySignature(Buffer.from(body), signature, APP_SECRET)) return { status: 401 };
				if (headers['content-type'] !== 'application/json') return { status: 415 };
				received.push(query, takeoverRequestIn(JSON.parse(body)));
				return { status: 200, body: JSON.stringify(takeoverAnswer(said)) };
			});
			expect(await send(`${url}?with=77aa`)).toEqual({ outcome: said });
			expect(received).toEqual([{ with: '77aa' }, REQUEST]);
		},
	);

	const noted = JSON.stringify(takeoverAnswer('noted'));
	test.each([
		['by an older trigger, which starts its workflow', 200, '{"message":"Workflow was started"}'],
		['by a word that nobody knows', 200, '{"takeover":"maybe"}'],
		['by a page', 200, '<html>Welcome</html>'],
		['by nothing', 200, ''],
		['by null', 200, 'null'],
		['where nobody is', 404, '{"code":404}'],
		['where not all have noted it', 500, noted],
	])('is refused %s', async (_how, status, body) => {
		neighbours.at(url, () => ({ status, body }));
		expect(await send()).toEqual({ outcome: 'refused', status });
	});

	test('is not taken elsewhere by a redirect', async () => {
		const other = `${neighbours.base.production}77aa/whatsapp`;
		neighbours.at(url, () => ({ status: 307, location: other }));
		neighbours.at(other, () => ({ status: 200, body: noted }));
		expect(await send()).toEqual({ outcome: 'refused', status: 307 });
	});

	test('may find nobody who answers', async () => {
		neighbours.at(url, () => 'hangs up');
		expect(await send()).toEqual({
			outcome: 'unreachable',
			reason: expect.stringContaining(url),
		});
	});
});
