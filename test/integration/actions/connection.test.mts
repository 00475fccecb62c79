import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import type { DiagnosisStep } from '../../../nodes/WhatsAppCoexistence/actions/connection/diagnosis';
import { answerHandshake } from '../../../nodes/WhatsAppCoexistence/callbacks/handshake';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
let n8n: FastifyInstance;
let n8nUrl: string;

/** Answers the handshake at `/webhook/…` as a published trigger does, and 404 anywhere else. */
beforeAll(async () => {
	meta = await metaForTest();
	n8n = fastify({ forceCloseConnections: true });
	n8n.get('/webhook/*', async (request, reply) => {
		if (request.url.includes('/unpublished/')) return await reply.code(404).send();
		const token = verifyTokenFor(request.url, meta.credential.appSecret);
		const { status, body } = answerHandshake(request.query as Record<string, unknown>, token, {
			workflow: 'Inbox',
			account: DEFAULT.wabaId,
			registerFor: 'account',
		});
		await reply.code(status).type('text/plain').send(body);
	});
	n8n.get('/elsewhere', async (request) => {
		const query = request.query as Record<string, string>;
		return query['hub.verify_token'] === 'chosen by hand' ? query['hub.challenge'] : 'Welcome';
	});
	n8nUrl = await n8n.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
	await n8n.close();
	await meta.close();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});

const triggerUrl = () => `${n8nUrl}/webhook/1c2d/whatsapp`;
const phoneNumber = {
	place: 'phoneNumber',
	phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
};
const account = { place: 'account' };

async function run(operation: string, parameters = {}, accessToken = meta.credential.accessToken) {
	return await runAction({
		credential: { ...meta.credential, accessToken },
		parameters: { resource: 'connection', operation, ...parameters },
	});
}

describe('Exchange Code', () => {
	const newCode = async () =>
		(
			await meta.control.post<{ code: string }>('/signup-code', {
				token: meta.world.tokens.secondWaba.token,
			})
		).code;

	it('gives the token of the business', async () => {
		const { items } = await run('exchangeCode', { code: await newCode() });
		expect(items[0]!.json).toEqual({
			accessToken: meta.world.tokens.secondWaba.token,
			tokenType: 'bearer',
			expiresInSeconds: null,
		});
		expect(misfitOf('connection', 'exchangeCode', items)).toBeNull();
	});

	it('is done once, even where Meta is down for a moment', async () => {
		await meta.control.post('/faults', { path: '/oauth/access_token', status: 503 });
		const { error } = await run('exchangeCode', { code: await newCode() });
		expect(error?.message).toContain('503');
		const requests = await meta.control.get<RecordedRequest[]>('/requests');
		expect(requests).toHaveLength(1);
	});

	it('tells that a code has expired, without showing it', async () => {
		const code = await newCode();
		await meta.control.post('/clock', { advanceSeconds: 31 });
		const { error } = await runAction({
			credential: meta.credential,
			parameters: {
				resource: 'connection',
				operation: 'exchangeCode',
				code: '={{ $json.code }}',
			},
			items: [{ json: { code } }],
		});
		expect(error?.message).toBe('The signup code has expired (Meta code 36007)');
		expect(error?.description).toContain('Go through the signup again');
		const shown = JSON.stringify({ ...error, message: error?.message, stack: error?.stack });
		for (const secret of [code, meta.credential.appSecret]) {
			expect(shown).not.toContain(secret);
		}
	});
});

describe('after a signup', () => {
	const target = () => ({
		target: { token: meta.world.tokens.secondWaba.token, wabaId: DEFAULT.secondWabaId },
	});

	it('the numbers of the new account are found with its token', async () => {
		const { items } = await run('findNumbers', target());
		expect(items.map(({ json }) => [json.wabaId, json.id])).toEqual([
			[DEFAULT.secondWabaId, DEFAULT.otherWabaPhoneNumberId],
		]);
		expect(misfitOf('connection', 'findNumbers', items)).toBeNull();
	});

	it('the account of the credential is meant where no other is given', async () => {
		const { items } = await run('findNumbers');
		expect(items).toHaveLength(2);
	});

	it('an account that the token cannot see is named', async () => {
		const { error } = await run('findNumbers', { target: { wabaId: DEFAULT.secondWabaId } });
		expect(error?.message).toContain('Meta code 33');
	});

	it('the app is subscribed to the new account', async () => {
		const { items } = await run('subscribeApp', target());
		expect(items[0]!.json).toMatchObject({ subscribed: true, wasSubscribed: false });
		expect(Object.keys(meta.world.wabas[1].subscribedApps)).toEqual([DEFAULT.appId]);
		expect(misfitOf('connection', 'subscribeApp', items)).toBeNull();
	});

	it('a token without the permission is named', async () => {
		const { error } = await run('subscribeApp', {}, meta.world.tokens.withoutManagement.token);
		expect(error?.message).toContain('Meta code 10');
	});

	it('an override of a subscribed account outlives another subscription', async () => {
		await run('setOverride', { ...account, callbackUrl: triggerUrl() });
		const { items } = await run('subscribeApp');
		expect(items[0]!.json).toMatchObject({ wasSubscribed: true });
		expect(meta.world.wabas[0].subscribedApps[DEFAULT.appId]!.overrideCallbackUri).toBe(
			triggerUrl(),
		);
	});
});

describe('Set and Clear Callback Override', () => {
	const standing = () => ({
		account: meta.world.wabas[0].subscribedApps[DEFAULT.appId]?.overrideCallbackUri ?? null,
		number: meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] ?? null,
	});

	it.each([
		['an account', account, { number: null }],
		['a number', phoneNumber, { account: null }],
	])('sends the events of %s elsewhere and back', async (_place, place, untouched) => {
		const set = await run('setOverride', { ...place, callbackUrl: triggerUrl() });
		expect(set.items[0]!.json).toMatchObject({
			callbackUrl: triggerUrl(),
			previousCallbackUrl: null,
		});
		expect(standing()).toEqual({ account: triggerUrl(), number: triggerUrl(), ...untouched });
		expect(misfitOf('connection', 'setOverride', set.items)).toBeNull();

		const cleared = await run('clearOverride', place);
		expect(cleared.items[0]!.json).toMatchObject({
			callbackUrl: null,
			previousCallbackUrl: triggerUrl(),
		});
		expect(standing()).toEqual({ account: null, number: null });
		expect(misfitOf('connection', 'clearOverride', cleared.items)).toBeNull();
	});

	it('takes a verify token for the callback of another system', async () => {
		const { error } = await run('setOverride', {
			...account,
			callbackUrl: `${n8nUrl}/elsewhere`,
			verifyToken: 'chosen by hand',
		});
		expect(error).toBeUndefined();
		expect(standing().account).toBe(`${n8nUrl}/elsewhere`);
	});

	it('takes an expression that gives no verify token for a field that is empty', async () => {
		const given = { ...account, callbackUrl: triggerUrl(), verifyToken: '={{ null }}' };
		const { error } = await run('setOverride', given);
		expect(error).toBeUndefined();
		expect(standing().account).toBe(triggerUrl());
		await run('clearOverride', account);
	});

	it('leaves everything as it is where the callback does not answer the handshake', async () => {
		const { error } = await run('setOverride', {
			...account,
			callbackUrl: `${n8nUrl}/webhook-test/1c2d/whatsapp`,
		});
		expect(error?.message).toMatch(/handshake/i);
		expect(standing()).toEqual({ account: null, number: null });
	});

	it.each([
		['n8n.test/webhook', 'is not an address'],
		[`https://n8n.test/${'x'.repeat(200)}`, 'longer than the 200 characters'],
		['={{ null }}', 'is not an address'],
	])('refuses %s', async (callbackUrl, message) => {
		const { error } = await run('setOverride', { ...account, callbackUrl });
		expect(error?.message).toContain(message);
	});

	it('does not subscribe an app by clearing', async () => {
		await run('clearOverride', account);
		expect(meta.world.wabas[0].subscribedApps).toEqual({});
	});
});

describe('Diagnose', () => {
	const steps = (json: unknown) =>
		Object.fromEntries(
			(json as { steps: Array<{ step: string; verdict: string }> }).steps.map(
				({ step, verdict }) => [step, verdict],
			),
		);
	const diagnose = async (more = {}, token?: string) => {
		const parameters = { ...phoneNumber, triggerUrl: triggerUrl(), ...more };
		const { items, error } = await run('diagnose', parameters, token);
		expect(error).toBeUndefined();
		expect(misfitOf('connection', 'diagnose', items)).toBeNull();
		return items[0]!.json;
	};
	const publish = async (callbackUrl = triggerUrl()) => {
		await meta.control.post('/subscribe-app', {
			callbackUrl,
			fields: ['history', 'smb_app_state_sync', 'smb_message_echoes', 'messages'],
		});
		meta.world.wabas[0].subscribedApps[DEFAULT.appId] = { overrideCallbackUri: null };
	};

	it('finds nothing wrong with a trigger that works', async () => {
		await publish();
		const diagnosis = await diagnose();
		expect(diagnosis).toMatchObject({ verdict: 'ok', callbackUrl: triggerUrl() });
	});

	it('takes an expression that gives no address of the trigger for a field that is empty', async () => {
		await publish();
		const [empty, given] = [
			await diagnose({ triggerUrl: '' }),
			await diagnose({ triggerUrl: '={{ null }}' }),
		];
		expect(given).toEqual(empty);
	});

	it('names the workflows that share the callback, and those of which nothing is left', async () => {
		await publish(`${triggerUrl()}?with=3e4f.unpublished`);
		const diagnosis = await diagnose();
		const { finding, verdict } = (diagnosis.steps as DiagnosisStep[]).find(
			({ step }) => step === 'Workflows',
		)!;
		expect(verdict).toBe('warning');
		expect(finding).toContain('go to “Inbox”, “Inbox”,');
		expect(finding).toMatch(/Left over.*: \S+\/webhook\/unpublished\/whatsapp\.$/);
	});

	it('finds that nothing is set up yet', async () => {
		const diagnosis = await diagnose();
		expect(diagnosis.verdict).toBe('broken');
		expect(steps(diagnosis)).toMatchObject({
			'Access token': 'ok',
			Permissions: 'ok',
			'Webhook fields of the app': 'broken',
			'Subscription to the account': 'broken',
			Callback: 'broken',
			Coexistence: 'ok',
		});
	});

	it('finds the override that a killed test has left behind', async () => {
		await publish();
		const left = `${n8nUrl}/webhook-test/1c2d/whatsapp`;
		meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] = left;
		const diagnosis = await diagnose();
		expect(diagnosis.summary).toContain('address of a test');
		expect(steps(diagnosis)).toMatchObject({ Callback: 'broken', Handshake: 'broken' });

		await run('clearOverride', phoneNumber);
		expect(await diagnose()).toMatchObject({ verdict: 'ok' });
	});

	it('finds a workflow that is not published', async () => {
		await publish(`${n8nUrl}/gone`);
		const diagnosis = await diagnose({ triggerUrl: '' });
		expect(steps(diagnosis)).toMatchObject({ Callback: 'ok', Handshake: 'broken' });
	});

	it('finds the callback of another system', async () => {
		await publish(`${n8nUrl}/elsewhere`);
		expect(steps(await diagnose({ triggerUrl: '' }))).toMatchObject({ Handshake: 'warning' });
		expect(steps(await diagnose())).toMatchObject({ Callback: 'broken' });
	});

	it('finds an expired token first and says what could not be seen', async () => {
		await publish();
		const diagnosis = await diagnose({}, meta.world.tokens.expired.token);
		expect(diagnosis.summary).toBe('The access token has expired.');
		expect(steps(diagnosis)).toMatchObject({ 'Access token': 'broken', Callback: 'unknown' });
	});

	it.each([
		['no number was picked', { phoneNumberId: { __rl: true, mode: 'list', value: '' } }],
		['one was picked', {}],
	])(
		'starts with a token that can load nothing, and sees what the app can see, where %s',
		async (_case, picked) => {
			await publish();
			const diagnosis = await diagnose(picked, 'EAAInventedAndBad');
			expect(diagnosis.summary).toMatch(/^The access token is not valid/);
			expect(steps(diagnosis)).toEqual({
				'Access token': 'broken',
				Permissions: 'broken',
				'Webhook fields of the app': 'ok',
				'Subscription to the account': 'unknown',
				'Phone number': 'unknown',
				Callback: 'unknown',
				Handshake: 'unknown',
				Workflows: 'ok',
				Coexistence: 'unknown',
				Sending: 'unknown',
			});
			expect(JSON.stringify(diagnosis)).not.toContain('EAAInventedAndBad');
		},
	);

	it('finds an app secret that is not the app’s', async () => {
		const { items } = await runAction({
			credential: { ...meta.credential, appSecret: 'of another app' },
			parameters: { resource: 'connection', operation: 'diagnose' },
		});
		expect(items[0]!.json).toMatchObject({
			verdict: 'broken',
			summary: expect.stringContaining('App ID and App Secret do not belong together'),
		});
	});

	it('looks at the first number of the account where none was picked', async () => {
		await publish();
		const { items } = await run('diagnose', { triggerUrl: triggerUrl() });
		expect(items[0]!.json).toMatchObject({ verdict: 'ok', callbackUrl: triggerUrl() });
		expect(JSON.stringify(items[0]!.json)).toContain(DEFAULT.secondPhoneNumberId);
	});

	it('finds that messages cannot be sent, and why', async () => {
		await publish();
		meta.world.health[DEFAULT.wabaId] = {
			can_send_message: 'BLOCKED',
			errors: [{ error_code: 141006, error_description: 'Payment', possible_solution: 'Pay' }],
		};
		const diagnosis = await diagnose();
		expect(steps(diagnosis)).toMatchObject({ Coexistence: 'ok', Sending: 'broken' });
		expect(diagnosis.summary).toContain('payment method');
	});

	it('finds a missing permission', async () => {
		await publish();
		const diagnosis = await diagnose({}, meta.world.tokens.withoutMessaging.token);
		expect(diagnosis.summary).toContain('whatsapp_business_messaging');
	});

	it('finds a number that is off-boarded', async () => {
		await publish();
		await meta.control.post('/offboard', { phoneNumberId: DEFAULT.phoneNumberId });
		expect(steps(await diagnose())).toMatchObject({ Coexistence: 'broken' });
	});
});
