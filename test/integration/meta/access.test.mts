import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APP, APP_TOKEN, connectMeta, type Meta, PHONE, WABA } from './meta-client.mts';

let meta: Meta;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(() => meta.control('POST', 'reset'));

const text = { messaging_product: 'whatsapp', to: '34600333444', text: { body: 'hola' } };

describe('tokens', () => {
	it.each([
		['none', () => null, 401, { code: 104 }],
		['an unknown one', () => 'EAAnothing', 401, { code: 190 }],
		[
			'an expired one',
			() => meta.world.tokens.expired.token,
			401,
			{ code: 190, error_subcode: 463 },
		],
		['one without management', () => meta.world.tokens.withoutManagement.token, 403, { code: 10 }],
		[
			'one for another WABA',
			() => meta.world.tokens.secondWaba.token,
			400,
			{ code: 100, error_subcode: 33, type: 'GraphMethodException' },
		],
	])('%s cannot read a WABA', async (_, token, status, error) => {
		const answer = await meta.graph('GET', WABA, undefined, token());
		expect(answer).toMatchObject({ status, body: { error } });
		expect(answer.body.error.fbtrace_id).toEqual(expect.any(String));
	});

	it('without messaging cannot send', async () => {
		const { withoutMessaging } = meta.world.tokens;
		expect(
			await meta.graph('POST', `${PHONE}/messages`, text, withoutMessaging.token),
		).toMatchObject({ status: 403, body: { error: { code: 200 } } });
	});

	it('never appear in the request log', async () => {
		const { token } = meta.world.tokens.business;
		await meta.graph('GET', `debug_token?input_token=${token}`, undefined, APP_TOKEN);
		await meta.call('GET', `${meta.url}/v27.0/${WABA}?access_token=${token}`);
		const log = JSON.stringify(await meta.control('GET', 'requests'));
		expect(log).toContain('/v27.0/debug_token');
		expect(log).not.toContain(token);
	});
});

describe('paths', () => {
	it.each(['v20.0', 'v28.0', 'latest'])('with version %s are unknown', async (version) => {
		const { token } = meta.world.tokens.business;
		const answer = await meta.call('GET', `${meta.url}/${version}/${WABA}`, undefined, {
			authorization: `Bearer ${token}`,
		});
		expect(answer).toMatchObject({ status: 400, body: { error: { code: 2500 } } });
	});

	it.each([
		['GET', `${WABA}0`, /Unsupported get request/],
		['POST', `${WABA}/messages`, /Unsupported post request/],
		['GET', `${PHONE}/subscribed_apps`, /nonexisting field \(subscribed_apps\)/],
		['GET', `${WABA}?fields=colour`, /nonexisting field \(colour\)/],
	])('%s %s is refused', async (method, path, message) => {
		const { status, body } = await meta.graph(method, path, method === 'POST' ? text : undefined);
		expect(status).toBe(400);
		expect(body.error).toMatchObject({ code: 100, message: expect.stringMatching(message) });
	});

	it('of registration are refused and remembered', async () => {
		const answer = await meta.graph('POST', `${PHONE}/register`, {
			messaging_product: 'whatsapp',
			pin: '123456',
		});
		expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
		expect(await meta.control('GET', 'violations')).toMatchObject([
			{ path: `/v27.0/${PHONE}/register` },
		]);
	});
});

describe('debug_token', () => {
	it('tells scopes and WABAs', async () => {
		const { token } = meta.world.tokens.business;
		const { body } = await meta.graph(
			'GET',
			`debug_token?input_token=${token}`,
			undefined,
			APP_TOKEN,
		);
		expect(body.data).toMatchObject({ app_id: APP, is_valid: true, expires_at: 0 });
		expect(body.data.granular_scopes).toEqual([
			{ scope: 'whatsapp_business_management', target_ids: [WABA] },
			{ scope: 'whatsapp_business_messaging', target_ids: [WABA] },
		]);
	});

	it('tells that a token is expired or unknown', async () => {
		for (const token of [meta.world.tokens.expired.token, 'EAAnothing']) {
			const { body } = await meta.graph(
				'GET',
				`debug_token?input_token=${token}`,
				undefined,
				APP_TOKEN,
			);
			expect(body.data).toMatchObject({ is_valid: false, error: { code: 190 } });
		}
	});
});

describe('signup codes', () => {
	const exchange = (code: string) =>
		meta.call(
			'GET',
			`${meta.url}/v27.0/oauth/access_token?client_id=${APP}&client_secret=test_app_secret&code=${code}`,
		);

	it('are exchanged once', async () => {
		const { code } = await meta.control('POST', 'signup-code', {});
		expect(await exchange(code)).toMatchObject({
			status: 200,
			body: { access_token: meta.world.tokens.business.token },
		});
		expect(await exchange(code)).toMatchObject({
			status: 400,
			body: { error: { code: 100, error_subcode: 36009 } },
		});
	});

	it('live 30 seconds', async () => {
		const { code } = await meta.control('POST', 'signup-code', {});
		await meta.control('POST', 'clock', { advanceSeconds: 31 });
		expect((await exchange(code)).body.error).toMatchObject({ code: 100, error_subcode: 36007 });
	});
});

describe('reading', () => {
	it('pages templates until there is no next link', async () => {
		const { token } = meta.world.tokens.business;
		const names: string[] = [];
		let pages = 0;
		let next = `${meta.url}/v27.0/${WABA}/message_templates?fields=name,language&limit=10`;
		while (next) {
			const { body } = await meta.call('GET', next, undefined, {
				authorization: `Bearer ${token}`,
			});
			names.push(...body.data.map(({ name, language }: any) => `${name} ${language}`));
			next = body.paging?.next;
			pages++;
		}
		const { templates } = meta.world.wabas[0];
		expect(names).toEqual(templates.map(({ name, language }) => `${name} ${language}`));
		expect(pages).toBe(Math.ceil(templates.length / 10));
	});

	it('shows 25 templates at a time, and filters', async () => {
		const first = await meta.graph('GET', `${WABA}/message_templates`);
		expect(first.body.data).toHaveLength(25);
		const paused = await meta.graph('GET', `${WABA}/message_templates?status=PAUSED`);
		expect(paused.body.data).toMatchObject([{ name: 'old_promotion', status: 'PAUSED' }]);
	});

	it('tells that a number is in coexistence', async () => {
		const { body } = await meta.graph('GET', `${PHONE}?fields=is_on_biz_app,platform_type`);
		expect(body).toEqual({ is_on_biz_app: true, platform_type: 'CLOUD_API', id: PHONE });
	});

	it('changes only the given part of a profile', async () => {
		const path = `${PHONE}/whatsapp_business_profile`;
		await meta.graph('POST', path, { messaging_product: 'whatsapp', about: 'Open until 8' });
		const { body } = await meta.graph('GET', `${path}?fields=about,email`);
		expect(body.data).toEqual([
			{ about: 'Open until 8', email: 'hello@flowers.test', messaging_product: 'whatsapp' },
		]);
		const wrong = await meta.graph('POST', path, {
			messaging_product: 'whatsapp',
			about: 'x'.repeat(140),
		});
		expect(wrong.body.error.code).toBe(100);
	});
});

describe('faults', () => {
	afterEach(() => meta.control('DELETE', 'faults'));

	it('replace an answer the given number of times', async () => {
		await meta.control('POST', 'faults', {
			method: 'GET',
			path: '/phone_numbers',
			times: 2,
			status: 502,
			body: '<html>Bad Gateway</html>',
			headers: { 'content-type': 'text/html' },
		});
		const statuses = [];
		for (let call = 0; call < 3; call++) {
			statuses.push((await meta.graph('GET', `${WABA}/phone_numbers`)).status);
		}
		expect(statuses).toEqual([502, 502, 200]);
	});

	it('drop the connection before or after the effect', async () => {
		await meta.control('POST', 'faults', { path: '/messages', dropConnection: true });
		await expect(meta.graph('POST', `${PHONE}/messages`, text)).rejects.toThrow();
		expect(await meta.control('GET', 'messages')).toHaveLength(0);
		await meta.control('POST', 'faults', {
			path: '/messages',
			dropConnection: true,
			when: 'after',
		});
		await expect(meta.graph('POST', `${PHONE}/messages`, text)).rejects.toThrow();
		expect(await meta.control('GET', 'messages')).toHaveLength(1);
		const log = await meta.control('GET', 'requests');
		expect(log.map(({ status }: any) => status)).toEqual([0, 0]);
	});

	it('delay an answer', async () => {
		await meta.control('POST', 'faults', { path: WABA, delayMs: 120 });
		const start = performance.now();
		expect((await meta.graph('GET', WABA)).status).toBe(200);
		expect(performance.now() - start).toBeGreaterThanOrEqual(115);
	});
});
