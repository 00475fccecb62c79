import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'undici';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';

let meta: TestMeta;
let trigger: TriggerHost;

const GROUPS = ['history', 'contacts', 'echoes', 'inbound', 'statuses', 'account'];

const metadata = { display_phone_number: '34600111222', phone_number_id: DEFAULT.phoneNumberId };
const inbound = {
	messaging_product: 'whatsapp',
	metadata,
	contacts: [{ profile: { name: 'Marta' }, wa_id: '34600333444' }],
	messages: [
		{
			from: '34600333444',
			id: 'wamid.M1',
			timestamp: '1789000700',
			type: 'text',
			text: { body: 'Mañana 😀 https://x.test/a' },
		},
	],
};
const body = {
	object: 'whatsapp_business_account',
	entry: [{ id: DEFAULT.wabaId, changes: [{ field: 'messages', value: inbound }] }],
};

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({
		credential: meta.credential,
		parameters: {
			groups: GROUPS,
			registerFor: 'account',
			phoneNumberIds: [],
		},
	});
});
afterEach(async () => await trigger.close());

const deliverRaw = async (raw: { body: unknown; sign?: unknown; headers?: object }) =>
	await meta.control.post<{ status: number }>('/deliver-raw', { url: trigger.url, ...raw });

describe('a POST that is not from Meta', () => {
	test.each([
		['unsigned', { body, sign: false }, 401],
		['forged', { body, sign: 'wrong' }, 401],
		['with half a signature', { body, sign: 'truncated' }, 401],
		['signed by the old algorithm', { body, sign: 'sha1' }, 401],
		['cut off', { body: JSON.stringify(body).slice(0, 90), sign: true }, 400],
		['not JSON', { body: 'hello', headers: { 'content-type': 'text/plain' } }, 400],
		['empty', { body: '', headers: { 'content-type': 'application/octet-stream' } }, 400],
	])('%s gets a 4xx and starts nothing', async (_name, raw, status) => {
		await expect(deliverRaw(raw)).resolves.toMatchObject({ status });
		expect(trigger.executions).toEqual([]);
	});
});

describe('a signed POST', () => {
	test.each([
		['null', null],
		['a number', 42],
		['an empty object', {}],
		['an empty list', []],
		['an envelope without entries', { object: 'whatsapp_business_account', entry: [] }],
	])('of %s gets 200 and starts nothing', async (_name, json) => {
		const text = JSON.stringify(json);
		await expect(deliverRaw({ body: text })).resolves.toMatchObject({ status: 200 });
		expect(
			trigger.executions.flat(2).filter(({ json: event }) => event.event !== 'unrecognized'),
		).toEqual([]);
	});

	test('is verified over the bytes that Meta escaped', async () => {
		await expect(deliverRaw({ body })).resolves.toMatchObject({ status: 200 });
		const outputs = trigger.executions[0]!;
		expect(outputs.map((items) => items.length)).toEqual([0, 0, 0, 1, 0, 0]);
		expect(outputs[3]![0]!.json).toMatchObject({
			event: 'inbound.message',
			phoneNumberId: DEFAULT.phoneNumberId,
			contact: { key: '34600333444', profileName: 'Marta' },
			message: { id: 'wamid.M1', text: 'Mañana 😀 https://x.test/a' },
			receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
		});
	});

	test('has a time, whether Meta gives one or not', async () => {
		const [timed] = inbound.messages;
		const { timestamp: _, ...timeless } = { ...timed, id: 'wamid.timeless' };
		const value = { ...inbound, messages: [timed, timeless] };
		const entry = [{ id: DEFAULT.wabaId, changes: [{ field: 'messages', value }] }];
		await deliverRaw({ body: { ...body, entry } });
		const items = trigger.executions[0]![3]!.map(({ json }) => json);
		expect(items[0]!.at).toBe(items[0]!.occurredAt);
		expect(items[1]).toMatchObject({ occurredAt: null, at: expect.stringMatching(/Z$/) });
		expect(items[1]!.at).toBe(items[1]!.receivedAt);
	});

	test('with an upper-case signature is accepted', async () => {
		await expect(deliverRaw({ body, sign: 'uppercase' })).resolves.toMatchObject({ status: 200 });
		expect(trigger.executions).toHaveLength(1);
	});

	test('without a content type is read all the same', async () => {
		const headers = { 'content-type': 'application/octet-stream' };
		await expect(deliverRaw({ body, headers })).resolves.toMatchObject({ status: 200 });
		expect(trigger.executions).toHaveLength(1);
	});
});

describe('the selection', () => {
	test('drops groups that were not chosen, and starts nothing for them', async () => {
		trigger.setParameters({ groups: ['history', 'echoes'] });
		await expect(deliverRaw({ body })).resolves.toMatchObject({ status: 200 });
		expect(trigger.executions).toEqual([]);
	});

	test('drops numbers that were not chosen', async () => {
		trigger.setParameters({ groups: GROUPS, phoneNumberIds: [DEFAULT.secondPhoneNumberId] });
		await deliverRaw({ body });
		expect(trigger.executions).toEqual([]);
	});

	test.each([[['inbound']], [['inbound', 'history']], [GROUPS]])(
		'of %j does not move the output of a group',
		async (groups) => {
			trigger.setParameters({ groups });
			await deliverRaw({ body });
			expect(trigger.executions[0]!.map((items) => items.length)).toEqual([0, 0, 0, 1, 0, 0]);
		},
	);
});

describe('the handshake', () => {
	const ask = async (query: Record<string, string>) => {
		const url = new URL(trigger.url);
		for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
		const answer = await request(url);
		return {
			status: answer.statusCode,
			type: answer.headers['content-type'],
			text: await answer.body.text(),
		};
	};

	test('answers 200 with the bare challenge in manual mode', async () => {
		trigger.setParameters({ registerFor: 'manual', manualVerification: 'blue-lemon-tree' });
		await expect(
			ask({
				'hub.mode': 'subscribe',
				'hub.challenge': '1158201444',
				'hub.verify_token': 'blue-lemon-tree',
			}),
		).resolves.toEqual({ status: 200, type: 'text/plain; charset=utf-8', text: '1158201444' });
		expect(trigger.executions).toEqual([]);
	});

	test.each([
		['another token', { 'hub.mode': 'subscribe', 'hub.challenge': '42', 'hub.verify_token': 'x' }],
		['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '42' }],
		[
			'another mode',
			{ 'hub.mode': 'unsubscribe', 'hub.challenge': '42', 'hub.verify_token': 'blue-lemon-tree' },
		],
		['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': 'blue-lemon-tree' }],
	])('with %s is refused, and the challenge kept', async (_name, query) => {
		trigger.setParameters({ registerFor: 'manual', manualVerification: 'blue-lemon-tree' });
		const { status, text } = await ask(query);
		expect(status).toBe(403);
		expect(text).not.toContain('42');
	});

	test('in manual mode refuses everybody while the token is empty', async () => {
		trigger.setParameters({ registerFor: 'manual', manualVerification: '' });
		const { status } = await ask({
			'hub.mode': 'subscribe',
			'hub.challenge': '42',
			'hub.verify_token': '',
		});
		expect(status).toBe(403);
	});
});
