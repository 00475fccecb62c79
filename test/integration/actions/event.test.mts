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
