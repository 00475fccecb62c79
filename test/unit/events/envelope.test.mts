import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';
import type { JsonObject } from './webhooks.mts';

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'envelope/several-fields',
		[
			{ event: 'inbound.message', wabaId: '900000000000001', phoneNumberId: '800000000000001' },
			{ event: 'echo.message', wabaId: '900000000000001', phoneNumberId: '800000000000001' },
			{ event: 'account.offboarded', wabaId: '900000000000002', phoneNumberId: null },
		],
	],
	['envelope/time-as-string', [{ occurredAt: iso(1789002000) }]],
	['envelope/one-change', [{ event: 'inbound.message', field: 'messages', wabaId: null }]],
	[
		'envelope/standby',
		[
			{
				event: 'echo.message',
				field: 'standby',
				standby: true,
				contact: { profileName: 'Marta' },
			},
			{ event: 'inbound.message', field: 'standby', standby: true, message: { text: 'hola' } },
			{ event: 'message.status', field: 'standby', standby: true, status: 'read' },
		],
	],
	[
		'envelope/standby-unreadable',
		[{ event: 'unrecognized', standby: true, value: [{ id: 'wamid.M1' }] }],
	],
	[
		'envelope/unknown-field',
		[
			{
				event: 'unrecognized',
				field: 'smb_stickers',
				phoneNumberId: '800000000000001',
				value: { messages: [{ id: 'wamid.M1' }] },
			},
		],
	],
	[
		'envelope/nothing-known-in-value',
		[{ event: 'unrecognized', field: 'messages', value: { product_inquiries: [{}] } }],
	],
	['envelope/other-product', [{ event: 'unrecognized', value: { object: 'page' } }]],
	[
		'envelope/lists-that-are-none',
		[
			{ event: 'unrecognized', wabaId: '900000000000001', value: 'messages' },
			{ event: 'unrecognized', field: 'messages', value: 'Marta' },
			{ event: 'unrecognized', field: 'messages', value: { id: 'wamid.M1' } },
			{ event: 'unrecognized', field: 'messages', value: 'sent' },
			{ event: 'unrecognized', field: 'messages', value: 7 },
			{ event: 'unrecognized', field: null, value: null },
			{ event: 'unrecognized', field: 'messages', value: { field: 'messages' } },
			{ event: 'unrecognized', wabaId: null, value: 'entry' },
		],
	],
	[
		'envelope/entry-without-changes',
		[
			{
				event: 'unrecognized',
				occurredAt: iso(1789002000),
				value: { messaging: [{ text: 'hola' }] },
			},
		],
	],
	[
		'envelope/beside-known-lists',
		[
			{ event: 'call.updated', contact: { key: '34600777888' }, value: { id: 'wacid.B1' } },
			{ event: 'message.status' },
			{ event: 'customer.acted', value: { action_type: 'landing_page_view' } },
			{ event: 'inbound.message', extra: { webhook: { value: { mood: 'good' } } } },
			{ event: 'unrecognized', value: { parcels: [{ weight: 3 }] } },
			{ event: 'unrecognized', value: { mood: 'bad' } },
		],
	],
];

describe('envelope', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});

	test.each([
		[undefined],
		[null],
		[''],
		[[]],
		[{}],
		[{ object: 'page' }],
		[{ object: 'whatsapp_business_account', entry: [] }],
		[{ object: 'whatsapp_business_account', entry: null }],
		[{ object: 'whatsapp_business_account', entry: [{ id: '1', time: 1_789_000_000 }] }],
		[{ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [] }] }],
	])('nothing in %j gives no event', (body) => {
		expect(parseWebhook(body)).toEqual([]);
	});

	test.each([
		[true],
		[0],
		['hello'],
		[[1]],
		[{ hello: 'world' }],
		[{ object: 'page', entry: [{}] }],
		[{ object: { hello: 'world' } }],
	])('%j is kept as unrecognized', (body) => {
		expect(parseWebhook(body)).toMatchObject([
			{ event: 'unrecognized', field: null, standby: false, value: body },
		]);
	});

	test.each<[field: string, event: string, value: JsonObject]>([
		['history', 'history.progress', { history: [{ metadata: { progress: 5 } }] }],
		[
			'smb_app_state_sync',
			'contact.saved',
			{ state_sync: [{ action: 'add', contact: { phone_number: '34600333444' } }] },
		],
		['smb_message_echoes', 'echo.message', { message_echoes: [{ id: 'wamid.1' }] }],
		['messages', 'inbound.message', { messages: [{ id: 'wamid.1' }] }],
		['messages', 'inbound.message', { history: null, messages: [{ id: 'wamid.1' }] }],
		['messages', 'message.status', { statuses: [{ id: 'wamid.1' }] }],
		['standby', 'inbound.message', { standby: { messages: [{ id: 'wamid.1' }] } }],
		['calls', 'call.updated', { calls: [{ id: 'wacid.1' }] }],
		['messages', 'customer.acted', { user_actions: [{ action_type: 'click' }] }],
		['user_preferences', 'account.updated', { user_preferences: [{ value: 'stop' }] }],
		['user_id_update', 'account.updated', { user_id_update: [{ wa_id: '34600333444' }] }],
		['messages', 'webhook.error', { errors: [{ code: 130429 }] }],
	])('a value that comes by itself is of the field that its list tells: %s, %s', (...expected) => {
		const [field, event, value] = expected;
		expect(parseWebhook(value)).toMatchObject([{ event, field, standby: field === 'standby' }]);
		expect(parseWebhook({ value })).toMatchObject([{ event, field }]);
		expect(parseWebhook({ entry: null, value })).toMatchObject([{ event, field }]);
	});

	describe('standby', () => {
		const eventsOf = (value: JsonObject) =>
			parseWebhook({ entry: [{ changes: [{ field: 'standby', value }] }] });
		const messages = [{ id: 'wamid.1', from: '34600333444', type: 'text' }];
		const named = (name: string) => ({ wa_id: '34600333444', profile: { name } });

		test('is all that comes under it', () => {
			expect(eventsOf({ messages })).toMatchObject([{ event: 'inbound.message', standby: true }]);
		});

		test('has the people of its own, or else those around it', () => {
			const contacts = [named('Outer')];
			const own = { contacts: [named('Own')], messages };
			expect(eventsOf({ contacts, standby: own })).toMatchObject([
				{ contact: { profileName: 'Own' } },
			]);
			expect(eventsOf({ contacts, standby: { messages } })).toMatchObject([
				{ contact: { profileName: 'Outer' } },
			]);
		});

		test('keeps what stands beside its items', () => {
			expect(eventsOf({ standby: { messages, mood: 'good' } })).toMatchObject([
				{ extra: { webhook: { value: { standby: { mood: 'good' } } } } },
			]);
		});

		test('that is missing is nothing', () => {
			expect(eventsOf({ messages, standby: null })).toHaveLength(1);
		});

		test.each([['waiting'], [[[{ id: '1' }]]]])(
			'that is no object is kept whole: %j',
			(standby) => {
				expect(eventsOf({ standby })).toMatchObject([
					{ event: 'unrecognized', standby: true, value: standby },
				]);
			},
		);

		test('nested in standby is kept whole, however deep', () => {
			let standby: JsonObject = { messages };
			for (let depth = 0; depth < 10_000; depth++) standby = { standby };
			const [event, ...others] = eventsOf({ standby });
			expect(others).toEqual([]);
			expect(event).toMatchObject({ event: 'unrecognized', standby: true });
			expect(event).toHaveProperty('value.standby.standby');
		});
	});

	describe('a value', () => {
		const messages = [{ id: 'wamid.1', from: '34600333444' }];
		const eventsOf = (value: JsonObject) =>
			parseWebhook({ entry: [{ changes: [{ field: 'messages', value }] }] });

		test.each([[{}], [{ messages: null }]])('with nothing in it is kept: %j', (value) => {
			expect(eventsOf(value)).toMatchObject([{ event: 'unrecognized', value }]);
		});

		test.each([[{ messages: [] }], [{ statuses: [], messages: null }]])(
			'with an empty list of items is nothing: %j',
			(value) => {
				expect(eventsOf(value)).toEqual([]);
			},
		);

		test('without some of its lists has the others', () => {
			expect(eventsOf({ messages, statuses: null, errors: null, history: null })).toHaveLength(1);
		});

		test.each([[[]], [[{ weight: 3 }, 'x']], ['parcel']])(
			'keeps beside its items what is no list of items: %j',
			(parcels) => {
				expect(eventsOf({ messages, parcels })).toMatchObject([
					{ event: 'inbound.message', extra: { webhook: { value: { parcels } } } },
				]);
			},
		);
	});

	test('a change of no known field is kept whole', () => {
		const change = { value: { mood: 'good' } };
		expect(parseWebhook({ entry: [{ changes: [change] }] })).toMatchObject([
			{ event: 'unrecognized', field: null, value: change },
		]);
	});

	test('a rejection stands on the value it belongs to, once', () => {
		const eventsOf = (value: JsonObject, rejection_info: string) => {
			const change = { field: 'message_template_status_update', value, rejection_info };
			return parseWebhook({ entry: [{ changes: [change] }] });
		};
		const [outside] = eventsOf({ event: 'REJECTED' }, 'outer');
		expect(outside).toMatchObject({ value: { event: 'REJECTED', rejection_info: 'outer' } });
		expect(outside).not.toHaveProperty('extra');
		expect(eventsOf({ rejection_info: 'inner' }, 'outer')).toMatchObject([
			{
				value: { rejection_info: 'inner' },
				extra: { webhook: { change: { rejection_info: 'outer' } } },
			},
		]);
	});

	test.each<[JsonObject]>([[{ changes: null }], [{ changes: [] }], [{}]])(
		'what stands on an entry is kept, also beside no changes: %j',
		(changes) => {
			const entry = { id: '1', shard: 's-1', ...changes };
			expect(parseWebhook({ entry: [entry] })).toMatchObject([
				{ event: 'unrecognized', wabaId: '1', value: entry },
			]);
		},
	);

	test('a batch of 1000 messages gives 1000 events in the order of the batch', () => {
		const wamids = Array.from({ length: 1_000 }, (_, n) => `wamid.${n}`);
		const changes = Array.from({ length: 50 }, (_, change) => ({
			field: 'messages',
			value: {
				messages: wamids
					.slice(change * 20, change * 20 + 20)
					.map((id) => ({ id, type: 'text', text: { body: id } })),
			},
		}));
		const entry = Array.from({ length: 5 }, (_, n) => ({
			id: String(n),
			changes: changes.slice(n * 10, n * 10 + 10),
		}));

		const events = parseWebhook({ object: 'whatsapp_business_account', entry });

		expect(events.map((event) => 'message' in event && event.message.id)).toEqual(wamids);
	});
});
