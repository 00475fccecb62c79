import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { CODE_PLACES } from '../../../sandbox/meta/graph-errors.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const people = ['34600333444', '34600333555', '34600333666'] as const;

async function send(token: string, more: { continueOnFail?: boolean } = {}) {
	return await runAction({
		credential: { ...meta.credential, accessToken: token },
		parameters: {
			resource: 'message',
			operation: 'sendText',
			phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
			to: '={{ $json.to }}',
			text: 'Hello',
		},
		items: people.map((to) => ({ json: { to } })),
		...more,
	});
}

describe('a refusal of Meta', () => {
	it('stops the run with its code, its details, what to do and the item', async () => {
		const { error, items } = await send(meta.world.tokens.expired.token);
		expect(error?.message).toBe('The access token has expired or is not valid (Meta code 190)');
		expect(error?.description).toContain('Create a new access token');
		expect(error?.description).toContain('Session has expired');
		expect(error?.context?.itemIndex).toBe(0);
		expect(items).toEqual([]);
	});

	it.each(CODE_PLACES)(
		'becomes data where the node is set to continue, beside the items that went well (error number in %s)',
		async (place) => {
			await meta.control.post('/error-codes', { place });
			await meta.control.post('/sending-limits', { enforceServiceWindow: true });
			meta.world.phoneNumbers[0].lastInboundAt[people[1]] = Date.now();
			const { items, error } = await send(meta.world.tokens.business.token, {
				continueOnFail: true,
			});
			expect(error).toBeUndefined();
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: 0 },
				{ item: 1 },
				{ item: 2 },
			]);
			expect(items[1]!.json.recipient).toBe(people[1]);
			expect(items[0]!.json).toEqual({
				message: expect.stringContaining('24 hours'),
				error: {
					code: 131047,
					status: 400,
					retry: 'never',
					outcomeUnknown: false,
					description: expect.stringContaining('template'),
					meta: expect.stringContaining('24 hours'),
				},
			});
		},
	);

	it('shows no secret, even where Meta repeats one', async () => {
		const token = 'EAASecretThatIsWrong';
		await meta.control.post('/faults', {
			path: '/messages$',
			status: 401,
			body: { error: { code: 190, message: `Malformed access token ${token}` } },
		});
		const { error } = await send(token);
		expect(error?.description).toContain('Malformed access token [hidden]');
		expect(JSON.stringify({ ...error, message: error?.message })).not.toContain(token);
	});

	it('tells of a test number that a person is not on its list, in the form that was written to', async () => {
		meta.world.phoneNumbers[0].allowedRecipients = ['542236000101'];
		const { error } = await runAction({
			credential: meta.credential,
			parameters: {
				resource: 'message',
				operation: 'sendText',
				phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
				to: '+54 9 223 600 0101',
				text: 'Hello',
			},
		});
		expect(error?.message).toContain('(Meta code 131030)');
		expect(error?.description).toContain('Argentina (+54 9)');
	});

	it('tells where marketing templates are switched off', async () => {
		meta.world.wabas[0].marketingDisabled = true;
		const plain = meta.world.wabas[0].templates.find(
			({ components, status }) =>
				status === 'APPROVED' && !/\{\{|HEADER|BUTTONS/.test(JSON.stringify(components)),
		)!;
		plain.category = 'MARKETING';
		const { error } = await runAction({
			credential: meta.credential,
			parameters: {
				resource: 'message',
				operation: 'sendRaw',
				phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
				to: '34600333444',
				message: JSON.stringify({
					type: 'template',
					template: { name: plain.name, language: { code: plain.language } },
				}),
			},
		});
		expect(error?.message).toContain('(Meta code 131063)');
	});
});
