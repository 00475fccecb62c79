import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import {
	historyBatchSchemas,
	type HistoryMessageEvent,
	type TriggerEvent,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import { groupHistory } from '../../../nodes/WhatsAppCoexistence/trigger/history-items';
import { fixtureNames, loadFixture } from '../events/fixtures.mts';
import { historyChunk, webhookOf } from '../events/webhooks.mts';

const PEERS = ['34600333444', '34600555666'];
const TIME = 1_789_000_000;

/** A webhook with chunks of two conversations of two messages each, the second the older one. */
const chunks = (...positions: object[]) => ({
	entry: [
		{
			id: '900000000000001',
			changes: [
				{
					field: 'history',
					value: {
						metadata: { display_phone_number: '34600111222', phone_number_id: '800000000000001' },
						history: positions.map((metadata, chunk) => ({
							metadata,
							threads: PEERS.map((id, thread) => ({
								id,
								messages: [0, 1].map((index) => ({
									from: id,
									id: `wamid.${chunk}${thread}${index}`,
									timestamp: String(TIME - index),
									type: 'text',
									text: { body: 'hola' },
								})),
							})),
						})),
					},
				},
			],
		},
	],
});

const wamids = (messages: HistoryMessageEvent[]) => messages.map(({ message }) => message.id);
const shapeOf = (events: TriggerEvent[]) =>
	events.map((event) =>
		'messages' in event && Array.isArray(event.messages)
			? [event.event, wamids(event.messages)]
			: [event.event],
	);

describe('one item per message', () => {
	test('leaves the events as they are', () => {
		const events = parseWebhook(loadFixture('history/chunk'));
		expect(groupHistory(events, 'perMessage')).toBe(events);
	});
});

describe('one item per conversation', () => {
	const body = chunks({ phase: 0, chunk_order: 1, progress: 10 });

	test('holds what a chunk has of it, before the news of the chunk', () => {
		expect(shapeOf(groupHistory(parseWebhook(body), 'perThread'))).toEqual([
			['history.thread', ['wamid.000', 'wamid.001']],
			['history.thread', ['wamid.010', 'wamid.011']],
			['history.progress'],
		]);
	});

	test('says whose it is, where it stood and when its newest message was sent', () => {
		const [item] = groupHistory(parseWebhook(body), 'perThread');
		expect(item).toMatchObject({
			event: 'history.thread',
			occurredAt: new Date(TIME * 1000).toISOString(),
			phoneNumberId: '800000000000001',
			wabaId: '900000000000001',
			isHistory: true,
			contact: { key: PEERS[0], phone: PEERS[0] },
			history: { phase: 0, chunkOrder: 1, progress: 10, threadIndex: 0 },
		});
		expect(item!.eventId).toMatch(/^800000000000001:history\.thread:./);
	});

	test('is nobody’s only if none of its messages names somebody', () => {
		const unnamed = chunks({});
		const thread = unnamed.entry[0]!.changes[0]!.value.history[0]!.threads[0]!;
		Object.assign(thread, { id: undefined });
		Object.assign(thread.messages[0]!, { from: '34600111222' });
		expect(groupHistory(parseWebhook(unnamed), 'perThread')[0]).toMatchObject({
			contact: { key: PEERS[0] },
			messages: [{ contact: { key: null } }, { contact: { key: PEERS[0] } }],
		});
	});
});

describe('one item per chunk', () => {
	test('says where it stood and when its newest message was sent', () => {
		const [item] = groupHistory(
			parseWebhook(chunks({ phase: 0, chunk_order: 1, progress: 10 })),
			'perChunk',
		);
		expect(item).toMatchObject({
			event: 'history.chunk',
			eventId: expect.stringMatching(/^800000000000001:history\.chunk:./),
			occurredAt: new Date(TIME * 1000).toISOString(),
			history: { phase: 0, chunkOrder: 1, progress: 10 },
		});
	});

	test('holds all its messages', () => {
		const body = chunks({ phase: 0, chunk_order: 1 }, { phase: 0, chunk_order: 2 });
		expect(shapeOf(groupHistory(parseWebhook(body), 'perChunk'))).toEqual([
			['history.chunk', ['wamid.000', 'wamid.001', 'wamid.010', 'wamid.011']],
			['history.progress'],
			['history.chunk', ['wamid.100', 'wamid.101', 'wamid.110', 'wamid.111']],
			['history.progress'],
		]);
	});

	test('keeps chunks apart that do not say where they stand', () => {
		const items = groupHistory(parseWebhook(chunks({}, {})), 'perChunk');
		expect(items.map(({ event }) => event)).toEqual([
			'history.chunk',
			'history.progress',
			'history.chunk',
			'history.progress',
		]);
		expect(items[0]!.eventId).not.toBe(items[2]!.eventId);
	});
});

describe.each(['perThread', 'perChunk'] as const)('%s', (items) => {
	/** A chunk of one conversation. */
	const chunkOf = (messages: unknown[]) => {
		const body = chunks({ phase: 0, chunk_order: 1 });
		const { value } = body.entry[0]!.changes[0]!;
		Object.assign(value.history[0]!, { threads: [{ id: PEERS[0], messages }] });
		return { body, value };
	};
	/** At so many seconds after TIME. */
	const messageAt = (seconds: number | undefined, index = 0) => ({
		from: PEERS[0],
		id: `wamid.${index}`,
		timestamp: seconds === undefined ? undefined : String(TIME + seconds),
		type: 'text',
		text: { body: 'hola' },
	});

	test.each([
		['the oldest first', [0, 1, 2], 2],
		['the newest first', [2, 1, 0], 2],
		['one without a time first', [undefined, 1, 0], 1],
		['one without a time last', [0, 1, undefined], 1],
		['none with a time', [undefined, undefined], undefined],
	])('happened when the newest message was sent, %s', (_name, times, newest) => {
		const [item] = groupHistory(parseWebhook(chunkOf(times.map(messageAt)).body), items);
		const expected = newest === undefined ? null : new Date((TIME + newest) * 1000).toISOString();
		expect(item!.occurredAt).toBe(expected);
	});

	test('holds together what has something else in between', () => {
		const { body } = chunkOf([messageAt(0, 0), 'no message', messageAt(1, 1)]);
		expect(shapeOf(groupHistory(parseWebhook(body), items))).toEqual([
			[`history.${items === 'perThread' ? 'thread' : 'chunk'}`, ['wamid.0', 'wamid.1']],
			['unrecognized'],
			['history.progress'],
		]);
	});

	test.each([
		['the number', {}, {}, '800000000000001'],
		['the account, where Meta names no number', {}, { metadata: {} }, '900000000000001'],
		['nothing, where Meta names neither', { id: undefined }, { metadata: {} }, ''],
	])('has an ID that begins with %s', (_name, ofAccount, ofValue, owner) => {
		const { body, value } = chunkOf([messageAt(0)]);
		Object.assign(body.entry[0]!, ofAccount);
		Object.assign(value, ofValue);
		const [item] = groupHistory(parseWebhook(body), items);
		expect(item!.eventId.split(':')[0]).toBe(owner);
	});

	test('loses no message and keeps all other events', () => {
		fc.assert(
			fc.property(fc.array(historyChunk, { maxLength: 3 }), (changes) => {
				const events = parseWebhook(webhookOf(changes));
				const grouped = groupHistory(events, items);
				const back = grouped.flatMap((event) =>
					event.event === 'history.thread' || event.event === 'history.chunk'
						? event.messages
						: [event],
				);
				expect(new Set(back)).toEqual(new Set(events));
				expect(back).toHaveLength(events.length);
			}),
		);
	});

	test.each(fixtureNames.filter((name) => name.startsWith('history/')))(
		'gives for %s what its schema says, and the same when it is delivered again',
		(name) => {
			const grouped = groupHistory(parseWebhook(loadFixture(name)), items);
			expect(grouped).toEqual(groupHistory(parseWebhook(loadFixture(name)), items));
			expect(grouped.filter(({ event }) => event === 'history.message')).toEqual([]);
			for (const event of grouped) {
				if (!(event.event in historyBatchSchemas)) continue;
				const schema = historyBatchSchemas[event.event as keyof typeof historyBatchSchemas];
				expect(schema.safeParse(event).error?.issues ?? []).toEqual([]);
			}
		},
	);
});
