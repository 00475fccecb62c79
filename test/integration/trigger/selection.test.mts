import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { echo, inboundMessage, webhook } from './wire.mts';

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({ credential: meta.credential });
});
afterEach(async () => await trigger.close());

const text = { type: 'text', text: { body: 'hola' } };
const reaction = { type: 'reaction', reaction: { message_id: 'wamid.M0', emoji: '👍' } };

let statuses = 0;
const status = (name: string) => ({
	id: `wamid.SENT${++statuses}`,
	status: name,
	timestamp: String(Math.floor(Date.now() / 1000)),
	recipient_id: '34600333444',
});

/** Delivers, and gives the events that the workflow was started with; undefined if it was not. */
async function deliver(options: INodeParameters, body: object): Promise<IDataObject[] | undefined> {
	trigger.setParameters({
		groups: ['echoes', 'inbound', 'statuses'],
		options,
	});
	const { status: answer } = await meta.control.post<{ status: number }>('/deliver-raw', {
		url: trigger.url,
		body,
	});
	expect(answer).toBe(200);
	return trigger.executions.pop()?.flatMap((items) => items.map(({ json }) => json));
}

const inbound = (...messages: object[]) => webhook('messages', { messages });
const ignored = { ignoredContacts: '+34 600 333 444, BR.2342081516GHI' };

const only = { onlyContacts: '+34 600 555 666, BR.2342081516GHI' };

test.each<[string, INodeParameters, () => object]>([
	['a type', { messageTypes: ['text'] }, () => inbound(inboundMessage(reaction))],
	[
		'a type of echo',
		{ messageTypes: ['text'] },
		() => webhook('smb_message_echoes', { message_echoes: [echo(reaction)] }),
	],
	[
		'a status',
		{ statuses: ['failed'] },
		() => webhook('messages', { statuses: [status('sent'), status('delivered')] }),
	],
	['a contact', ignored, () => inbound(inboundMessage(text))],
	[
		'a contact known by user ID',
		ignored,
		() => inbound(inboundMessage({ ...text, from_user_id: 'BR.2342081516GHI' }, { from: '' })),
	],
	[
		'the contact of an echo',
		ignored,
		() => webhook('smb_message_echoes', { message_echoes: [echo(text)] }),
	],
	['a contact that is not listed', only, () => inbound(inboundMessage(text))],
	[
		'the echo to a contact that is not listed',
		only,
		() => webhook('smb_message_echoes', { message_echoes: [echo(text)] }),
	],
	['a status for a contact', ignored, () => webhook('messages', { statuses: [status('read')] })],
	['an old message', { maximumAge: 60 }, () => inbound(inboundMessage(text, { secondsAgo: 90 }))],
	['a young message', { minimumAge: 60 }, () => inbound(inboundMessage(text))],
])('%s that is not wanted starts no execution', async (_name, options, body) => {
	await expect(deliver(options, body())).resolves.toBeUndefined();
	await expect(deliver({}, body())).resolves.not.toHaveLength(0);
});

test('of the contacts that are listed, all comes', async () => {
	const body = inbound(
		inboundMessage(text),
		inboundMessage(text, { from: '34600555666' }),
		inboundMessage({ ...text, from_user_id: 'BR.2342081516GHI' }, { from: '' }),
	);
	await expect(deliver(only, body)).resolves.toMatchObject([
		{ contact: { phone: '34600555666' } },
		{ contact: { userId: 'BR.2342081516GHI' } },
	]);
});

test('of a delivery only what is wanted comes', async () => {
	const body = webhook('messages', {
		messages: [inboundMessage(reaction), inboundMessage(text)],
		statuses: [status('sent'), status('failed')],
	});
	const events = await deliver({ messageTypes: ['text'], statuses: ['failed'] }, body);
	expect(events).toMatchObject([
		{ event: 'inbound.message', message: { type: 'text' } },
		{ event: 'message.status', status: 'failed' },
	]);
});

test('what was left out is not remembered: it comes when it is wanted', async () => {
	const body = inbound(inboundMessage(text));
	await expect(deliver({ messageTypes: ['image'] }, body)).resolves.toBeUndefined();
	await expect(deliver({}, body)).resolves.toMatchObject([{ event: 'inbound.message' }]);
});
