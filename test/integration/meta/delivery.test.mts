import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeBody, sign } from '../../../sandbox/meta/delivery/encoding.mts';
import {
	APP_SECRET,
	connectMeta,
	type Meta,
	type Receiver,
	startReceiver,
	subscribe,
	textValue,
} from './meta-client.mts';

let meta: Meta;
let receiver: Receiver;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(async () => {
	await meta.control('POST', 'reset');
	receiver = await startReceiver();
	await subscribe(meta, receiver);
});
afterEach(() => receiver.close());

const deliver = (options: object = {}) =>
	meta.control('POST', 'deliver', { field: 'messages', value: textValue(), ...options });
const drain = () => meta.control('POST', 'drain');

describe('a body', () => {
	const escaped = String.raw`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"t":"Ma\u00f1ana \ud83d\ude00 https:\/\/x.test\/a"}}]}]}`;

	it('is escaped as Meta escapes', () => {
		expect(encodeBody(JSON.parse(escaped))).toBe(escaped);
	});

	it.each([
		[
			'{"object":"whatsapp_business_account","entry":[]}',
			'dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756',
		],
		[escaped, '7f38f0af119bf65023de9d7a789628d605ba159ccdad0591f48c1aa638576332'],
		[
			JSON.stringify(JSON.parse(escaped)),
			'64976ef6eabe24f0872d0b6bedbd2dda587aed6c2e13781b1730219bd2258d85',
		],
	])('%s has its known signature', (body, signature) => {
		expect(sign(body, APP_SECRET)).toBe(`sha256=${signature}`);
	});

	it('arrives signed byte for byte', async () => {
		await deliver({ value: textValue('Mañana 😀 https://x.test/a') });
		await drain();
		const { body, headers } = receiver.received[0]!;
		expect(body).toContain(String.raw`Ma\u00f1ana \ud83d\ude00 https:\/\/x.test\/a`);
		const digest = createHmac('sha256', APP_SECRET).update(body).digest('hex');
		expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`);
	});
});

describe('retries', () => {
	it('go on with growing pauses until the answer is 200', async () => {
		await meta.control('POST', 'delivery-options', { retryBaseMs: 40 });
		receiver.answers.push(500, 204, 302, 404);
		await deliver();
		await drain();
		const [delivery] = await meta.control('GET', 'deliveries');
		expect(delivery).toMatchObject({ done: true, outcome: 'accepted' });
		expect(delivery.attempts.map(({ status }: { status: number }) => status)).toEqual([
			500, 204, 302, 404, 200,
		]);
		const starts = delivery.attempts.map(({ startedAt }: { startedAt: string }) =>
			Date.parse(startedAt),
		);
		expect(starts[2] - starts[1]).toBeGreaterThanOrEqual(38);
		expect(starts[3] - starts[2]).toBeGreaterThanOrEqual(78);
		expect(starts[4] - starts[3]).toBeGreaterThanOrEqual(158);
		expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
	});

	it('end with the configured number', async () => {
		await meta.control('POST', 'delivery-options', { retryBaseMs: 1, maxRetries: 2 });
		receiver.answers.push(500, 500, 500);
		await deliver();
		await drain();
		const [delivery] = await meta.control('GET', 'deliveries');
		expect(delivery).toMatchObject({ done: true, outcome: 'dropped' });
		expect(receiver.received).toHaveLength(3);
	});
});

describe('delivery options', () => {
	const updates = (count: number) =>
		Array.from({ length: count }, (_, index) => ({
			field: 'messages',
			value: textValue('hola', `wamid.${index}`),
		}));
	const idsOf = (body: string): string[] =>
		JSON.parse(body).entry.flatMap((entry: any) =>
			entry.changes.map((change: any) => change.value.messages[0].id),
		);

	it('batch updates of one account into one entry', async () => {
		await meta.control('POST', 'delivery-options', { batchSize: 4 });
		await meta.control('POST', 'deliver', { updates: updates(10) });
		await drain();
		expect(receiver.received.map(({ body }) => idsOf(body).length).sort()).toEqual([2, 4, 4]);
		for (const { body } of receiver.received) expect(JSON.parse(body).entry).toHaveLength(1);
	});

	it('duplicate the wanted share, the same for the same seed', async () => {
		const run = async () => {
			await meta.control('POST', 'delivery-options', { duplicateShare: 0.3, seed: 7 });
			receiver.received.length = 0;
			await meta.control('POST', 'deliver', { updates: updates(200) });
			await drain();
			const ids = receiver.received.flatMap(({ body }) => idsOf(body));
			return ids.filter((id, index) => ids.indexOf(id) !== index).sort();
		};
		const first = await run();
		expect(first.length).toBeGreaterThan(40);
		expect(first.length).toBeLessThan(80);
		expect(await run()).toEqual(first);
	});

	it('keep the order with one connection, and mix it on demand', async () => {
		const order = async (reorder: boolean) => {
			await meta.control('POST', 'delivery-options', { concurrency: 1, reorder });
			receiver.received.length = 0;
			await meta.control('POST', 'deliver', { updates: updates(30) });
			await drain();
			return receiver.received.flatMap(({ body }) => idsOf(body));
		};
		const inOrder = await order(false);
		const mixed = await order(true);
		expect(inOrder).toEqual(updates(30).map(({ value }) => value.messages[0]!.id));
		expect(mixed).not.toEqual(inOrder);
		expect([...mixed].sort()).toEqual([...inOrder].sort());
	});

	it('send copies at the same time', async () => {
		await deliver({ copies: 5 });
		await drain();
		expect(receiver.received).toHaveLength(5);
		const deliveries = await meta.control('GET', 'deliveries');
		expect(deliveries.map(({ duplicateOf }: any) => duplicateOf)).toEqual([
			null,
			...Array(4).fill(deliveries[0].id),
		]);
	});
});

describe('entries', () => {
	it('are dated for account fields, not for message fields, and can be given a date', async () => {
		await meta.control('POST', 'delivery-options', { concurrency: 1 });
		await deliver();
		await deliver({ field: 'account_update', value: { event: 'ACCOUNT_DELETED' } });
		await deliver({ entryTime: '1789002000' });
		await drain();
		expect(receiver.received.map(({ body }) => JSON.parse(body).entry[0].time)).toEqual([
			undefined,
			expect.any(Number),
			'1789002000',
		]);
	});
});

describe('raw deliveries', () => {
	it.each([
		[true, (right: string) => ({ 'x-hub-signature-256': right })],
		[false, () => ({})],
		['truncated', (right: string) => ({ 'x-hub-signature-256': right.slice(0, -8) })],
		[
			'uppercase',
			(right: string) => ({ 'x-hub-signature-256': `sha256=${right.slice(7).toUpperCase()}` }),
		],
	])('with sign %p carry that signature', async (how, expected) => {
		const answer = await meta.control('POST', 'deliver-raw', { body: '{"cut": "of', sign: how });
		expect(answer).toMatchObject({ status: 200, responseBody: 'received' });
		const { path, body, headers } = receiver.received[0]!;
		expect({ path, body }).toEqual({ path: '/app', body: '{"cut": "of' });
		const { 'x-hub-signature-256': signature } = headers;
		expect(signature === undefined ? {} : { 'x-hub-signature-256': signature }).toEqual(
			expected(sign(body, APP_SECRET)),
		);
	});

	it('can be signed with a wrong secret', async () => {
		await meta.control('POST', 'deliver-raw', { body: {}, sign: 'wrong' });
		expect(receiver.received[0]!.headers['x-hub-signature-256']).toMatch(/^sha256=[0-9a-f]{64}$/);
		expect(receiver.received[0]!.headers['x-hub-signature-256']).not.toBe(sign('{}', APP_SECRET));
	});
});
