import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { hostTrigger, startWebhookServer, type TriggerHost } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from '../trigger/wire.mts';
import { misfitOf } from './output-schema.mts';

const CUSTOMER = '34600333444';
const MINUTE_MS = 60_000;

let meta: TestMeta;
/** Two workflows of one number, side by side. */
let first: TriggerHost;
let second: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	const n8n = await startWebhookServer();
	const { credential } = meta;
	const parameters = { groups: ['inbound'] };
	first = await hostTrigger({ credential, n8n, parameters });
	second = await hostTrigger({ credential, n8n, parameters });
});
afterEach(async () => {
	await first.close();
	await second.close();
});

async function publish(...triggers: TriggerHost[]) {
	for (const trigger of triggers) await trigger.create();
}

async function run(operation: 'begin' | 'end', more: IDataObject = {}, credential = {}) {
	return await runAction({
		credential: { ...meta.credential, ...credential },
		parameters: {
			resource: 'takeover',
			operation,
			phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
			customer: '+34 600 333 444',
			...more,
		},
	});
}

/** What the customer's next message says in a workflow. */
async function next({ url, executions }: TriggerHost, more: object = {}) {
	const message = inboundMessage({ type: 'text', text: { body: 'hola' }, ...more });
	// A message of the very moment, which is Meta's second.
	message.timestamp = String(Math.ceil(Date.now() / 1000));
	await meta.control.post('/deliver-raw', {
		url,
		body: webhook('messages', { messages: [message] }),
	});
	return executions.at(-1)?.flat().at(0)?.json.takeover as IDataObject;
}

test('every workflow of the number knows it, and none is started by it', async () => {
	await publish(first, second);
	const begun = await run('begin');
	expect(begun.error).toBeUndefined();
	expect(misfitOf('takeover', 'begin', begun.items)).toBeNull();
	expect(begun.items[0]!.json).toMatchObject({ active: true, until: null, customer: CUSTOMER });
	expect([first.executions, second.executions]).toEqual([[], []]);
	for (const trigger of [first, second]) {
		expect(await next(trigger)).toMatchObject({ active: true, until: null });
	}

	const ended = await run('end');
	expect(misfitOf('takeover', 'end', ended.items)).toBeNull();
	expect(ended.items[0]!.json).toMatchObject({ active: false, since: null, until: null });
	for (const trigger of [first, second]) {
		expect(await next(trigger)).toEqual({ active: false, since: null, until: null });
	}
});

test('for some minutes, by user ID, and of another customer nothing', async () => {
	await publish(first);
	const { items } = await run('begin', {
		customer: 'ES.4815162342ABC',
		lasts: 'minutes',
		minutes: 5,
	});
	const { since, until } = items[0]!.json as { since: string; until: string };
	expect(Date.parse(until) - Date.parse(since)).toBe(5 * MINUTE_MS);
	expect(await next(first, { from_user_id: 'ES.4815162342ABC' })).toEqual({
		active: true,
		since,
		until,
	});
	expect(await next(first, { from: '34600555666' })).toMatchObject({ active: false });
});

test('outlives a restart of n8n', async () => {
	await publish(first);
	await run('begin');
	// As another process has written it.
	const written = JSON.stringify(first.staticData).replace(/"writer":"[^"]*"/, '"writer":""');
	const staticData = JSON.parse(written) as IDataObject;
	const restarted = await hostTrigger({
		credential: meta.credential,
		parameters: { groups: ['inbound'] },
		staticData,
	});
	expect(await next(restarted)).toMatchObject({ active: true, until: null });
	await restarted.close();
});

test('nobody without the app secret begins one', async () => {
	await publish(first);
	const takeover = {
		phoneNumberId: DEFAULT.phoneNumberId,
		contact: { phone: CUSTOMER },
		at: Date.now(),
		until: null,
	};
	const answer = await fetch(first.url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
		},
		body: JSON.stringify({ object: 'n8n_whatsapp_coexistence_takeover', takeover }),
	});
	expect(answer.status).toBe(401);
	expect(await next(first)).toMatchObject({ active: false });

	const { error } = await run('begin', {}, { appSecret: 'guessed' });
	expect(error).toBeDefined();
	expect(await next(first)).toMatchObject({ active: false });
});

test('a rehearsal tells nobody', async () => {
	await publish(first);
	const { items } = await run('begin', {}, { rehearse: true });
	expect(items[0]!.json).toMatchObject({
		rehearsed: true,
		requests: [
			{ method: 'POST', url: first.url, body: { takeover: { contact: { phone: CUSTOMER } } } },
		],
	});
	expect(await next(first)).toMatchObject({ active: false });
});

test.each<[string, () => Promise<unknown>, IDataObject, string, string]>([
	['no callback', async () => {}, {}, 'No WhatsApp Coexistence Trigger receives', 'No callback'],
	[
		'somebody else’s callback',
		async () => setCallback('https://shop.test/hooks/meta'),
		{},
		'No WhatsApp Coexistence Trigger receives',
		'https://shop.test/hooks/meta',
	],
	[
		'a workflow that is gone',
		async () => {
			await publish(first);
			await first.close();
		},
		{},
		'The trigger did not take it',
		'HTTP status 404',
	],
	[
		'an n8n that is out of reach',
		async () => setCallback('http://127.0.0.1:1/webhook/1/whatsapp'),
		{},
		'This n8n cannot reach the trigger',
		'public address',
	],
	[
		'a trigger without takeovers',
		async () => {
			first.setParameters({ groups: ['inbound'], options: { takeoverMinutes: 0 } });
			await publish(first);
		},
		{},
		'keeps no account of takeovers',
		'Human Takeover (Minutes)',
	],
	['a name', async () => {}, { customer: 'Marta' }, '“Customer” is neither', '+34 600 333 444'],
])('%s: the error says so, and what to do', async (_, prepare, parameters, message, advice) => {
	await prepare();
	const { error } = await run('begin', parameters);
	expect(error?.message).toContain(message);
	expect(error?.description).toContain(advice);
});

function setCallback(url: string) {
	meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] = url;
}
