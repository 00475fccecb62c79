import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import type { Credential } from '../engine/additional-data.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { testCredential } from '../engine/test-credential.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId };
const text = { phoneNumberId, to: '34600333444', text: 'Hello' };

async function run(
	[resource, operation]: [string, string],
	parameters: IDataObject = {},
	change: Partial<Credential> = {},
) {
	return await runAction({
		credential: { ...meta.credential, ...change },
		parameters: { resource, operation, ...parameters },
	});
}

const requests = async () => await meta.control.get<RecordedRequest[]>('/requests');

describe('an app with “Require App Secret”', () => {
	const strict = () => ({
		accessToken: meta.world.tokens.strictApp.token,
		appId: DEFAULT.strictAppId,
		appSecret: 'strict_app_secret',
	});

	it('takes every call, of the business as of the app', async () => {
		const { id: mediaId } = await meta.control.post<{ id: string }>('/media', {});
		const { code } = await meta.control.post<{ code: string }>('/signup-code', {
			token: strict().accessToken,
		});
		const target = { target: { token: strict().accessToken, wabaId: DEFAULT.wabaId } };
		for (const [operation, parameters] of [
			[['message', 'sendText'], text],
			[['message', 'sendText'], { ...text, ...target }],
			[['phoneNumber', 'getAll'], {}],
			[['media', 'download'], { mediaId }],
			[['connection', 'exchangeCode'], { code }],
			[['connection', 'subscribeApp'], target],
			[['connection', 'diagnose'], { phoneNumberId }],
		] as Array<[[string, string], IDataObject]>) {
			const { error } = await run(operation, parameters, strict());
			expect([operation, error?.message]).toEqual([operation, undefined]);
		}
		const refused = (await requests()).filter(({ status }) => status !== 200);
		expect(refused).toEqual([]);
	});

	it('passes the test of the credential', async () => {
		const answer = await testCredential({ ...meta.credential, ...strict() });
		expect(answer).toEqual({ status: 'OK', message: 'Connection successful' });
	});

	it('and a wrong secret are told apart by the test of the credential', async () => {
		const { message } = await testCredential({
			...meta.credential,
			...strict(),
			appSecret: 'guessed',
		});
		expect(message).toMatch(/^App ID and App Secret do not belong together\./);
	});
});

describe('the test of the credential', () => {
	it('names a token that was made for another app', async () => {
		const { message } = await testCredential({
			...meta.credential,
			accessToken: meta.world.tokens.secondApp.token,
		});
		expect(message).toMatch(/^The access token was not made for this Meta app\./);
	});

	it.each([
		['../800000000000001', /WhatsApp Business Account ID is not one/],
		['900000000000001?x=', /WhatsApp Business Account ID is not one/],
	])('sends no ID such as %s', async (businessAccountId, words) => {
		const { message } = await testCredential({ ...meta.credential, businessAccountId });
		expect(message).toMatch(words);
		expect((await requests()).map(({ path }) => path)).toEqual(['/v27.0/debug_token']);
	});

	it('does not blame the network for a Base URL that is none', async () => {
		const { message } = await testCredential({
			...meta.credential,
			baseUrl: 'graph.facebook.com',
		});
		expect(message).toContain('is not where a Graph API can be');
	});
});

describe('an ID that is none', () => {
	const intoAnotherCall = `${DEFAULT.wabaId}/../${DEFAULT.phoneNumberId}/messages?x=`;

	it.each([
		[['connection', 'findNumbers'], { target: { wabaId: intoAnotherCall } }],
		[['connection', 'subscribeApp'], { target: { wabaId: intoAnotherCall } }],
		[['connection', 'findNumbers'], { target: { wabaId: `${DEFAULT.wabaId}%2f..` } }],
	] as Array<[[string, string], IDataObject]>)(
		'is not sent by %j with %j',
		async (operation, parameters) => {
			const { error } = await run(operation, parameters);
			expect(error?.message).toMatch(/^“9000.*” is not an ID of Meta’s$/);
			expect(error?.description).toContain('digits only');
			expect((await requests()).filter(({ path }) => !path.endsWith('/subscriptions'))).toEqual([]);
		},
	);

	it('is not sent where it stands in the credential', async () => {
		const { error } = await run(['phoneNumber', 'getAll'], {}, { businessAccountId: 'Marta/..' });
		expect(error?.message).toBe('“Marta/..” is not an ID of Meta’s');
		expect(await requests()).toEqual([]);
	});
});

describe('a file that is not at Meta', () => {
	it('is not fetched, and its host not shown the token', async () => {
		const seen: unknown[] = [];
		const elsewhere = createServer((request, response) => {
			seen.push(request.headers);
			response.end('content');
		}).listen(0, '127.0.0.1');
		await once(elsewhere, 'listening');
		const host = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
		await meta.control.post('/faults', {
			path: '/1$',
			status: 200,
			body: { id: '1', url: `http://${host}/file`, mime_type: 'image/jpeg', file_size: 7 },
		});
		const { error } = await run(['media', 'download'], { mediaId: '1' });
		elsewhere.close();
		expect(error?.message).toBe(`The file is at ${host}, which is not one of Meta’s hosts`);
		expect(seen).toEqual([]);
	});
});

describe('a credential that leads nowhere', () => {
	it.each([
		{ baseUrl: 'graph.facebook.com' },
		{ graphVersion: 'other', otherGraphVersion: 'latest' },
		{ graphVersion: 'other', otherGraphVersion: '' },
	])('is named for what it is: %j', async (fields) => {
		const { error } = await run(['phoneNumber', 'getAll'], {}, fields);
		expect(error?.message).toContain('is not where a Graph API can be');
		expect(error?.description).toContain('v27.0');
	});
});

describe('a list that pages for ever', () => {
	beforeEach(async () => {
		const paging = { cursors: { after: 'again' }, next: 'https://graph.facebook.com/again' };
		await meta.control.post('/faults', {
			path: '/phone_numbers',
			times: 500,
			status: 200,
			body: { data: [], paging },
		});
	});

	it('stops, with a word', async () => {
		const { error } = await run(['phoneNumber', 'getAll']);
		expect(error?.message).toBe('Meta’s list does not come to an end');
		expect(error?.description).toContain('the same page twice');
		expect(await requests()).toHaveLength(2);
	});

	it('does not stop the diagnosis', async () => {
		const { items, error } = await run(['connection', 'diagnose'], { phoneNumberId });
		expect(error).toBeUndefined();
		expect(JSON.stringify(items[0]!.json)).toContain('does not come to an end');
	});
});

describe('a version of the Graph API', () => {
	it.each([
		['v21.0', false],
		['v23.0', false],
		['v24.0', true],
		['v27.0', true],
	])('%s is asked only for what it has', async (graphVersion, hasLimit) => {
		const { items, error } = await run(
			['phoneNumber', 'get'],
			{ phoneNumberId, simplify: false },
			{ graphVersion },
		);
		expect(error).toBeUndefined();
		expect('whatsapp_business_manager_messaging_limit' in items[0]!.json).toBe(hasLimit);
	});
});

describe('a version that is typed in', () => {
	it.each(['v25.0', 'v25', '25', ' V25.0 '])(
		'may be written as “%s”',
		async (otherGraphVersion) => {
			const version = { graphVersion: 'other', otherGraphVersion };
			const { error } = await run(['phoneNumber', 'getAll'], {}, version);
			expect(error).toBeUndefined();
			const [first] = await requests();
			expect(first!.path).toMatch(/^\/v25\.0\//);
		},
	);
});

describe('every request', () => {
	it('says by whom it is made', async () => {
		const { id: mediaId } = await meta.control.post<{ id: string }>('/media', {});
		await run(['message', 'sendText'], text);
		await run(['media', 'download'], { mediaId });
		await run(['connection', 'diagnose'], { phoneNumberId });
		await testCredential(meta.credential);
		const agents = (await requests()).map(({ userAgent }) => userAgent);
		expect(agents.length).toBeGreaterThan(6);
		for (const agent of agents) expect(agent).toMatch(/^n8n-nodes-whatsapp-coexistence /);
	});

	it('says so too where a callback is asked for its handshake, and who it is', async () => {
		const agents: Array<string | undefined> = [];
		const callback = createServer((request, response) => {
			agents.push(request.headers['user-agent']);
			response.end();
		}).listen(0, '127.0.0.1');
		await once(callback, 'listening');
		const { port } = callback.address() as AddressInfo;
		await meta.control.post('/subscribe-app', {
			callbackUrl: `http://127.0.0.1:${port}/`,
			fields: ['messages'],
		});
		await run(['connection', 'diagnose'], { phoneNumberId });
		callback.close();
		const own = expect.stringMatching(/^n8n-nodes-whatsapp-coexistence /);
		expect(agents).toEqual([own, own]);
	});
});
