import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
	ALL_FIELDS,
	APP,
	APP_TOKEN,
	connectMeta,
	type Meta,
	OTHER_WABA_PHONE,
	PHONE,
	type Receiver,
	SECOND_PHONE,
	startReceiver,
	subscribe,
	textValue,
	WABA,
} from './meta-client.mts';

let meta: Meta;
let receiver: Receiver;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());

beforeEach(async () => {
	await meta.control('POST', 'reset');
	receiver = await startReceiver();
});
afterEach(() => receiver.close());

const override = (url: string) => ({ override_callback_uri: url, verify_token: 'secret-word' });
const numberOverride = (url: string) => ({ webhook_configuration: override(url) });

describe('the handshake', () => {
	it('arrives while the call that needs it is still pending', async () => {
		await meta.graph('POST', `${WABA}/subscribed_apps`);
		let answered = false;
		let answeredDuringHandshake: boolean | null = null;
		receiver.onHandshake = async (query) => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			answeredDuringHandshake = answered;
			return { status: 200, body: query.get('hub.challenge') ?? '' };
		};
		const { status } = await meta.graph(
			'POST',
			`${WABA}/subscribed_apps`,
			override(`${receiver.url}/hook?workflow=7`),
		);
		answered = true;

		expect(status).toBe(200);
		expect(answeredDuringHandshake).toBe(false);
		expect(Object.fromEntries(receiver.handshakes[0]!)).toEqual({
			workflow: '7',
			'hub.mode': 'subscribe',
			'hub.challenge': expect.stringMatching(/^\d+$/),
			'hub.verify_token': 'secret-word',
		});
	});

	it.each([
		['a refusal', { status: 403, body: 'no' }, 2200, /HTTP Status Code = 403/],
		['another body', { status: 200, body: '"42"' }, 2201, /does not match challenge/],
	])('ends in an error and no change after %s', async (_, answer, code, message) => {
		await meta.graph('POST', `${WABA}/subscribed_apps`);
		receiver.onHandshake = async () => answer;
		const calls = [
			await meta.graph('POST', `${WABA}/subscribed_apps`, override(receiver.url)),
			await meta.graph('POST', PHONE, numberOverride(receiver.url)),
			await meta.graph(
				'POST',
				`${APP}/subscriptions`,
				{
					object: 'whatsapp_business_account',
					callback_url: receiver.url,
					verify_token: 'secret-word',
					fields: ['messages'],
				},
				APP_TOKEN,
			),
		];
		for (const { status, body } of calls) {
			expect(status).toBe(400);
			expect(body.error).toMatchObject({ code, message: expect.stringMatching(message) });
		}
		const world = await meta.control('GET', 'world');
		expect(world.wabas[0].subscribedApps).toEqual({ [APP]: { overrideCallbackUri: null } });
		expect(world.phoneNumbers[0].overrideCallbackUris).toEqual({});
		expect(world.apps[0].subscription).toBeNull();
	});

	it('fails when nobody listens', async () => {
		await meta.graph('POST', `${WABA}/subscribed_apps`);
		const { url } = receiver;
		await receiver.close();
		const { body } = await meta.graph('POST', `${WABA}/subscribed_apps`, override(url));
		expect(body.error.code).toBe(2200);
		receiver = await startReceiver();
	});
});

describe('overrides', () => {
	it('need the app to be subscribed to the WABA before', async () => {
		for (const { status, body } of [
			await meta.graph('POST', `${WABA}/subscribed_apps`, override(receiver.url)),
			await meta.graph('POST', PHONE, numberOverride(receiver.url)),
		]) {
			expect(status).toBe(400);
			expect(body.error).toMatchObject({
				code: 100,
				message: expect.stringContaining('your app must be subscribed'),
			});
		}
		expect(receiver.handshakes).toHaveLength(0);
	});

	it('take 200 characters and not one more', async () => {
		await subscribe(meta, receiver);
		const longest = `${receiver.url}/`.padEnd(200, 'x');
		const tooLong = await meta.graph('POST', `${WABA}/subscribed_apps`, override(`${longest}x`));
		expect(tooLong.body.error.code).toBe(100);
		expect(await meta.graph('POST', `${WABA}/subscribed_apps`, override(longest))).toMatchObject({
			status: 200,
		});
	});

	it('win in the order number, WABA, app, and only for the fields that follow them', async () => {
		await subscribe(meta, receiver);
		await meta.graph('POST', `${WABA}/subscribed_apps`, override(`${receiver.url}/waba`));
		await meta.graph('POST', PHONE, numberOverride(`${receiver.url}/number`));
		const send = async (field: string, phoneNumberId: string | null) => {
			await meta.control('POST', 'deliver', {
				field,
				phoneNumberId,
				wabaId: WABA,
				value: { of: field },
			});
			await meta.control('POST', 'drain');
			return receiver.received.at(-1)?.path;
		};
		for (const field of ['messages', 'history', 'smb_app_state_sync', 'smb_message_echoes']) {
			expect(await send(field, PHONE)).toBe('/number');
			expect(await send(field, SECOND_PHONE)).toBe('/waba');
		}
		expect(await send('account_update', null)).toBe('/app');
		expect(await send('account_update', PHONE)).toBe('/app');

		await meta.graph('POST', PHONE, numberOverride(''));
		expect(await send('messages', PHONE)).toBe('/waba');
		await meta.graph('POST', `${WABA}/subscribed_apps`);
		expect(await send('messages', PHONE)).toBe('/app');
	});

	it('show in the phone number and in the subscribed apps', async () => {
		await subscribe(meta, receiver);
		await meta.graph('POST', `${WABA}/subscribed_apps`, override(`${receiver.url}/waba`));
		await meta.graph('POST', PHONE, numberOverride(`${receiver.url}/number`));
		const number = await meta.graph('GET', `${PHONE}?fields=webhook_configuration`);
		expect(number.body).toEqual({
			id: PHONE,
			webhook_configuration: {
				phone_number: `${receiver.url}/number`,
				whatsapp_business_account: `${receiver.url}/waba`,
				application: `${receiver.url}/app`,
			},
		});
		const { body } = await meta.graph('GET', `${WABA}/subscribed_apps`);
		expect(body.data).toMatchObject([
			{ whatsapp_business_api_data: { id: APP }, override_callback_uri: `${receiver.url}/waba` },
		]);
	});

	it('of one app leave those of another alone', async () => {
		const { secondApp } = meta.world.tokens;
		await subscribe(meta, receiver);
		await meta.control('POST', 'subscribe-app', {
			appId: secondApp.appId,
			callbackUrl: `${receiver.url}/other-app`,
			fields: ['messages'],
		});
		await meta.graph('POST', `${WABA}/subscribed_apps`, undefined, secondApp.token);
		await meta.graph('POST', `${WABA}/subscribed_apps`, override(`${receiver.url}/waba`));
		await meta.control('POST', 'deliver', { field: 'messages', value: textValue() });
		await meta.control('POST', 'drain');
		expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/other-app', '/waba']);
	});
});

describe('subscriptions', () => {
	it('are needed by the app and by the WABA before anything is sent', async () => {
		const deliver = () =>
			meta.control('POST', 'deliver', { field: 'messages', value: textValue() });
		expect(await deliver()).toEqual({ deliveryIds: [], unrouted: 1 });
		await meta.graph('POST', `${WABA}/subscribed_apps`);
		expect(await deliver()).toEqual({ deliveryIds: [], unrouted: 1 });
		await meta.control('POST', 'subscribe-app', {
			callbackUrl: receiver.url,
			fields: ['account_update'],
		});
		expect(await deliver()).toEqual({ deliveryIds: [], unrouted: 1 });
		await subscribe(meta, receiver);
		expect(await deliver()).toEqual({ deliveryIds: [expect.any(Number)], unrouted: 0 });
		await meta.graph('DELETE', `${WABA}/subscribed_apps`);
		expect(await deliver()).toEqual({ deliveryIds: [], unrouted: 1 });
	});

	it('of an app collect fields and have one callback', async () => {
		const create = (callback: string, fields: string) =>
			meta.graph(
				'POST',
				`${APP}/subscriptions`,
				{
					object: 'whatsapp_business_account',
					callback_url: `${receiver.url}${callback}`,
					verify_token: 'secret-word',
					fields,
				},
				APP_TOKEN,
			);
		await create('/one', 'messages,history');
		await create('/two', '["account_update"]');
		const read = async () =>
			(await meta.graph('GET', `${APP}/subscriptions`, undefined, APP_TOKEN)).body.data;
		expect(await read()).toMatchObject([
			{
				object: 'whatsapp_business_account',
				callback_url: `${receiver.url}/two`,
				fields: [{ name: 'account_update' }, { name: 'history' }, { name: 'messages' }],
			},
		]);
		await meta.graph('DELETE', `${APP}/subscriptions?fields=history`, undefined, APP_TOKEN);
		expect((await read())[0].fields).toMatchObject([
			{ name: 'account_update' },
			{ name: 'messages' },
		]);
		await meta.graph('DELETE', `${APP}/subscriptions`, undefined, APP_TOKEN);
		expect(await read()).toEqual([]);
	});

	it('refuse a business token and unknown fields', async () => {
		const body = {
			object: 'whatsapp_business_account',
			callback_url: receiver.url,
			verify_token: 'secret-word',
			fields: ALL_FIELDS,
		};
		expect((await meta.graph('POST', `${APP}/subscriptions`, body)).body.error.code).toBe(15);
		const unknown = await meta.graph(
			'POST',
			`${APP}/subscriptions`,
			{ ...body, fields: 'mesages' },
			APP_TOKEN,
		);
		expect(unknown.body.error).toMatchObject({
			code: 100,
			error_data: { details: expect.stringContaining('mesages') },
		});
	});

	it('end with the connection of a number', async () => {
		await subscribe(meta, receiver);
		await meta.control('POST', 'offboard', { phoneNumberId: PHONE, reason: 'PRIMARY_INACTIVITY' });
		await meta.control('POST', 'drain');
		expect(JSON.parse(receiver.received[0]!.body).entry[0].changes[0].value).toMatchObject({
			event: 'PARTNER_REMOVED',
			disconnection_info: { reason: 'PRIMARY_INACTIVITY', initiated_by: 'USER' },
		});
		const { unrouted } = await meta.control('POST', 'deliver', {
			field: 'messages',
			value: textValue(),
		});
		expect(unrouted).toBe(1);
	});

	it('belong to their WABA', async () => {
		await subscribe(meta, receiver);
		const { unrouted } = await meta.control('POST', 'deliver', {
			field: 'messages',
			phoneNumberId: OTHER_WABA_PHONE,
			value: {},
		});
		expect(unrouted).toBe(1);
	});
});
