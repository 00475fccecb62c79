import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

async function run(operation: string, parameters = {}, token = meta.world.tokens.business.token) {
	return await runAction({
		credential: { ...meta.credential, accessToken: token },
		parameters: { resource: 'phoneNumber', operation, ...parameters },
	});
}
const byId = (value: string) => ({ phoneNumberId: { __rl: true, mode: 'id', value } });

describe('Get', () => {
	it('tells whether the number is in coexistence, its quality and its limits', async () => {
		await meta.control.post('/onboard', { phoneNumberId: DEFAULT.phoneNumberId });
		const { items } = await run('get', byId(DEFAULT.phoneNumberId));
		expect(items[0]!.json).toMatchObject({
			id: DEFAULT.phoneNumberId,
			displayPhoneNumber: '+34 600 11 12 22',
			inCoexistence: true,
			qualityRating: 'GREEN',
			throughputLevel: 'STANDARD',
			messagingLimit: 'TIER_2K',
		});
		expect(misfitOf('phoneNumber', 'get', items)).toBeNull();
	});

	it('tells whether it can send, and what stands in the way', async () => {
		const verdict = async () => (await run('get', byId(DEFAULT.phoneNumberId))).items[0]!.json;
		expect(await verdict()).toMatchObject({
			canSend: true,
			sendingVerdict: 'Messages can be sent.',
		});
		meta.world.health[DEFAULT.phoneNumberId] = {
			can_send_message: 'LIMITED',
			additional_info: ['The display name has not been approved yet.'],
		};
		expect(await verdict()).toMatchObject({
			canSend: true,
			sendingVerdict: expect.stringContaining('with limits. Phone number: The display name'),
		});
		meta.world.health[DEFAULT.wabaId] = {
			can_send_message: 'BLOCKED',
			errors: [{ error_code: 141006, error_description: 'Payment', possible_solution: 'Pay' }],
		};
		expect(await verdict()).toMatchObject({
			canSend: false,
			sendingVerdict: expect.stringMatching(/payment method .*Add a payment method/),
		});
	});

	it('does without the verdict where Meta does not give it', async () => {
		await meta.control.post('/faults', {
			path: 'fields=health_status',
			status: 400,
			body: { error: { code: 100, message: 'nonexisting field' } },
		});
		const { items } = await run('get', byId(DEFAULT.phoneNumberId));
		expect(items[0]!.json).toMatchObject({ inCoexistence: true, canSend: null });
	});

	it('sees a number that has left the app or the Cloud API', async () => {
		const [first, second] = meta.world.phoneNumbers;
		first.coexistence = false;
		second.connected = false;
		for (const { id } of [first, second]) {
			const { items } = await run('get', byId(id));
			expect(items[0]!.json.inCoexistence).toBe(false);
		}
	});

	it('gives Meta’s own answer where it is not simplified', async () => {
		const { items } = await run('get', { ...byId(DEFAULT.phoneNumberId), simplify: false });
		expect(items[0]!.json).toMatchObject({
			is_on_biz_app: true,
			platform_type: 'CLOUD_API',
			throughput: { level: 'STANDARD' },
			health_status: { can_send_message: 'AVAILABLE' },
		});
	});

	it('names the token where it may not see the number', async () => {
		const { error } = await run(
			'get',
			byId(DEFAULT.phoneNumberId),
			meta.world.tokens.withoutManagement.token,
		);
		expect(error?.message).toContain('Meta code 10');
		expect(error?.description).toContain('whatsapp_business_management');
	});
});

describe('Get Many', () => {
	it('gives an item for each number of the account, over all pages', async () => {
		const { items } = await run('getAll', { returnAll: true });
		expect(items.map(({ json }) => json.id)).toEqual([
			DEFAULT.phoneNumberId,
			DEFAULT.secondPhoneNumberId,
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
		expect(misfitOf('phoneNumber', 'getAll', items)).toBeNull();
	});

	it('stops at the limit', async () => {
		const { items } = await run('getAll', { returnAll: false, limit: 1 });
		expect(items).toHaveLength(1);
	});

	it('names an account that the token cannot see', async () => {
		const { error } = await run('getAll', {}, meta.world.tokens.secondWaba.token);
		expect(error?.message).toContain('Meta code 33');
	});
});

it('registers and deregisters nothing', async () => {
	const requests = await meta.control.get<RecordedRequest[]>('/requests');
	expect(requests.filter(({ path }) => path.endsWith('register'))).toEqual([]);
	expect(meta.world.violations).toEqual([]);
});
