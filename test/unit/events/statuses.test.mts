import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { isContentId } from '../../../nodes/WhatsAppCoexistence/events/event-id';
import { iso, loadFixture } from './fixtures.mts';
import type { JsonObject } from './webhooks.mts';

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'statuses/every-status',
		['sent', 'delivered', 'read', 'played', 'failed', 'deleted', 'warming'].map((status) => ({
			event: 'message.status',
			eventId: `800000000000001:message.status:wamid.OUT9:${status}:${iso(1789001000)}`,
			occurredAt: iso(1789001000),
			field: 'messages',
			status,
			message: { id: 'wamid.OUT9' },
			contact: { key: 'ES.4815162342ABC', phone: '34600333444', profileName: 'Marta' },
			groupId: undefined,
		})),
	],
	[
		'statuses/failed',
		[
			{
				status: 'failed',
				contact: { key: '34600333444', userId: undefined },
				errors: [
					{
						code: 131047,
						title: 'Re-engagement message',
						message: 'Re-engagement message',
						details: 'More than 24 hours have passed since the recipient last replied',
						href: 'https://example.com/errors/131047',
					},
				],
				conversation: undefined,
			},
		],
	],
	[
		'statuses/conversation',
		[
			{
				status: 'sent',
				errors: undefined,
				conversation: { id: 'conv-1', expiration_timestamp: 1789087400 },
				pricing: { type: 'free_entry_point', category: 'referral_conversion' },
			},
		],
	],
	[
		'statuses/user-id-only',
		[
			{
				status: 'read',
				contact: { key: 'ES.4815162342ABC', phone: undefined, username: 'marta.g' },
				bizOpaqueCallbackData: 'order-17',
			},
		],
	],
	[
		'statuses/group',
		[
			{ groupId: 'group-1', contact: { key: '34600333444' } },
			{ groupId: 'group-1', contact: { key: 'ES.1623420815DEF' } },
			{ groupId: 'group-1', contact: { key: '34600777888' } },
		],
	],
	[
		'statuses/failed-after-delivered',
		[{ status: 'delivered' }, { status: 'failed', errors: [{ code: 131026 }] }],
	],
	[
		'statuses/without-id',
		[
			{ message: { id: null }, occurredAt: null, contact: { key: '34600333444' } },
			{ message: { id: null }, occurredAt: null, contact: { key: '34600555666' } },
		],
	],
	[
		'statuses/beside-message',
		[
			{ event: 'inbound.message', message: { text: 'gracias' } },
			{ event: 'message.status', status: 'read' },
		],
	],
	[
		'statuses/payment',
		[
			{
				status: 'captured',
				contact: { key: '34600777888' },
				payment: { reference_id: 'pedido-9', transaction: { status: 'success' } },
				extra: { type: 'payment' },
			},
		],
	],
	[
		'statuses/person-in-other-keys',
		[
			{
				contact: { key: 'ES.7770001112LUZ', parentUserId: 'ES.ENT.55554444' },
				errors: [{ code: 131049, details: 'ecosystem' }],
				extra: {
					recipient_identity_key_hash: 'hash-1',
					errors: [{ error_data: { trace: 'tr-1' } }],
				},
			},
			{ contact: { key: '34600777888' } },
		],
	],
];

describe('statuses', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});
});

describe('a status', () => {
	const STATUS = { id: 'wamid.1', status: 'read', recipient_id: '34600333444' };
	const eventOf = (status: JsonObject) => {
		const metadata = { display_phone_number: '34600111222', phone_number_id: '800000000000001' };
		return parseWebhook({ metadata, statuses: [status] }).at(0)!;
	};

	test.each<[string, JsonObject, string | null]>([
		['says so', { recipient_type: 'group' }, null],
		['names a participant', { recipient_participant_id: '34600555666' }, '34600555666'],
		['names them the other way', { participant_recipient_id: '34600555666' }, '34600555666'],
		['names their user ID', { recipient_participant_user_id: 'ES.2' }, 'ES.2'],
	])('is of a group where it %s', (_, status, key) => {
		const event = eventOf({ ...STATUS, ...status, recipient_id: 'group-1' });
		expect(event).toMatchObject({ groupId: 'group-1', contact: { key } });
		expect(event).not.toHaveProperty('extra');
	});

	test('of a group leaves nothing over of a participant', () => {
		const event = eventOf({
			...STATUS,
			recipient_id: 'group-1',
			recipient_participant_user_id: 'ES.2',
			recipient_participant_parent_user_id: 'ES.ENT.2',
		});
		expect(event).toMatchObject({ contact: { key: 'ES.2', parentUserId: 'ES.ENT.2' } });
		expect(event).not.toHaveProperty('extra');
	});

	test.each<[string, JsonObject, string]>([
		['message, status and time', { ...STATUS, timestamp: '1789000701' }, `:${iso(1789000701)}`],
		['message and status, where it has no time', STATUS, ':'],
		[
			'the participant too, in a group',
			{ ...STATUS, recipient_participant_id: '34600555666' },
			':34600555666:',
		],
		['a participant who is not told, in a group', { ...STATUS, recipient_type: 'group' }, '::'],
	])('is known again by %s', (_, status, rest) => {
		expect(eventOf(status).eventId).toBe(`800000000000001:message.status:wamid.1:read${rest}`);
	});

	test('is known by what is in it where it names no message', () => {
		const ids = ['read', 'sent'].map(
			(status) => eventOf({ status, recipient_id: '34600333444' }).eventId,
		);
		expect(ids.map(isContentId)).toEqual([true, true]);
		expect(ids[0]).not.toBe(ids[1]);
	});

	test('that is not named is unknown', () => {
		expect(eventOf({ id: 'wamid.1' })).toMatchObject({ status: 'unknown' });
	});

	test('with a time that is none keeps that', () => {
		expect(eventOf({ ...STATUS, timestamp: 'soon' })).toMatchObject({
			occurredAt: null,
			extra: { timestamp: 'soon' },
		});
	});
});
