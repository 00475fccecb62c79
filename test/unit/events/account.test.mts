import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';

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
