import { describe, expect, it } from '@jest/globals';

import {
	diagnose,
	Unseen,
	type Facts,
	type Verdict,
} from '../../../../nodes/WhatsAppCoexistence/actions/connection/diagnosis';
import { ownAddress, writeCallback } from '../../../../nodes/WhatsAppCoexistence/callbacks/address';
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
	...healthyPlaces,
	chosen: '800000000000001',
	health: { can_send_message: 'AVAILABLE' },
	number: {
		id: '800000000000001',
		is_on_biz_app: true,
		platform_type: 'CLOUD_API',
		status: 'CONNECTED',
	},
	handshake: { outcome: 'accepted' },
	receivers: [{ url: TRIGGER, workflow: 'Inbox', gone: false }],
	accountReceivers: [],
	neededFields: ['history', 'messages'],
	triggerUrl: TRIGGER,
	now: NOW,
};

const places = (change: Partial<Observed>): Partial<Facts> => change;
const numberGoesTo = (overrideUrl: string) =>
	places({ numbers: [{ ...healthyPlaces.numbers[0]!, overrideUrl }] });
const token = (change: object): Partial<Facts> => ({
	token: { ...healthy.token, ...change },
});

describe('a diagnosis', () => {
	it('finds nothing where nothing is wrong', () => {
		const { verdict, steps, callbackUrl } = diagnose(healthy);
		expect(verdict).toBe('ok');
		expect(callbackUrl).toBe(TRIGGER);
		expect(steps.map((step) => step.verdict)).toEqual(Array(10).fill('ok'));
		expect(steps.every(({ remedy }) => remedy === null)).toBe(true);
	});

	it('finds the trigger among those that share a callback', () => {
		const first = TRIGGER.replace(/[^/]+(?=\/whatsapp$)/, 'first');
		const id = /([^/]+)\/whatsapp$/.exec(TRIGGER)![1]!;
		const shared = writeCallback(
			{
				members: ['first', id].map((one) => ({ id: one, holds: false })),
				more: false,
				tests: [],
				was: null,
			},
			ownAddress(TRIGGER, id).base,
		);
		const { steps } = diagnose({ ...healthy, ...numberGoesTo(shared) });
		const callback = steps.find(({ step }) => step === 'Callback');
		expect(callback?.verdict).toBe('ok');
		expect(callback?.finding).toContain(`Events go to ${first}?with=`);
	});

	it('names the workflows that receive events', () => {
		const accountReceivers = [{ url: OTHER, workflow: null, gone: false }];
		const { steps } = diagnose({ ...healthy, accountReceivers });
		expect(steps.find(({ step }) => step === 'Workflows')).toMatchObject({
			verdict: 'ok',
			finding: `Events of the number go to “Inbox”. Account events go to ${OTHER}.`,
		});
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
			'an n8n that has moved',
			places({
				account: { subscribed: true, overrideUrl: TRIGGER.replace('n8n.test', 'old.test') },
			}),
			'Callback',
			'broken',
			/old\.test.*before it moved/,
		],
		[
			'what a registration that was cut off has left behind',
			{
				receivers: [
					{ url: TRIGGER, workflow: 'Inbox', gone: false },
					{ url: 'https://n8n.test/webhook/3e4f/whatsapp', workflow: null, gone: true },
				],
			},
			'Workflows',
			'warning',
			/Left over.*3e4f/,
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
			'a number of another account',
			{ chosen: '800000000000009' },
			'Phone number',
			'broken',
			/900000000000001 has no phone number with the ID 800000000000009/,
		],
		[
			'an account without a number',
			{ numbers: [], chosen: null },
			'Phone number',
			'broken',
			/has no phone number\./,
		],
		[
			'App ID and secret that do not belong together',
			{ token: new Unseen('App ID and App Secret do not belong together', 'Copy both.', true) },
			'Access token',
			'broken',
			/do not belong together\./,
		],
		[
			'a number that may not send',
			{ health: { can_send_message: 'BLOCKED' } },
			'Sending',
			'broken',
			/lets no messages through/,
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
		const unseen = new Unseen('the token has expired', 'Create a new one.');
		const { summary, steps } = diagnose({
			...healthy,
			...token({ expires_at: 1 }),
			account: unseen,
			numbers: unseen,
			number: unseen,
			health: unseen,
		});
		expect(summary).toBe('The access token has expired.');
		const unknown = steps.filter(({ verdict }) => verdict === 'unknown');
		expect(unknown.map(({ step }) => step)).toEqual([
			'Subscription to the account',
			'Phone number',
			'Callback',
			'Handshake',
			'Coexistence',
			'Sending',
		]);
		expect(new Set(unknown.map(({ remedy }) => remedy))).toEqual(
			new Set(['Mend “Access token” first.']),
		);
	});

	it('says what to do where nothing before is to blame', () => {
		const { summary, steps } = diagnose({
			...healthy,
			app: new Unseen('No answer came from https://graph.facebook.com', 'Check the network.'),
		});
		expect(summary).toBe('This could not be seen: No answer came from https://graph.facebook.com.');
		expect(steps.find(({ verdict }) => verdict === 'unknown')?.remedy).toBe('Check the network.');
	});

	it('looks at the first number of the account where none was chosen, and names the others', () => {
		const first = healthyPlaces.numbers[0]!;
		const second = { ...first, id: '800000000000002', displayPhoneNumber: '+34 600 11 13 33' };
		const { verdict, steps } = diagnose({ ...healthy, chosen: null, numbers: [first, second] });
		expect(verdict).toBe('ok');
		expect(steps.find(({ step }) => step === 'Phone number')?.finding).toMatch(
			/about \+34 600 11 12 22 .*to look at \+34 600 11 13 33 \(ID 800000000000002\)\./,
		);
	});
});
