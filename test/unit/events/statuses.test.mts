import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';

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
