import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { isContentId } from '../../../nodes/WhatsAppCoexistence/events/event-id';
import { iso, loadFixture } from './fixtures.mts';
import type { JsonObject } from './webhooks.mts';

const ABOUT_ACCOUNT = {
	occurredAt: iso(1789002000),
	wabaId: '900000000000001',
	phoneNumberId: null,
};
const ABOUT_NUMBER = { ...ABOUT_ACCOUNT, displayPhoneNumber: '34600111222' };
const REJECTED = {
	event: 'account.updated',
	value: {
		event: 'REJECTED',
		reason: null,
		rejection_info: {
			reason: 'The text is vague',
			recommendation: 'Say what the message is about',
		},
	},
};

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'account/partner-removed',
		[
			{
				...ABOUT_ACCOUNT,
				event: 'account.disconnected',
				field: 'account_update',
				displayPhoneNumber: null,
				reason: undefined,
				initiatedBy: undefined,
				value: { event: 'PARTNER_REMOVED' },
			},
		],
	],
	[
		'account/partner-removed-coexistence',
		[
			{
				...ABOUT_NUMBER,
				event: 'account.disconnected',
				reason: 'PRIMARY_INACTIVITY',
				initiatedBy: 'SYSTEM',
			},
		],
	],
	['account/partner-added', [{ ...ABOUT_ACCOUNT, event: 'account.connected' }]],
	[
		'account/offboarded-and-reconnected',
		[
			{ ...ABOUT_ACCOUNT, event: 'account.offboarded' },
			{ ...ABOUT_ACCOUNT, event: 'account.reconnected' },
		],
	],
	[
		'account/other-account-updates',
		[
			{ value: { event: 'PARTNER_APP_INSTALLED' } },
			{ value: { event: 'PARTNER_APP_UNINSTALLED' } },
			{ value: { restriction_info: [{ expiration: '1789600000' }] } },
			{ value: { ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE' } } },
			{ value: { event: 'ACCOUNT_PAINTED_BLUE', shade: 'navy' } },
		].map((event) => ({ ...ABOUT_ACCOUNT, event: 'account.updated', ...event })),
	],
	[
		'account/phone-number-quality',
		[
			{
				...ABOUT_NUMBER,
				event: 'account.updated',
				field: 'phone_number_quality_update',
				value: { max_daily_conversations_per_business: 'TIER_2K' },
			},
		],
	],
	[
		'account/business-capability',
		[2000, -1, 'TIER_10K'].map((limit) => ({
			...ABOUT_ACCOUNT,
			event: 'account.updated',
			value: { max_daily_conversations_per_business: limit },
		})),
	],
	[
		'account/phone-number-name',
		[{ ...ABOUT_NUMBER, event: 'account.updated', value: { rejection_reason: null } }],
	],
	[
		'account/security',
		[{ ...ABOUT_NUMBER, event: 'account.updated', value: { event: 'PIN_CHANGED' } }],
	],
	[
		'account/alert',
		[{ event: 'account.updated', value: { alert_info: { alert_severity: 'WARNING' } } }],
	],
	['account/template-status', [REJECTED]],
	['account/template-status-rejection-outside', [REJECTED]],
	[
		'account/template-quality',
		[{ event: 'account.updated', value: { new_quality_score: 'YELLOW' } }],
	],
	[
		'account/username',
		[{ ...ABOUT_NUMBER, event: 'account.updated', value: { username: 'tiendasol' } }],
	],
	[
		'account/user-preferences',
		[
			{
				event: 'account.updated',
				occurredAt: iso(1789003000),
				phoneNumberId: '800000000000001',
				contact: { key: 'ES.4815162342ABC', phone: '34600333444' },
				value: { category: 'marketing_messages', value: 'stop' },
			},
			{
				event: 'account.updated',
				occurredAt: iso(1789003001),
				contact: { key: '34600555666' },
				value: { value: 'resume' },
			},
		],
	],
	[
		'account/handovers',
		[
			{
				event: 'account.updated',
				occurredAt: iso(1789004000),
				phoneNumberId: '800000000000001',
				displayPhoneNumber: '34600111222',
				contact: { key: '34600333444' },
				value: { control_passed: { new_owner_role: 'escalation' } },
			},
			{
				event: 'account.updated',
				contact: undefined,
				value: { control_taken: { new_owner_role: 'ai_agent' } },
			},
		],
	],
	[
		'account/user-id-update',
		[
			{
				event: 'account.updated',
				occurredAt: iso(1789005000),
				contact: { key: 'ES.OLD', parentUserId: 'ES.ENT.OLD', phone: '34600333444' },
				value: { user_id: { current: 'ES.NEW' } },
			},
		],
	],
	[
		'account/calls',
		[
			{
				event: 'call.updated',
				eventId: '800000000000001:call.updated:wacid.C1:connect:2026-09-10T02:06:40.000Z',
				contact: { key: 'ES.7770001112LUZ', profileName: 'Luz' },
				value: { session: { sdp_type: 'offer' } },
			},
			{ event: 'call.updated', contact: { key: '34600777888' }, value: { duration: 9 } },
			{ event: 'call.updated', contact: { key: '34600777888' }, value: { status: 'RINGING' } },
		],
	],
	[
		'account/groups',
		[
			{ event: 'group.updated', groupId: '120363007', contact: { key: 'ES.7770001112LUZ' } },
			{ event: 'group.updated', groupId: '120363007', contact: undefined },
			{ event: 'group.updated', groupId: '120363007', value: { subject: 'Pedidos' } },
		],
	],
	[
		'account/customer-actions',
		[
			{
				event: 'customer.acted',
				field: 'messages',
				occurredAt: iso(1789006200),
				value: { action_type: 'marketing_messages_link_click' },
			},
			{ event: 'customer.acted', field: 'tracking_events', value: { event_name: 'click' } },
			{
				event: 'customer.acted',
				field: 'automatic_events',
				value: { event_name: 'LeadSubmitted' },
			},
		],
	],
	[
		'account/lifecycle-as-fields',
		[
			{
				event: 'account.offboarded',
				occurredAt: iso(1789006300),
				wabaId: '900000000000009',
				reason: 'USER_INITIATED',
			},
			{ event: 'account.reconnected', wabaId: '900000000000009', reason: 'device_switch' },
		],
	],
	[
		'account/username-and-profile',
		[
			{ event: 'account.updated', field: 'business_username_update' },
			{
				event: 'account.updated',
				field: 'consumer_profile',
				contact: { key: '34600777888', profileName: 'Luz' },
			},
		],
	],
	['account/time-in-milliseconds', [{ occurredAt: iso(1789006500) }]],
];

describe('account', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});
});

const eventsOf = (field: string, value: JsonObject) =>
	parseWebhook({ entry: [{ changes: [{ field, value }] }] });

describe('a value without items', () => {
	test.each([
		['automatic_events', 'customer.acted'],
		['calls', 'call.updated'],
		['consumer_profile', 'account.updated'],
		['group_lifecycle_update', 'group.updated'],
		['group_participants_update', 'group.updated'],
		['group_settings_update', 'group.updated'],
		['group_status_update', 'group.updated'],
		['tracking_events', 'customer.acted'],
		['user_id_update', 'account.updated'],
		['user_preferences', 'account.updated'],
		['messages', 'unrecognized'],
	])('of the field %s is an event: %s', (field, event) => {
		const value = { mood: 'good' };
		expect(eventsOf(field, value)).toMatchObject([{ event, field, value }]);
	});
});

test.each([
	['tracking_events', 'events', 'customer.acted'],
	['tracking_events', 'parcels', 'unrecognized'],
	['messages', 'events', 'unrecognized'],
])('under %s, items of the list %s are events: %s', (field, list, event) => {
	expect(eventsOf(field, { [list]: [{ name: 'click' }] })).toMatchObject([{ event }]);
});

describe('a call', () => {
	const callOf = (call: JsonObject, value: JsonObject = {}) =>
		eventsOf('calls', { ...value, calls: [call] }).at(0)!;

	test('that the business made is with whom it called', () => {
		const call = { from: '34600111222', to: '34600333444', direction: 'BUSINESS_INITIATED' };
		expect(callOf(call)).toMatchObject({ contact: { key: '34600333444' } });
	});

	test('from the business’s number is with whom it called', () => {
		const metadata = { display_phone_number: '+34 600 111 222' };
		const call = { from: '34600111222', to: '34600333444' };
		expect(callOf(call, { metadata })).toMatchObject({ contact: { key: '34600333444' } });
	});

	test('that a customer made is with them', () => {
		const call = { from: '34600333444', to: '34600111222', direction: 'USER_INITIATED' };
		expect(callOf(call)).toMatchObject({ contact: { key: '34600333444' } });
	});

	test.each<[string, JsonObject, string]>([
		[
			'event and time',
			{ event: 'connect', timestamp: '1789000701' },
			'connect:2026-09-10T00:38:21.000Z',
		],
		['status', { status: 'RINGING' }, 'RINGING:'],
		['ID alone', {}, ':'],
	])('is known again by its %s', (_, call, rest) => {
		expect(callOf({ id: 'wacid.1', ...call }).eventId).toBe(`:call.updated:wacid.1:${rest}`);
	});
});

test('an update that has an ID is known by all that is in it', () => {
	const ids = [1, 2].map((value) => eventsOf('security', { id: '1', value }).at(0)!.eventId);
	expect(ids.map(isContentId)).toEqual([true, true]);
	expect(ids[0]).not.toBe(ids[1]);
});

describe('an update of a group', () => {
	const ana = { wa_id: '34600333444' };
	const bea = { wa_id: '34600555666' };

	test.each<[string, JsonObject, string | undefined]>([
		['who joined alone', { added_participants: [ana] }, '34600333444'],
		[
			'who joined alone, where nobody left',
			{ added_participants: [ana], removed_participants: [] },
			'34600333444',
		],
		['nobody of several', { added_participants: [ana, bea] }, undefined],
		[
			'nobody where one joined and one left',
			{ added_participants: [ana], removed_participants: [bea] },
			undefined,
		],
		['nobody of another list', { admins: [ana] }, undefined],
		[
			'who joined beside what is no list',
			{ failed_participants: 'many', added_participants: [ana] },
			'34600333444',
		],
		[
			'whom it names itself, where participants are no objects',
			{ wa_id: '34600555666', added_participants: ['ana'] },
			'34600555666',
		],
	])('names %s', (_, lists, key) => {
		const groups = [{ group_id: 'group-1', ...lists }];
		const event = eventsOf('group_participants_update', { groups }).at(0)!;
		expect(event).toMatchObject({ event: 'group.updated', groupId: 'group-1' });
		expect('contact' in event ? event.contact?.key : undefined).toBe(key);
	});
});

test.each([
	'account_alerts',
	'account_review_update',
	'account_settings_update',
	'account_update',
	'business_capability_update',
	'business_username_update',
	'business_username_updates',
	'flows',
	'message_template_components_update',
	'message_template_quality_update',
	'message_template_status_update',
	'messaging_handovers',
	'partner_solutions',
	'payment_configuration_update',
	'phone_number_name_update',
	'phone_number_quality_update',
	'security',
	'template_category_update',
])('the field %s tells of the account', (field) => {
	const value = { event: 'NEW_EVENT' };
	expect(eventsOf(field, value)).toMatchObject([{ event: 'account.updated', field, value }]);
});

test('only account_update says by its event that a number was connected', () => {
	const events = ['account_update', 'account_alerts'].flatMap((field) =>
		eventsOf(field, { event: 'PARTNER_ADDED' }),
	);
	expect(events.map(({ event }) => event)).toEqual(['account.connected', 'account.updated']);
});

test('only a handover is with its sender', () => {
	const value = { sender: { phone_number: '34600333444', user_id: 'ES.1' } };
	expect(eventsOf('messaging_handovers', value)).toMatchObject([
		{ contact: { key: 'ES.1', phone: '34600333444' } },
	]);
	expect(eventsOf('security', value)).toMatchObject([{ contact: undefined }]);
});
