import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NodeHelpers, type IDataObject, type INodeParameters } from 'n8n-workflow';

import { RESOURCES } from '../../../nodes/WhatsAppCoexistence/actions/resources';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { ACTION_TYPE, nodeTypes } from '../engine/node-types.mts';
import { runAction } from '../engine/run-node.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.otherWabaPhoneNumberId };
const client = () => ({
	token: meta.world.tokens.secondWaba.token,
	wabaId: DEFAULT.secondWabaId,
});
const text = { operation: 'sendText', phoneNumberId, to: '34600333444', text: 'Hello' };

async function run(parameters: IDataObject, items?: IDataObject[]) {
	return await runAction({
		credential: meta.credential,
		parameters: parameters as INodeParameters,
		items: items?.map((json) => ({ json })),
		continueOnFail: true,
	});
}

describe('the account of a business that has signed up', () => {
	const operations = Object.entries(RESOURCES).flatMap(([resource, { operations: named }]) =>
		Object.entries(named).map(
			([operation, { withoutAccount = false }]) => [resource, operation, !withoutAccount] as const,
		),
	);

	it.each(operations)('can be chosen for %s > %s: %p', (resource, operation, expected) => {
		const { description } = nodeTypes.getByNameAndVersion(ACTION_TYPE);
		const shown = NodeHelpers.getNodeParameters(
			description.properties,
			{ resource, operation },
			true,
			false,
			{ typeVersion: 1 },
			description,
		);
		expect('target' in (shown ?? {})).toBe(expected);
	});

	it.each([
		['phoneNumber', 'get', { phoneNumberId }],
		['businessProfile', 'update', { phoneNumberId, changes: { about: 'Nails' } }],
		['template', 'getAll', {}],
		['connection', 'diagnose', { phoneNumberId }],
	])('is reached with its token by %s > %s', async (resource, operation, parameters) => {
		const { error } = await run({ resource, operation, ...parameters, target: client() });
		expect(error).toBeUndefined();
		const requests = await meta.control.get<Array<{ path: string; status: number }>>('/requests');
		expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
		expect(requests.some(({ path }) => /\/(900000000000002|800000000000003)/.test(path))).toBe(
			true,
		);
		expect(requests.some(({ path }) => path.includes(DEFAULT.wabaId))).toBe(false);
	});

	it('is another one with each item', async () => {
		const { items } = await run(
			{
				...text,
				phoneNumberId: { ...phoneNumberId, value: '={{ $json.number }}' },
				target: { token: '={{ $json.client.token }}', wabaId: '={{ $json.client.wabaId }}' },
			},
			[
				{ number: DEFAULT.otherWabaPhoneNumberId, client: client() },
				{
					number: DEFAULT.phoneNumberId,
					client: { token: meta.world.tokens.business.token, wabaId: DEFAULT.wabaId },
				},
			],
		);
		expect(items.map(({ json }) => json.status)).toEqual(['accepted', 'accepted']);
		expect(meta.world.sentMessages.map((sent) => sent.phoneNumberId).sort()).toEqual([
			DEFAULT.phoneNumberId,
			DEFAULT.otherWabaPhoneNumberId,
		]);
		expect(JSON.stringify(items)).not.toContain(client().token);
	});

	it('shares the pace of its number with whoever else writes from it', async () => {
		const { items } = await run(
			{ ...text, to: '={{ $json.to }}', target: { token: client().token } },
			Array.from({ length: 45 }, (_, index) => ({ to: String(34_600_000_000 + index) })),
		);
		expect(items.filter(({ json }) => json.status !== 'accepted')).toEqual([]);
		const requests = await meta.control.get<Array<{ status: number }>>('/requests');
		expect(requests.map(({ status }) => status)).toEqual(Array(45).fill(200));
	});

	it.each([
		[{ token: '={{ $json.missing }}' }, 'Business Token'],
		[{ token: '' }, 'Business Token'],
		[{ wabaId: '={{ $json.missing }}' }, 'Business Account ID'],
	])('is not replaced by that of the credential where it is missing: %j', async (target, label) => {
		const { items } = await run({ ...text, target });
		expect(items[0]!.json.message).toBe(`“Other Account > ${label}” is empty`);
		expect(await meta.control.get('/requests')).toEqual([]);
	});

	it('is not named by its token where Meta refuses it', async () => {
		const token = 'EAANobodyKnows';
		await meta.control.post('/faults', {
			path: '/debug_token',
			status: 400,
			body: { error: { code: 190, message: `Cannot parse access token ${token}` } },
		});
		const refused = await run({ ...text, target: { token } });
		expect(refused.items[0]!.json.message).toContain('Meta code 190');
		const diagnosed = await run({
			resource: 'connection',
			operation: 'diagnose',
			target: { token },
		});
		expect(JSON.stringify(diagnosed.items)).toContain('[hidden]');
		expect(JSON.stringify([refused.items, diagnosed.items])).not.toContain(token);
	});
});
