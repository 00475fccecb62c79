import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { historyBatchSchemas } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from './wire.mts';

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

const PEERS = ['34600333444', '34600555666', '34600777888'];
const MESSAGES_PER_THREAD = 4;

let chunks = 0;
const chunk = () =>
	webhook('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: ++chunks, progress: 40 },
				threads: PEERS.map((from) => ({
					id: from,
					messages: Array.from({ length: MESSAGES_PER_THREAD }, (_, index) =>
						inboundMessage(
							{ type: 'text', text: { body: 'hola' } },
							{ from, secondsAgo: 1_000_000 + index },
						),
					),
				})),
			},
		],
	});

async function deliver(historyItems: string | undefined, body: object) {
	trigger.setParameters({
		groups: ['history', 'inbound'],
		// A limit on the age of live events never holds history back.
		options: { maximumAge: 60, ...(historyItems !== undefined && { historyItems }) },
	});
	await meta.control.post('/deliver-raw', { url: trigger.url, body });
	return trigger.executions.pop() ?? [];
}

const namesOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.event);

test.each([
	[undefined, Array(PEERS.length * MESSAGES_PER_THREAD).fill('history.message')],
	['perMessage', Array(PEERS.length * MESSAGES_PER_THREAD).fill('history.message')],
	['perThread', Array(PEERS.length).fill('history.thread')],
	['perChunk', ['history.chunk']],
])('%s: old messages come by the History output, then the news of the chunk', async (mode, old) => {
	const [history, inbound] = await deliver(mode, chunk());
	expect(namesOf(history!)).toEqual([...old, 'history.progress']);
	expect(inbound).toEqual([]);
});

test.each([
	['perThread', MESSAGES_PER_THREAD],
	['perChunk', MESSAGES_PER_THREAD * PEERS.length],
])('%s: an item has the documented fields, and its messages', async (mode, count) => {
	const [history] = await deliver(mode, chunk());
	const batches = history!.slice(0, -1).map(({ json }) => json);
	for (const batch of batches) {
		const schema = historyBatchSchemas[batch.event as keyof typeof historyBatchSchemas];
		expect(schema.safeParse(batch).error?.issues ?? []).toEqual([]);
		expect(batch.messages).toHaveLength(count);
		expect(batch).toMatchObject({
			receivedAt: expect.any(String),
			at: batch.occurredAt,
			isHistory: true,
		});
	}
});

test('a redelivery of messages that were taken one by one starts nothing as a chunk', async () => {
	const body = chunk();
	await deliver('perMessage', body);
	await expect(deliver('perChunk', body)).resolves.toEqual([]);
});
