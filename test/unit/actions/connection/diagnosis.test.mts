import { describe, expect, it } from '@jest/globals';

import {
	diagnose,
	type Facts,
	type Verdict,
} from '../../../../nodes/WhatsAppCoexistence/actions/connection/diagnosis';
import type { Observed } from '../../../../nodes/WhatsAppCoexistence/callbacks/plan';

const TRIGGER = 'https://n8n.test/webhook/1c2d/whatsapp';
const TEST = 'https://n8n.test/webhook-test/1c2d/whatsapp';
const OTHER = 'https://crm.test/meta';
const NOW = Date.parse('2026-11-22T10:00:00Z');

const healthyPlaces: Observed = {
	app: { callbackUrl: TRIGGER, fields: ['history', 'messages', 'account_update'] },
	account: { subscribed: true, overrideUrl: null },
	numbers: [
		{
			id: '800000000000001',
			displayPhoneNumber: '+34 600 11 12 22',
			overrideUrl: null,
			canBePutBack: true,
		},
	],
};
const healthy: Facts = {
	appId: '700000000000001',
	businessAccountId: '900000000000001',
	token: {
		is_valid: true,
		expires_at: 0,
		app_id: '700000000000001',
		scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
		granular_scopes: [
			{ scope: 'whatsapp_business_messaging', target_ids: ['900000000000001'] },
			{ scope: 'whatsapp_business_management' },
		],
	},
	observed: healthyPlaces,
	number: {
		id: '800000000000001',
		is_on_biz_app: true,
		platform_type: 'CLOUD_API',
		status: 'CONNECTED',
	},
	handshake: { outcome: 'accepted' },
	neededFields: ['history', 'messages'],
	triggerUrl: TRIGGER,
	now: NOW,
};

const places = (change: Partial<Observed>): Partial<Facts> => ({
	observed: { ...healthyPlaces, ...change },
});
const numberGoesTo = (overrideUrl: string) =>
	places({ numbers: [{ ...healthyPlaces.numbers[0], overrideUrl }] });
const token = (change: object): Partial<Facts> => ({
	token: { ...(healthy.token as object), ...change },
});

describe('a diagnosis', () => {
	it('finds nothing where nothing is wrong', () => {
		const { verdict, steps, callbackUrl } = diagnose(healthy);
		expect(verdict).toBe('ok');
		expect(callbackUrl).toBe(TRIGGER);
		expect(steps.map((step) => step.verdict)).toEqual(Array(7).fill('ok'));
		expect(steps.every(({ remedy }) => remedy === null)).toBe(true);
	});

	const faults: Array<[string, Partial<Facts>, string, Verdict, RegExp]> = [
		[
			'an expired token',
			token({ expires_at: NOW / 1000 - 1 }),
			'Access token',
			'broken',
			/expired/,
		],
		[
			'a token of another app',
			token({ app_id: '700000000000002' }),
			'Access token',
			'broken',
			/700000000000002/,
		],
		[
			'a missing permission',
			token({ scopes: ['whatsapp_business_management'] }),
			'Permissions',
			'broken',
			/whatsapp_business_messaging/,
		],
		[
			'a token for another account',
			token({
				granular_scopes: [
					{ scope: 'whatsapp_business_messaging', target_ids: ['900000000000002'] },
				],
			}),
			'Permissions',
			'broken',
			/900000000000001/,
		],
		[
			'a field that the app is not subscribed to',
			{ neededFields: ['messages', 'smb_message_echoes'] },
			'Webhook fields of the app',
			'broken',
			/not subscribed to smb_message_echoes\./,
		],
		[
			'an app that is not subscribed to the account',
			places({ account: { subscribed: false, overrideUrl: null } }),
			'Subscription to the account',
			'broken',
			/not subscribed/,
		],
		[
			'no callback at all',
			{
				...places({ app: { callbackUrl: null, fields: ['history', 'messages'] } }),
				handshake: null,
			},
			'Callback',
			'broken',
			/No callback/,
		],
		[
			'a test override that a killed test has left on the number',
			numberGoesTo(TEST),
			'Callback',
			'broken',
			/webhook-test.*phone number.*test/,
		],
		[
			'events that go to another system',
			places({ account: { subscribed: true, overrideUrl: OTHER } }),
			'Callback',
			'broken',
			/crm\.test.*WhatsApp Business Account/,
		],
		[
			'account events that do not follow the override',
			{
				...places({
					app: { ...healthyPlaces.app, callbackUrl: OTHER },
					account: { subscribed: true, overrideUrl: TRIGGER },
				}),
				neededFields: ['messages', 'account_update'],
			},
			'Callback',
			'warning',
			/Account events go to https:\/\/crm\.test/,
		],
		[
			'a workflow that is not published',
			{ handshake: { outcome: 'refused', status: 404 } },
			'Handshake',
			'broken',
			/does not exist/,
		],
		[
			'a callback with another verify token',
			{ handshake: { outcome: 'refused', status: 403 } },
			'Handshake',
			'warning',
			/403/,
		],
		[
			'an address that cannot be reached',
			{ handshake: { outcome: 'unreachable', reason: 'getaddrinfo ENOTFOUND n8n.test' } },
			'Handshake',
			'warning',
			/ENOTFOUND/,
		],
		[
			'a number that is off-boarded',
			{
				number: {
					id: '800000000000001',
					is_on_biz_app: true,
					platform_type: 'NOT_APPLICABLE',
					status: 'DISCONNECTED',
				},
			},
			'Coexistence',
			'broken',
			/DISCONNECTED/,
		],
	];
	it.each(faults)('finds %s', (_fault, change, step, verdict, finding) => {
		const diagnosis = diagnose({ ...healthy, ...change });
		const found = diagnosis.steps.find(({ verdict: one }) => one === verdict);
		expect(found).toMatchObject({ step, finding: expect.stringMatching(finding) });
		expect(found?.remedy).toMatch(/\.$/);
		expect(diagnosis.verdict).toBe(verdict);
		expect(diagnosis.summary).toBe(found?.finding);
	});

	it('tells the first cause, not what follows from it', () => {
		const { summary } = diagnose({
			...healthy,
			...token({ expires_at: 1 }),
			observed: 'This could not be seen: token.',
			number: 'This could not be seen: token.',
		});
		expect(summary).toMatch(/expired/);
	});
});
