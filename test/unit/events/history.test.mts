import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { isContentId } from '../../../nodes/WhatsAppCoexistence/events/event-id';
import { iso, loadFixture } from './fixtures.mts';
import type { JsonObject } from './webhooks.mts';

const BUSINESS = '34600111222';
const eventsOf = (value: JsonObject) =>
	parseWebhook({
		entry: [
			{
				changes: [
					{
						field: 'history',
						value: {
							metadata: { display_phone_number: BUSINESS, phone_number_id: '800000000000001' },
							...value,
						},
					},
				],
			},
		],
	});

const MARTA = {
	key: 'ES.4815162342ABC',
	userId: 'ES.4815162342ABC',
	parentUserId: 'ES.ENT.99887766',
	username: 'marta.g',
	phone: '34600333444',
	profileName: undefined,
};
const MARTA_BY_PHONE = { key: '34600333444', userId: undefined, phone: '34600333444' };
const DECLINED = {
	event: 'history.declined',
	field: 'history',
	phoneNumberId: '800000000000001',
	displayPhoneNumber: '34600111222',
	error: {
		code: 2593109,
		title: 'History sharing declined',
		message: 'The business did not share its chat history',
		details: 'The business turned history sharing off',
	},
};

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'history/chunk',
		[
			{
				event: 'history.message',
				eventId: '800000000000001:history.message:wamid.IN1',
				occurredAt: iso(1789000001),
				field: 'history',
				wabaId: '900000000000001',
				phoneNumberId: '800000000000001',
				displayPhoneNumber: '34600111222',
				standby: false,
				direction: 'inbound',
				author: 'customer',
				isHistory: true,
				contact: MARTA,
				message: { id: 'wamid.IN1', type: 'text', text: 'hola', mediaPending: false },
				history: {
					phase: 1,
					chunkOrder: 4,
					progress: 37,
					threadIndex: 0,
					messageIndex: 0,
					status: 'read',
				},
			},
			{
				event: 'history.message',
				direction: 'outbound',
				author: 'business_app',
				contact: MARTA,
				message: { id: 'wamid.OUT60', text: '¿qué tal?' },
				history: { threadIndex: 0, messageIndex: 1, status: 'delivered' },
			},
			{
				event: 'history.progress',
				phase: 1,
				chunkOrder: 4,
				progress: 37,
				threads: 1,
				messages: 2,
				complete: false,
			},
		],
	],
	[
		'history/chunks-out-of-order',
		[
			{ message: { text: 'tres' }, history: { phase: 1, chunkOrder: 3 } },
			{ event: 'history.progress', phase: 1, chunkOrder: 3, complete: true },
			{ message: { text: 'uno' }, history: { phase: 0, chunkOrder: 1 } },
			{ event: 'history.progress', phase: 0, chunkOrder: 1, complete: false },
			{ message: { text: 'dos' }, history: { phase: 1, chunkOrder: 2 } },
			{ event: 'history.progress', phase: 1, chunkOrder: 2, complete: false },
		],
	],
	[
		'history/two-phases',
		[
			{ message: { text: 'hoy' }, history: { phase: 0 } },
			{ event: 'history.progress', phase: 0, progress: 30 },
			{ message: { text: 'ayer' }, history: { phase: 1 } },
			{ event: 'history.progress', phase: 1, progress: 55 },
		],
	],
	[
		'history/thread-user-id-only',
		[
			{
				direction: 'inbound',
				contact: { key: 'ES.4815162342ABC', username: 'marta.g', phone: undefined },
			},
			{
				direction: 'outbound',
				contact: { key: 'ES.4815162342ABC', username: 'marta.g', phone: undefined },
			},
			{ event: 'history.progress' },
		],
	],
	[
		'history/outbound-without-to',
		[
			{ direction: 'inbound', contact: MARTA_BY_PHONE },
			{ direction: 'outbound', author: 'business_app', contact: MARTA_BY_PHONE },
			{ event: 'history.progress' },
		],
	],
	[
		'history/formatted-business-number',
		[
			{ direction: 'inbound', displayPhoneNumber: '+34 600 11 12 22' },
			{ direction: 'outbound', displayPhoneNumber: '+34 600 11 12 22' },
			{ event: 'history.progress' },
		],
	],
	[
		'history/no-business-number',
		[
			{ direction: 'inbound', author: 'customer', displayPhoneNumber: null },
			{ direction: 'outbound', author: 'business_app' },
			{ direction: 'inbound', author: 'unknown', contact: MARTA_BY_PHONE },
			{ event: 'history.progress' },
		],
	],
	[
		'history/statuses',
		[
			{ history: { status: 'read' } },
			{ history: { status: 'played' } },
			{ history: { status: 'foo' } },
			{ history: { status: undefined } },
			{ event: 'history.progress' },
		],
	],
	[
		'history/media-placeholder',
		[
			{
				event: 'history.message',
				eventId: '800000000000001:history.message:wamid.IN2',
				direction: 'inbound',
				message: {
					id: 'wamid.IN2',
					type: 'media_placeholder',
					mediaPending: true,
					text: null,
					media: undefined,
				},
			},
			{ direction: 'outbound', message: { id: 'wamid.OUT3', mediaPending: true } },
			{ event: 'history.progress' },
		],
	],
	[
		'history/media-follow-up',
		[
			{
				event: 'history.media',
				eventId: '800000000000001:history.media:wamid.IN2',
				occurredAt: iso(1789000002),
				direction: 'inbound',
				author: 'customer',
				isHistory: true,
				contact: { key: 'ES.4815162342ABC', username: 'marta.g', phone: '34600333444' },
				message: {
					id: 'wamid.IN2',
					type: 'image',
					text: 'mira',
					mediaPending: false,
					media: {
						id: '700000000000001',
						mimeType: 'image/jpeg',
						sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
						caption: 'mira',
					},
				},
			},
		],
	],
	[
		'history/media-follow-up-echo',
		[
			{
				event: 'history.media',
				direction: 'outbound',
				author: 'business_app',
				isHistory: true,
				contact: { key: 'ES.4815162342ABC', username: 'marta.g' },
				message: {
					id: 'wamid.OUT3',
					type: 'video',
					media: {
						id: '700000000000002',
						sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
					},
				},
			},
		],
	],
	['history/declined', [{ ...DECLINED, wabaId: '900000000000001' }]],
	['history/declined-bare', [{ ...DECLINED, wabaId: null }]],
	['history/declined-subcode', [{ ...DECLINED, wabaId: null }]],
	['history/declined-with-metadata', [DECLINED]],
	['history/declined-value-errors', [DECLINED]],
	[
		'history/other-error',
		[
			{
				event: 'webhook.error',
				field: 'history',
				error: { code: 131000, title: 'Something went wrong' },
			},
		],
	],
	[
		'history/complete-without-data',
		[
			{
				event: 'history.progress',
				phase: 2,
				progress: 100,
				threads: 1,
				messages: 0,
				complete: true,
			},
		],
	],
	[
		'history/metadata-only',
		[
			{
				event: 'history.progress',
				phase: 2,
				progress: 100,
				threads: 0,
				messages: 0,
				complete: true,
			},
		],
	],
	[
		'history/mixed-types',
		[
			{ message: { type: 'text', text: 'hola' } },
			{ message: { type: 'reaction', text: '👍', reaction: { message_id: 'wamid.OUT1' } } },
			{
				message: { type: 'location', text: 'Puerta del Sol', location: { latitude: 40.4168 } },
			},
			{ message: { type: 'unsupported', text: null, errors: [{ code: 131051 }] } },
			{ message: { type: 'errors', text: null, errors: [{ code: 131052 }] } },
			{ message: { type: 'hologram', hologram: { frames: 3 } } },
			{
				event: 'history.message',
				message: { type: 'text', text: 'corregido', originalId: 'wamid.OUT1' },
			},
			{ event: 'history.message', message: { type: 'revoke', originalId: 'wamid.OUT1' } },
			{ event: 'history.progress', messages: 8 },
		],
	],
	[
		'history/unreadable-parts',
		[
			{ event: 'unrecognized', value: '?' },
			{ event: 'unrecognized', value: { id: '34600333444', context: { wa_id: '34600333444' } } },
			{ event: 'history.message', message: { text: 'hola' } },
			{ event: 'unrecognized', value: null },
			{ event: 'history.progress', threads: 2, messages: 1 },
			{
				event: 'history.message',
				message: { text: 'sin metadatos' },
				history: { phase: undefined, chunkOrder: undefined, progress: undefined },
			},
			{ event: 'history.progress', phase: undefined, messages: 1, complete: false },
			{ event: 'unrecognized', value: {} },
		],
	],
	[
		'history/from-me',
		[
			{ direction: 'outbound', author: 'business_app', contact: { key: '34600777888' } },
			{ direction: 'inbound', author: 'customer', contact: { key: '34600777888' } },
			{ event: 'history.progress' },
		],
	],
	[
		'history/business-number-in-two-forms',
		[
			{ direction: 'outbound', contact: { key: '5521912345678' } },
			{ direction: 'inbound', contact: { key: '5521912345678' }, extra: { from: '552112345678' } },
			{ direction: 'inbound', contact: { key: '5521912345678' } },
			{ event: 'history.progress' },
		],
	],
	[
		'history/number-of-neither',
		[
			{ direction: 'outbound', contact: { key: '34600777888' }, extra: { from: '34600111222' } },
			{ direction: 'inbound' },
			{
				direction: 'outbound',
				contact: { key: 'ES.7770001112LUZ', phone: undefined, username: 'luz.m' },
			},
			{ direction: 'inbound', extra: { thread: { context: { nickname: 'La Luz' } } } },
			{ event: 'history.progress' },
		],
	],
];

describe('history', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});

	test('a placeholder and its media have one message ID and two event IDs', () => {
		const [placeholder] = parseWebhook(loadFixture('history/media-placeholder'));
		const [media] = parseWebhook(loadFixture('history/media-follow-up'));

		expect(media).toMatchObject({ message: { id: (placeholder as any).message.id } });
		expect(media!.eventId).not.toBe(placeholder!.eventId);
	});
});

describe('an old message', () => {
	const PEER = '34600777888';
	const NEITHER = '34600999000';
	const BY_PHONE = { id: PEER };
	const BY_USER_ID = { context: { user_id: 'ES.1' } };

	test.each<[string, JsonObject, JsonObject, string]>([
		['is what Meta says it is', BY_PHONE, { from: PEER, history_context: { from_me: true } }, 'us'],
		['is the business’s, from its number', BY_PHONE, { from: BUSINESS }, 'us'],
		['is the customer’s, from theirs', BY_PHONE, { from: PEER }, 'customer'],
		[
			'is the customer’s, from their user ID, whomever it is to',
			BY_USER_ID,
			{ from_user_id: 'ES.1', to: NEITHER },
			'customer',
		],
		[
			'is the business’s, to the customer, from a user ID of the business',
			BY_USER_ID,
			{ from_user_id: 'ES.BUSINESS', to: PEER },
			'us',
		],
		['is the customer’s, to the business', BY_PHONE, { to: BUSINESS }, 'customer'],
		['is the business’s, to the customer', BY_PHONE, { to: PEER }, 'us'],
		['is the business’s, to a user ID', BY_USER_ID, { to_user_id: 'ES.1' }, 'us'],
		['is the business’s, to a user ID in `to`', BY_USER_ID, { to: 'ES.1' }, 'us'],
		['is the customer’s, from any user ID', BY_PHONE, { from_user_id: 'ES.2' }, 'customer'],
		['is the customer’s, from any user ID in `from`', BY_PHONE, { from: 'ES.2' }, 'customer'],
		['is the business’s, from neither, by phone', BY_PHONE, { from: NEITHER }, 'us'],
		['is the business’s, from neither, by user ID', BY_USER_ID, { from: NEITHER }, 'us'],
		['is the customer’s, where nothing is known of them', {}, { from: NEITHER }, 'customer'],
		['is nobody’s, where nothing is told', BY_PHONE, {}, 'unknown'],
	])('%s', (_, thread, message, writer) => {
		const messages = [{ id: 'wamid.1', type: 'text', text: { body: 'hola' }, ...message }];
		const [event] = eventsOf({ history: [{ threads: [{ ...thread, messages }] }] });
		expect(event).toMatchObject({
			author: writer === 'us' ? 'business_app' : writer,
			direction: writer === 'us' ? 'outbound' : 'inbound',
		});
	});

	const image = { id: 'wamid.1', type: 'image', image: { id: '1' } };

	test('whose media comes later is the business’s, where it comes as an echo', () => {
		expect(eventsOf({ message_echoes: [image] })).toMatchObject([
			{ event: 'history.media', direction: 'outbound', author: 'business_app' },
		]);
	});

	test('whose media comes later says what became of it', () => {
		const history_context = { status: 'READ' };
		expect(eventsOf({ messages: [{ ...image, from: PEER, history_context }] })).toMatchObject([
			{ event: 'history.media', history: { status: 'read' } },
		]);
	});
});

describe('a chunk', () => {
	const metadata = { phase: 1, chunk_order: 4, progress: 37 };

	test('without conversations is progress, with an empty list of errors too', () => {
		const [event, ...others] = eventsOf({ history: [{ metadata, errors: [] }] });
		expect(event).toMatchObject({ event: 'history.progress', progress: 37 });
		expect(others).toEqual([]);
	});

	test('gives its errors beside its conversations, and nothing twice', () => {
		const errors = [{ code: 131000, title: 'Something went wrong' }];
		const events = eventsOf({ history: [{ metadata, threads: [], errors }] });
		expect(events).toMatchObject([
			{ event: 'history.progress', progress: 37 },
			{ event: 'webhook.error', error: { code: 131000 } },
		]);
		expect(events.map(({ extra }) => extra)).toEqual([undefined, undefined]);
	});

	test('of errors that are no list is told of once', () => {
		expect(eventsOf({ history: [{ errors: 'declined' }] })).toMatchObject([
			{ event: 'unrecognized', value: 'declined' },
		]);
	});

	test('that is declined by the specific code alone has nothing of a general one', () => {
		const errors = [{ error_subcode: 2593109 }];
		const { event, extra } = eventsOf({ history: [{ errors }] }).at(0)!;
		expect(event).toBe('history.declined');
		expect(extra).toStrictEqual({ error_subcode: 2593109 });
	});

	test('is known again by its place in the sync', () => {
		const { eventId } = eventsOf({ history: [{ metadata, threads: [] }] }).at(0)!;
		expect(eventId).toBe('800000000000001:history.progress:1:4:37');
	});

	test.each<[string, JsonObject]>([
		['phase', { chunk_order: 4, progress: 37 }],
		['order', { phase: 1, progress: 37 }],
	])('without its %s is known by what is in it', (_, placed) => {
		const threads = [{ id: '34600777888', messages: [{ id: 'wamid.1', from: '34600777888' }] }];
		const ids = [[], threads].map(
			(each) => eventsOf({ history: [{ metadata: placed, threads: each }] }).at(-1)!.eventId,
		);
		expect(ids.map(isContentId)).toEqual([true, true]);
		expect(ids[0]).not.toBe(ids[1]);
	});
});
