import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { inboundMessage, webhook } from '../trigger/wire.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

const text = { type: 'text', text: { body: 'hola' } };
const inbound = parseWebhook(webhook('messages', { messages: [inboundMessage(text)] }));
const history = parseWebhook(
	webhook('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: 1, progress: 50 },
				threads: [{ id: '34600333444', messages: [inboundMessage(text), inboundMessage(text)] }],
			},
		],
	}),
);
const chunk = { event: 'history.chunk', messages: history.slice(0, -1) };

async function toRows(items: object[]) {
	return await runAction({
		credential: meta.credential,
		parameters: { resource: 'event', operation: 'toRows' },
		items: items.map((json) => ({ json: json as IDataObject })),
	});
}

test('events become rows, each beside its event; what has none leaves none', async () => {
	const { items } = await toRows([...inbound, ...history, chunk]);
	expect(items.map(({ json, pairedItem }) => [json.text, pairedItem])).toEqual([
		['hola', { item: 0 }],
		['hola', { item: 1 }],
		['hola', { item: 2 }],
		['hola', { item: 4 }],
		['hola', { item: 4 }],
	]);
	expect(misfitOf('event', 'toRows', items)).toBeNull();
});

test('anything else is told apart from an event', async () => {
	const { error } = await toRows([{ wamid: 'wamid.A' }]);
	expect(error?.message).toBe('This item is no event of the trigger');
});

/** One message of each of two customers, as one execution may have them, and rows of both chats. */
const [ana, eva] = ['34600000001', '34600000002'].map(
	(from) =>
		parseWebhook(
			webhook('messages', {
				messages: [{ ...inboundMessage({ type: 'text', text: { body: `I am ${from}` } }), from }],
			}),
		)[0],
);

async function toTranscript(items: object[], newMessage: string) {
	return await runAction({
		credential: meta.credential,
		parameters: { resource: 'event', operation: 'toTranscript', newMessage },
		items: items.map((json) => ({ json: json as IDataObject })),
	});
}

test('the rows of each chat become one transcript, and nobody reads another’s', async () => {
	const rows = ['34600000001', '34600000002'].map((contact_key) => ({
		wamid: `wamid.${contact_key}`,
		contact_key,
		sent_at: '2026-01-02T10:00:00.000Z',
		text: `promised to ${contact_key}`,
		direction: 'outbound',
		author: 'business_app',
	}));
	// As n8n has it behind a node that has read rows for each event.
	const items = [ana, ana, eva, eva].map((event, index) => ({ event, ...rows[index % 2] }));
	const { items: written } = await toTranscript(items, '={{ $json.event }}');
	expect(written.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	const [ofAna, ofEva] = written.map(({ json }) => String(json.transcript));
	expect(ofAna).toMatch(/promised to 34600000001\n.* I am 34600000001$/);
	expect(ofEva).toMatch(/promised to 34600000002\n.* I am 34600000002$/);
	expect(ofAna).not.toContain('34600000002');
	expect(misfitOf('event', 'toTranscript', written)).toBeNull();
});

test('a chat of which nothing is stored is its new message', async () => {
	const { items } = await toTranscript([{}], JSON.stringify(ana));
	expect(items[0]!.json.messages).toBe(1);
	const since = Date.parse(String(items[0]!.json.ownerWroteFrom)) - Date.parse(ana!.occurredAt!);
	expect(since).toBe(2_000);
});

test.each(['{}', 'no JSON', '={{ $json }}'])('%s is no new message', async (newMessage) => {
	const { error } = await toTranscript([{ a: 1 }], newMessage);
	expect(error?.message).toBe('“New Message” is no message of the trigger');
});
