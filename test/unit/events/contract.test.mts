import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import {
	GROUP_NAMES,
	GROUP_OF_EVENT,
	OUTPUT_GROUPS,
} from '../../../nodes/WhatsAppCoexistence/events/groups';
import {
	coexistenceEventSchema,
	eventSchemas,
	messageSchema,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import { fixtureNames, loadFixture } from './fixtures.mts';

/** A message may have one field that the schema does not name: the one named after its type. */
function undeclaredFields(message: object & { type?: unknown }): string[] {
	return Object.keys(message).filter(
		(key) => !(key in messageSchema.shape) && key !== message.type,
	);
}

/** What is in the fixtures beside what is documented, or contradicts it. */
const LEFT_OVER = {
	'history/business-number-in-two-forms': [
		{ from: '551187654321' },
		{ from: '552112345678' },
		{ to: '551187654321' },
	],
	'history/complete-without-data': [{ threads: [{ id: '34600333444', messages: [] }] }],
	'history/declined-subcode': [{ error_subcode: 2593109, code: 100 }],
	'history/declined-with-metadata': [
		{ chunk: { metadata: { phase: 0, chunk_order: 0, progress: 0 } } },
	],
	'history/no-business-number': [{ from: '34600111222' }],
	'history/number-of-neither': [
		{ from: '34600111222' },
		{ from: '34600111222', thread: { context: { nickname: 'La Luz' } } },
		{ thread: { context: { nickname: 'La Luz' } } },
	],
	'contacts/create': [{ contact: { labels: ['VIP'] } }],
	'echoes/edit-caption': [{ edit: { message: { context: { id: 'M0' } } } }],
	'echoes/edit-text': [
		{ edit: { message: { context: { id: 'M0' } } } },
		{ edit: { message: { context: { id: 'M0' } } } },
	],
	'echoes/of-a-bot': [{ message_creation_type: 'something_new' }],
	'inbound/edit': [{ edit: { message: { context: { id: 'M0' } } } }],
	'inbound/keys-that-nobody-knows': [
		{
			mood: null,
			context: { hops: 3 },
			image: { width: 640 },
			contact: { profile: { picture: 'p-1' }, country: 'ES' },
			timestamp: 'soon',
			webhook: {
				value: {
					schema: '2',
					metadata: { username: 'tienda' },
					contacts: [{ wa_id: '34600999000' }],
				},
				change: { origin: 'edge-1' },
				entry: { shard: 's-1' },
				body: { version: 'v1' },
			},
		},
		{
			edit: { message: { context: { id: 'M0' }, text: { style: 'bold' } } },
			contact: { profile: { picture: 'p-1' }, country: 'ES' },
		},
	],
	'inbound/number-in-two-forms': [
		{ contact: { wa_id: '5511987654321' } },
		{ contact: { wa_id: '16505550001' } },
		{
			webhook: {
				value: { contacts: [{ profile: { name: 'Ana' }, wa_id: '16505550001', user_id: 'US.1' }] },
			},
		},
	],
	'inbound/shared-contact': [
		{
			from_logical_id: 'logical-1',
			origin: 'contact_request',
			identity: { acknowledged: true, hash: 'h-1' },
			contact: { identity_key_hash: 'hash-2' },
		},
	],
	'statuses/payment': [{ type: 'payment' }],
	'statuses/person-in-other-keys': [
		{ recipient_identity_key_hash: 'hash-1', errors: [{ error_data: { trace: 'tr-1' } }] },
	],
	'envelope/beside-known-lists': [{ webhook: { value: { mood: 'good' } } }],
};

/** The cells of the table that begins with this heading. */
function rowsOf(page: string, heading: string): string[][] {
	const text = readFileSync(path.join(__dirname, '../../..', page), 'utf8');
	const [, table] = text.split(`\n${heading}`);
	const [, , ...rows] = table!.split('\n\n')[0]!.split('\n');
	return rows.map((row) =>
		row
			.split('|')
			.slice(1)
			.map((cell) => cell.trim()),
	);
}

describe('the event contract', () => {
	test.each(fixtureNames)('holds for %s', (name) => {
		for (const event of parseWebhook(loadFixture(name))) {
			const result = coexistenceEventSchema.safeParse(event);
			expect(result.error?.issues ?? []).toEqual([]);
			if ('message' in event) expect(undeclaredFields(event.message)).toEqual([]);
		}
		expect(parseWebhook(loadFixture(name))).not.toEqual([]);
	});

	test('leaves nothing over of what Meta documents, and all that it does not', () => {
		const leftOver = fixtureNames.map((name) => {
			const extras = parseWebhook(loadFixture(name)).map(({ extra }) => extra);
			return [name, extras.filter((extra) => extra !== undefined)] as const;
		});
		expect(Object.fromEntries(leftOver.filter(([, extras]) => extras.length > 0))).toEqual(
			LEFT_OVER,
		);
	});

	test.each(fixtureNames)('gives the fields of %s in the order of the contract', (name) => {
		for (const event of parseWebhook(loadFixture(name))) {
			const fields = Object.keys(event);
			const inOrder = Object.keys(eventSchemas[event.event].shape);
			expect(fields).toEqual(inOrder.filter((field) => fields.includes(field)));
			if ('isHistory' in event) {
				expect(fields.slice(0, 3)).toEqual(['event', 'message', 'contact']);
				expect(Object.keys(event.message).slice(0, 2)).toEqual(['text', 'type']);
			}
		}
	});

	test('the fixtures have every event', () => {
		const seen = fixtureNames.flatMap((name) =>
			parseWebhook(loadFixture(name)).map(({ event }) => event),
		);

		expect([...new Set(seen)].sort()).toEqual(Object.keys(eventSchemas).sort());
	});

	test('README names every event, beside its output', () => {
		let output = '';
		const named = rowsOf('README.md', '| Output   | `event`').flatMap(([first, events]) => {
			output = first || output;
			return [...events!.matchAll(/`([^`]+)`/g)].map(([, event]) => [event, output]);
		});
		const wanted = Object.keys(eventSchemas) as Array<keyof typeof eventSchemas>;
		expect(Object.fromEntries(named)).toEqual(
			Object.fromEntries(wanted.map((event) => [event, GROUP_NAMES[GROUP_OF_EVENT[event]]])),
		);
	});

	test('every event in a delivery has an ID of its own', () => {
		for (const name of fixtureNames) {
			const ids = parseWebhook(loadFixture(name)).map(({ eventId }) => eventId);
			expect([name, new Set(ids).size]).toEqual([name, ids.length]);
		}
	});

	test('every schema is found under the name that it declares, and has an output', () => {
		for (const [name, schema] of Object.entries(eventSchemas)) {
			expect(schema.shape.event.value).toBe(name);
			expect(OUTPUT_GROUPS).toContain(GROUP_OF_EVENT[schema.shape.event.value]);
		}
		for (const output of Object.values(GROUP_OF_EVENT)) expect(OUTPUT_GROUPS).toContain(output);
		expect(coexistenceEventSchema.options).toHaveLength(Object.keys(eventSchemas).length);
	});
});
