import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
	connectMeta,
	type Meta,
	PHONE,
	type Receiver,
	SECOND_PHONE,
	startReceiver,
	subscribe,
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
	await subscribe(meta, receiver);
});
afterEach(() => receiver.close());

const request = (type: string, phone = PHONE) =>
	meta.graph('POST', `${phone}/smb_app_data`, { messaging_product: 'whatsapp', sync_type: type });

describe('smb_app_data', () => {
	it('takes each type once per onboarding and number', async () => {
		await meta.control('POST', 'onboard', { phoneNumberId: PHONE });
		const answers = [
			await request('smb_app_state_sync'),
			await request('history'),
			await request('history'),
			await request('smb_app_state_sync'),
		];
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
		expect(answers[0]!.body).toEqual({
			messaging_product: 'whatsapp',
			request_id: expect.any(String),
		});
		expect(answers.slice(2).map(({ body }) => body.error.code)).toEqual([2593107, 2593107]);
		expect((await request('history', SECOND_PHONE)).body.error.code).toBe(2593108);
	});

	it('closes 24 hours after onboarding', async () => {
		await meta.control('POST', 'onboard', {});
		await meta.control('POST', 'clock', { advanceSeconds: 24 * 3600 - 5 });
		expect((await request('smb_app_state_sync')).status).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 10 });
		expect(await request('history')).toMatchObject({
			status: 400,
			body: { error: { code: 2593108 } },
		});
	});

	it('opens again only after off-boarding and onboarding', async () => {
		await meta.control('POST', 'onboard', {});
		await request('history');
		await meta.control('POST', 'offboard', {});
		expect((await request('history')).body.error.code).toBe(2593108);
		await meta.control('POST', 'onboard', {});
		expect((await request('history')).status).toBe(200);
	});

	it('stays used up after a reconnection', async () => {
		await meta.control('POST', 'onboard', {});
		await request('history');
		await meta.control('POST', 'scenario/reconnect', {});
		expect((await request('history')).body.error.code).toBe(2593107);
	});

	it.each([
		{ messaging_product: 'whatsapp' },
		{ sync_type: 'history' },
		{ messaging_product: 'whatsapp', sync_type: 'contacts' },
		{ messaging_product: 'whatsapp', sync_type: 'history', phone: PHONE },
	])('refuses %j', async (body) => {
		await meta.control('POST', 'onboard', {});
		const answer = await meta.graph('POST', `${PHONE}/smb_app_data`, body);
		expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
	});

	it('sends what the phone shares, and nothing before', async () => {
		await meta.control('POST', 'onboard', { content: { contacts: 4, threads: 2 } });
		await meta.control('POST', 'drain');
		const fields = () =>
			receiver.received.map(({ body }) => JSON.parse(body).entry[0].changes[0].field);
		expect(fields()).toEqual(['account_update']);
		await request('smb_app_state_sync');
		await meta.control('POST', 'drain');
		expect(new Set(fields())).toEqual(new Set(['account_update', 'smb_app_state_sync']));
		await request('history');
		await meta.control('POST', 'drain');
		expect(fields()).toContain('history');
	});
});
