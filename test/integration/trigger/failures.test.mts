import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { publish } from '../engine/lifecycle.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { accountPlace, numberPlace, registrationsOf } from '../engine/registrations.mts';
import {
	hostTrigger,
	startWebhookServer,
	type TriggerHost,
	type TriggerOptions,
} from '../engine/trigger-host.mts';
import { startReceiver, type Receiver } from '../meta/meta-client.mts';

let meta: TestMeta;
let foreign: Receiver;
let hosts: TriggerHost[];

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	foreign = await startReceiver();
	hosts = [];
	const callback = `${foreign.url}/app`;
	await meta.control.post('/subscribe-app', { callbackUrl: callback, fields: ['messages'] });
	meta.world.wabas[0].subscribedApps = { [DEFAULT.appId]: { overrideCallbackUri: null } };
	// Another product lives on the same account, and on a number of it.
	meta.world.apps[1].subscription = { callbackUrl: callback, fields: ['messages'] };
	meta.world.wabas[0].subscribedApps[DEFAULT.secondAppId] = { overrideCallbackUri: callback };
	meta.world.phoneNumbers[1].overrideCallbackUris[DEFAULT.secondAppId] = callback;
});
afterEach(async () => {
	for (const host of hosts) await host.close();
	await foreign.close();
});

async function host(options: Partial<TriggerOptions> = {}): Promise<TriggerHost> {
	const trigger = await hostTrigger({
		credential: meta.credential,
		parameters: parameters(),
		...options,
	});
	hosts.push(trigger);
	return trigger;
}

/** Needs no other webhook field than the app is subscribed to. */
function parameters(changes: object = {}) {
	return {
		groups: ['inbound'],
		registerFor: 'account',
		options: { takeoverMinutes: 0, ...changes },
	};
}

const registrations = () => registrationsOf(meta.world);
const fault = async (plan: object) => await meta.control.post('/faults', plan);

describe('a publication that fails', () => {
	test.each([
		[
			'a token that has expired',
			() => ({ accessToken: meta.world.tokens.expired.token }),
			/access token has expired.*\(Meta code 190\)\. \S.* token/,
		],
		[
			'a token that may not manage the account',
			() => ({ accessToken: meta.world.tokens.withoutManagement.token }),
			/\(Meta code 10\)\. .*whatsapp_business_management/,
		],
		['a wrong app secret', () => ({ appSecret: 'wrong' }), /App Secret .* App Settings > Basic/],
		['a wrong account', () => ({ businessAccountId: '900000000000009' }), /\(Meta code 33\)\. \S/],
	])('for %s says so at once, and changes nothing', async (_name, change, message) => {
		const before = registrations();
		const trigger = await host({ credential: { ...meta.credential, ...change() } });
		const failures = await publish(trigger);
		expect(failures).toHaveLength(1);
		for (const failure of failures) expect(failure).toMatch(message);
		expect(registrations()).toEqual(before);
	});

	test('for an address that Meta does not reach says what to look at, and changes nothing', async () => {
		const before = registrations();
		const trigger = await host({ publicUrl: 'http://127.0.0.1:9' });
		const failures = await publish(trigger);
		expect(failures).toHaveLength(1);
		for (const failure of failures) {
			expect(failure).toMatch(/did not pass Meta’s handshake \(Meta code 2200\)\. .*ECONNREFUSED/);
		}
		expect(registrations()).toEqual(before);
	});

	test('where n8n gives the trigger no route for GET says what Meta met, and changes nothing', async () => {
		const before = registrations();
		const withoutRoute = await startWebhookServer();
		const trigger = await host({ publicUrl: withoutRoute.baseUrl });
		const failures = await publish(trigger);
		await withoutRoute.close();
		expect(failures).toEqual([
			expect.stringMatching(/did not pass Meta’s handshake \(Meta code 2200\)\. .*404/),
		]);
		expect(registrations()).toEqual(before);
	});

	test.each([
		['an outage', { status: 503, body: { error: { message: 'Unavailable', code: 2 } } }],
		['a page of a proxy', { status: 502, body: '<html>Bad gateway</html>' }],
		['a lost connection', { dropConnection: true }],
	])('for %s leaves nothing behind', async (_name, how) => {
		const before = registrations();
		const trigger = await host();
		await fault({ method: 'POST', path: 'subscribed_apps', times: 3, ...how });
		await expect(trigger.create()).rejects.toThrow(/\. \S/);
		await trigger.remove();
		expect(registrations()).toEqual(before);
	});

	test('though Meta did what it was asked, is cleaned up', async () => {
		const before = registrations();
		const trigger = await host();
		const lostAnswer = { method: 'POST', path: 'subscribed_apps', times: 3, when: 'after' };
		await fault({ ...lostAnswer, status: 500 });
		await expect(trigger.create()).rejects.toThrow(/\. \S/);
		expect(registrations()[accountPlace()]).toBe(trigger.url);
		await trigger.remove();
		expect(registrations()).toEqual(before);
	});
});

describe('a publication during trouble that passes', () => {
	test.each([
		['two outages', { times: 2, status: 503, body: { error: { message: 'Down', code: 2 } } }],
		['two lost connections', { times: 2, dropConnection: true }],
		['slow answers', { times: 20, delayMs: 300 }],
	])('gets over %s', async (_name, how) => {
		const before = registrations();
		const trigger = await host();
		await fault({ path: 'subscribed_apps', ...how });
		await expect(publish(trigger)).resolves.toEqual([]);
		expect(registrations()).toEqual({ ...before, [accountPlace()]: trigger.url });
	});

	test('is complete after a failed attempt and its clean-up', async () => {
		const before = registrations();
		const trigger = await host();
		await fault({ method: 'POST', path: 'subscribed_apps', times: 3, status: 503 });
		await expect(publish(trigger)).resolves.toHaveLength(1);
		expect(registrations()).toEqual({ ...before, [accountPlace()]: trigger.url });
	});

	test('asks nothing more for POST once GET was found in order', async () => {
		const trigger = await host();
		await publish(trigger);
		// Published anew without a change: n8n had lost its routes.
		await expect(trigger.checkExists()).resolves.toBe(true);
		await fault({ path: 'phone_numbers', status: 400 });
		await expect(trigger.checkExists()).resolves.toBe(true);
	});
});

describe('a callback of somebody else', () => {
	beforeEach(() => {
		meta.world.wabas[0].subscribedApps[DEFAULT.appId]!.overrideCallbackUri = `${foreign.url}/crm`;
	});

	test('is named, with what to do, and left alone', async () => {
		const before = registrations();
		const trigger = await host();
		const failures = await publish(trigger);
		expect(failures).toHaveLength(1);
		for (const failure of failures) {
			expect(failure).toContain(`Events go to ${foreign.url}/crm now.`);
			expect(failure).toContain('“Replace It”');
		}
		expect(registrations()).toEqual(before);
	});

	test.each([
		['accepts', { status: 200 }, 'put back'],
		['answers 403', { status: 403, body: 'no' }, 'taken away'],
		['answers something else', { status: 200, body: 'Welcome' }, 'taken away'],
	])('that was replaced and still %s is %s', async (_name, answer, outcome) => {
		const before = registrations();
		const trigger = await host({ parameters: parameters({ otherCallback: 'replace' }) });
		await publish(trigger);
		expect(registrations()).toEqual({
			...before,
			[accountPlace()]: `${trigger.url}?was=${foreign.url}/crm`,
		});

		foreign.onHandshake = async (query) => ({
			body: query.get('hub.challenge') ?? '',
			...answer,
		});
		await trigger.unpublish();
		const left = outcome === 'put back' ? before[accountPlace()] : 'subscribed';
		expect(registrations()).toEqual({ ...before, [accountPlace()]: left });
	});

	test('is put back although one of n8n’s two clean-ups is late', async () => {
		const before = registrations();
		const trigger = await host({ parameters: parameters({ otherCallback: 'replace' }) });
		await publish(trigger);
		await fault({ path: 'phone_numbers', delayMs: 500 });
		await trigger.unpublish();
		expect(registrations()).toEqual(before);
	});

	test('that came after ours stays when ours is unpublished', async () => {
		const trigger = await host({ parameters: parameters({ otherCallback: 'replace' }) });
		await publish(trigger);
		meta.world.wabas[0].subscribedApps[DEFAULT.appId]!.overrideCallbackUri = `${foreign.url}/new`;
		const before = registrations();
		await trigger.unpublish();
		expect(registrations()).toEqual(before);
	});
});

describe('a number that is no longer chosen', () => {
	test('is freed of what a test that was killed has left there', async () => {
		const before = registrations();
		const trigger = await host();
		meta.world.phoneNumbers[1].overrideCallbackUris[DEFAULT.appId] = trigger.testUrl;
		trigger.setParameters({ ...parameters(), phoneNumberIds: [DEFAULT.phoneNumberId] });
		await publish(trigger);
		expect(registrations()).toEqual({ ...before, [accountPlace()]: trigger.url });
	});
});

describe('two workflows on one Meta app', () => {
	async function customerWritesTo(phoneNumberId: string) {
		await meta.control.post('/scenario/customer-writes', { count: 1, phoneNumberId });
		await meta.control.post('/drain');
	}
	const counts = () => hosts.map(({ executions }) => executions.length);

	test('for two accounts do not disturb each other', async () => {
		const before = registrations();
		const first = await host();
		const second = await host({
			credential: {
				...meta.credential,
				accessToken: meta.world.tokens.secondWaba.token,
				businessAccountId: DEFAULT.secondWabaId,
			},
		});
		await expect(publish(first)).resolves.toEqual([]);
		await expect(publish(second)).resolves.toEqual([]);
		await customerWritesTo(DEFAULT.phoneNumberId);
		await customerWritesTo(DEFAULT.otherWabaPhoneNumberId);
		expect(counts()).toEqual([1, 1]);

		await first.unpublish();
		expect(registrations()).toEqual({
			...before,
			[accountPlace(DEFAULT.secondWabaId)]: second.url,
		});
		await customerWritesTo(DEFAULT.otherWabaPhoneNumberId);
		expect(counts()).toEqual([1, 2]);
	});

	test('for two numbers of one account do not disturb each other', async () => {
		const before = registrations();
		const first = await host({ parameters: forNumber(DEFAULT.phoneNumberId) });
		const second = await host({ parameters: forNumber(DEFAULT.secondPhoneNumberId) });
		await expect(publish(first)).resolves.toEqual([]);
		await expect(publish(second)).resolves.toEqual([]);
		await customerWritesTo(DEFAULT.phoneNumberId);
		await customerWritesTo(DEFAULT.secondPhoneNumberId);
		expect(counts()).toEqual([1, 1]);

		await first.unpublish();
		expect(registrations()).toEqual({
			...before,
			[numberPlace(DEFAULT.secondPhoneNumberId)]: second.url,
		});
		await customerWritesTo(DEFAULT.secondPhoneNumberId);
		expect(counts()).toEqual([1, 2]);
	});

	const forNumber = (id: string) => ({
		...parameters(),
		registerFor: 'phoneNumber',
		phoneNumberIds: [id],
	});
});
