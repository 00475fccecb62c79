import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

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

async function run(operation: string, parameters = {}) {
	return await runAction({
		credential: meta.credential,
		parameters: {
			resource: 'businessProfile',
			operation,
			phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
			...parameters,
		},
	});
}

describe('Get', () => {
	it('gives what customers see', async () => {
		const { items } = await run('get');
		expect(items[0]!.json).toEqual({
			phoneNumberId: DEFAULT.phoneNumberId,
			...meta.world.phoneNumbers[0].profile,
		});
		expect(misfitOf('businessProfile', 'get', items)).toBeNull();
	});

	it('names a number that does not exist', async () => {
		const unknown = { __rl: true, mode: 'id', value: '800000000000099' };
		const { error } = await run('get', { phoneNumberId: unknown });
		expect(error?.message).toContain('Meta code 33');
	});
});

describe('Update', () => {
	it('changes the chosen fields only and gives the new profile', async () => {
		const before = { ...meta.world.phoneNumbers[0].profile };
		const changes = { about: 'Open again', websites: ['https://flowers.test/shop'] };
		const { items } = await run('update', { changes });
		expect(meta.world.phoneNumbers[0].profile).toEqual({ ...before, ...changes });
		expect(items[0]!.json).toMatchObject(changes);
		expect(misfitOf('businessProfile', 'update', items)).toBeNull();
	});

	it.each([
		[{}, '“Changes” is empty'],
		[{ about: 'x'.repeat(140) }, '“Changes > About” takes at most 139 characters'],
		[{ about: '' }, '“Changes > About” is empty'],
		[{ websites: ['flowers.test'] }, '“Changes > Websites > 1” has to start with http'],
		[{ websites: ['https://a.test', 'https://b.test', 'https://c.test'] }, 'at most 2 entries'],
	])('refuses %j before it is sent', async (changes, message) => {
		const { error } = await run('update', { changes });
		expect(error?.message).toContain(message);
		const requests = await meta.control.get<unknown[]>('/requests');
		expect(requests).toEqual([]);
	});

	it('tells what Meta does not accept', async () => {
		await meta.control.post('/faults', {
			method: 'POST',
			path: '/whatsapp_business_profile$',
			status: 400,
			body: { error: { code: 131009, error_data: { details: 'Param vertical is not known' } } },
		});
		const { error } = await run('update', { changes: { vertical: 'RETAIL' } });
		expect(error?.description).toContain('Param vertical is not known');
	});
});
