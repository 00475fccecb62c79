import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';

let meta: TestMeta;
let trigger: TriggerHost;
let foreign: TriggerHost;

const manual = { registerFor: 'manual', manualVerification: 'theirs' };

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	trigger = await hostTrigger({ credential: meta.credential, parameters: choose({}) });
	foreign = await hostTrigger({ credential: meta.credential, parameters: manual });
});
afterEach(async () => {
	await trigger.close();
	await foreign.close();
});

function choose(parameters: object) {
	return {
		groups: ['history', 'contacts', 'echoes', 'inbound'],
		registerFor: 'account',
		phoneNumberIds: [],
		...parameters,
	};
}

const overrideOfWaba = () =>
	meta.world.wabas[0].subscribedApps[DEFAULT.appId]?.overrideCallbackUri ?? null;
const overrideOfNumber = (index: number) =>
	meta.world.phoneNumbers[index]!.overrideCallbackUris[DEFAULT.appId] ?? null;
const app = () => meta.world.apps[0].subscription;

describe('for the WhatsApp Business Account', () => {
	test('subscribes app and fields, sets the override, and finds all well afterwards', async () => {
		await expect(trigger.checkExists()).resolves.toBe(false);
		await expect(trigger.create()).resolves.toBe(true);

		expect(overrideOfWaba()).toBe(trigger.url);
		expect(app()?.fields).toEqual(
			expect.arrayContaining(['history', 'smb_app_state_sync', 'smb_message_echoes', 'messages']),
		);
		await expect(trigger.checkExists()).resolves.toBe(true);
	});

	test('subscribes what was chosen besides the groups of events, and nothing of it otherwise', async () => {
		const additionalFields = ['calls', 'messaging_handovers', 'standby', 'user_preferences'];
		await trigger.create();
		for (const field of additionalFields) expect(app()?.fields).not.toContain(field);

		trigger.setParameters(choose({ options: { additionalFields } }));
		await trigger.create();
		expect(app()?.fields).toEqual(expect.arrayContaining(additionalFields));
	});

	test('is refused where somebody to be ignored cannot be read', async () => {
		trigger.setParameters(choose({ options: { ignoredContacts: '+34 600 333 444, 600 33x' } }));
		await expect(trigger.checkExists()).rejects.toThrow(
			'“600 33x” under “Ignore Contacts” is neither a phone number nor a user ID: it has “x” in it',
		);
		trigger.setParameters(choose({ options: { ignoredContacts: '\u202a0034 600 333 444\u202c' } }));
		await expect(trigger.checkExists()).resolves.toBe(false);
	});

	test('is refused where only somebody who cannot be read is to be heard', async () => {
		trigger.setParameters(choose({ options: { onlyContacts: 'Marta' } }));
		await expect(trigger.checkExists()).rejects.toThrow('“Marta” under “Only These Contacts” is');
	});

	test('is refused where a word both begins and ends a takeover', async () => {
		const words = { takeoverBegins: '#me', takeoverEnds: '#bot, #Me.' };
		trigger.setParameters(choose({ options: words }));
		await expect(trigger.checkExists()).rejects.toThrow(
			'“#me” under “Human Takeover Ends With” also begins a takeover',
		);
	});

	test('is idempotent, and takes away only the override', async () => {
		for (let times = 0; times < 3; times++) await trigger.create();
		await Promise.all([trigger.remove(), trigger.remove()]);
		expect(overrideOfWaba()).toBeNull();
		expect(meta.world.wabas[0].subscribedApps[DEFAULT.appId]).toBeDefined();
	});

	test('delivers what Meta sends from then on', async () => {
		await trigger.create();
		const value = {
			messaging_product: 'whatsapp',
			metadata: { display_phone_number: '34600111222', phone_number_id: DEFAULT.phoneNumberId },
			message_echoes: [
				{
					from: '34600111222',
					to: '34600333444',
					id: 'wamid.E1',
					timestamp: '1789000400',
					type: 'text',
					text: { body: 'I will call you later' },
				},
			],
		};
		await meta.control.post('/deliver', { field: 'smb_message_echoes', value });
		await meta.control.post('/drain');
		expect(trigger.executions[0]![2]![0]!.json).toMatchObject({ event: 'echo.message' });
	});

	test('repairs a registration that drifted', async () => {
		await trigger.create();
		await trigger.checkExists();
		meta.world.wabas[0].subscribedApps = {};
		await expect(trigger.checkExists()).resolves.toBe(false);
		await trigger.create();
		expect(overrideOfWaba()).toBe(trigger.url);
	});

	test('stops before a callback of somebody else, says whose, and changes nothing', async () => {
		await trigger.create();
		meta.world.wabas[0].subscribedApps[DEFAULT.appId] = { overrideCallbackUri: foreign.url };
		await expect(trigger.create()).rejects.toMatchObject({
			message: expect.stringMatching(`^Another callback .*${foreign.url}`),
		});
		expect(overrideOfWaba()).toBe(foreign.url);
		await trigger.remove();
		expect(overrideOfWaba()).toBe(foreign.url);
	});

	test('replaces it where the user said so, and does not keep its own address afterwards', async () => {
		await trigger.create();
		meta.world.wabas[0].subscribedApps[DEFAULT.appId] = {
			overrideCallbackUri: 'http://127.0.0.1:9/gone',
		};
		trigger.setParameters(choose({ options: { otherCallback: 'replace' } }));
		await trigger.create();
		expect(overrideOfWaba()).toBe(`${trigger.url}?was=http://127.0.0.1:9/gone`);
		await trigger.remove();
		expect(overrideOfWaba()).toBeNull();
	});

	test('names the fields that only the owner of the app’s callback can add', async () => {
		await meta.control.post('/subscribe-app', {
			callbackUrl: 'http://127.0.0.1:9/app',
			fields: ['messages'],
		});
		await expect(trigger.create()).rejects.toMatchObject({
			message: expect.stringMatching(
				/history, smb_app_state_sync, smb_message_echoes\. .*WhatsApp > Configuration > Webhook fields/,
			),
		});
		expect(overrideOfWaba()).toBeNull();
		expect(app()).toEqual({ callbackUrl: 'http://127.0.0.1:9/app', fields: ['messages'] });
	});
});

describe('for phone numbers', () => {
	test('sets and removes the override of the chosen number only', async () => {
		trigger.setParameters(
			choose({ registerFor: 'phoneNumber', phoneNumberIds: [DEFAULT.phoneNumberId] }),
		);
		await trigger.create();
		expect([overrideOfNumber(0), overrideOfNumber(1), overrideOfWaba()]).toEqual([
			trigger.url,
			null,
			null,
		]);
		await trigger.remove();
		expect(overrideOfNumber(0)).toBeNull();
	});
});

describe('for the app', () => {
	test('sets the callback of the app and takes it away', async () => {
		trigger.setParameters(choose({ registerFor: 'app', groups: ['account', 'inbound'] }));
		await trigger.create();
		expect(app()?.callbackUrl).toBe(trigger.url);
		await trigger.remove();
		expect(app()).toBeNull();
	});
});

describe('in manual mode', () => {
	test('asks Meta nothing', async () => {
		trigger.setParameters(choose(manual));
		const before = (await meta.control.get<unknown[]>('/requests')).length;
		await trigger.checkExists();
		await trigger.create();
		await trigger.remove();
		expect((await meta.control.get<unknown[]>('/requests')).length).toBe(before);
	});

	test('asks for the verify token where it is empty', async () => {
		trigger.setParameters(choose({ registerFor: 'manual', manualVerification: '' }));
		await expect(trigger.create()).rejects.toMatchObject({
			message: expect.stringContaining('The verify token is empty'),
		});
	});
});

describe('with Meta in trouble', () => {
	test('gets over two outages', async () => {
		const outage = { error: { message: 'Service temporarily unavailable', code: 2 } };
		await meta.control.post('/faults', {
			path: 'subscribed_apps',
			times: 2,
			status: 503,
			body: outage,
		});
		await trigger.create();
		expect(overrideOfWaba()).toBe(trigger.url);
	});

	test('says what is wrong with the token, and never the token', async () => {
		const expired = await hostTrigger({
			credential: { ...meta.credential, accessToken: meta.world.tokens.expired.token },
			parameters: choose({}),
		});
		const refusal = await expired.create().then(
			() => undefined,
			(error: Error) => error,
		);
		await expired.close();
		expect(refusal?.message).toContain(
			'The access token has expired or is not valid (Meta code 190). ',
		);
		expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain(
			meta.world.tokens.expired.token,
		);
	});
});
