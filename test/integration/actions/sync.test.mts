import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { CODE_PLACES } from '../../../sandbox/meta/graph-errors.mts';
import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction, type ActionRun } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';
import { useDeduplicationStore, type DeduplicationStore } from './deduplication-store.mts';

const DAY_S = 24 * 60 * 60;

let meta: TestMeta;
let store: DeduplicationStore;

beforeAll(async () => {
	meta = await metaForTest();
	store = await useDeduplicationStore();
});
afterAll(async () => await meta.close());

/** Each test has an onboarding of its own, later than all before. */
let onboardings = 0;
beforeEach(async () => {
	await meta.control.post('/reset');
	await meta.control.post('/clock', { advanceSeconds: ++onboardings });
	await meta.control.post('/onboard', { phoneNumberId: DEFAULT.phoneNumberId });
	store.broken = false;
	store.clear();
});

async function run(operation: string, more: Partial<ActionRun> = {}, parameters = {}) {
	return await runAction({
		credential: meta.credential,
		parameters: {
			resource: 'sync',
			operation,
			phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
			...parameters,
		},
		...more,
	});
}

/** The sync requests that reached Meta, in order. */
async function requested(): Promise<unknown[]> {
	const requests = await meta.control.get<RecordedRequest[]>('/requests');
	return requests
		.filter(({ path }) => path.endsWith('/smb_app_data'))
		.map(({ body }) => (body as { sync_type: string }).sync_type);
}

const fault = async (options: object) =>
	await meta.control.post('/faults', { method: 'POST', path: '/smb_app_data$', ...options });

describe('Request Contacts and Request History', () => {
	it('sends the request once and tells until when there is time', async () => {
		const { items, error } = await run('requestContacts');
		expect(error).toBeUndefined();
		const [{ json }] = items;
		const { onboarding } = meta.world.phoneNumbers[0];
		expect(json).toMatchObject({
			phoneNumberId: DEFAULT.phoneNumberId,
			sync: 'contacts',
			requestId: onboarding?.requested.smb_app_state_sync,
		});
		const closes = Math.floor((onboarding?.startedAt ?? 0) / 1000) + DAY_S;
		expect(Date.parse(json.windowClosesAt as string)).toBe(closes * 1000);
		expect(await requested()).toEqual(['smb_app_state_sync']);
		expect(misfitOf('sync', 'requestContacts', items)).toBeNull();
	});

	it('refuses a second request before it is sent', async () => {
		await run('requestHistory');
		const { error } = await run('requestHistory');
		expect(error?.message).toBe('The history was requested before, so nothing was sent');
		expect(error?.description).toContain(
			meta.world.phoneNumbers[0].onboarding?.requested.history as string,
		);
		expect(await requested()).toEqual(['history']);
	});

	it('sends it once where two executions ask at the same moment', async () => {
		const runs = await Promise.all([run('requestHistory'), run('requestHistory')]);
		expect(runs.filter(({ error }) => error === undefined)).toHaveLength(1);
		expect(await requested()).toEqual(['history']);
	});

	it('sends it once where one execution has the number twice', async () => {
		const { items } = await run('requestContacts', {
			items: [{ json: {} }, { json: {} }],
			continueOnFail: true,
		});
		expect(items.map(({ json }) => 'error' in json)).toEqual([false, true]);
		expect(await requested()).toEqual(['smb_app_state_sync']);
	});

	it('takes each kind and each onboarding on its own', async () => {
		await run('requestContacts');
		await run('requestHistory');
		await meta.control.post('/clock', { advanceSeconds: 60 });
		await meta.control.post('/offboard', { phoneNumberId: DEFAULT.phoneNumberId });
		await meta.control.post('/onboard', { phoneNumberId: DEFAULT.phoneNumberId });
		onboardings += 60;
		const { error } = await run('requestHistory');
		expect(error).toBeUndefined();
		expect(await requested()).toEqual(['smb_app_state_sync', 'history', 'history']);
	});

	it.each(CODE_PLACES)(
		'asks again on demand, and Meta has the last word (error number in %s)',
		async (place) => {
			await meta.control.post('/error-codes', { place });
			await run('requestHistory');
			const { error } = await run('requestHistory', {}, { options: { requestAgain: true } });
			expect(error?.message).toContain('2593107');
			expect(await requested()).toEqual(['history', 'history']);
		},
	);

	it('can be asked again where Meta has refused it for a reason that can be mended', async () => {
		await fault({ status: 403, body: { error: { code: 10, message: '(#10) No permission' } } });
		expect((await run('requestHistory')).error?.message).toContain('Meta code 10');
		expect((await run('requestHistory')).error).toBeUndefined();
	});

	it.each(CODE_PLACES)('tells when the 24 hours are over (error number in %s)', async (place) => {
		await meta.control.post('/error-codes', { place });
		await meta.control.post('/clock', { advanceSeconds: DAY_S + 1 });
		const { error } = await run('requestContacts');
		expect(error?.message).toContain('2593108');
		expect(error?.description).toContain('Embedded Signup again');
	});

	it('sends nothing for a number that is not in coexistence', async () => {
		meta.world.phoneNumbers[0].coexistence = false;
		const { error } = await run('requestContacts');
		expect(error?.message).toContain('not in coexistence');
		expect(await requested()).toEqual([]);
	});

	it('sends nothing that n8n could not remember', async () => {
		store.broken = true;
		const { error } = await run('requestContacts');
		expect(error?.message).toBe('n8n could not note the request, so it was not sent');
		expect(await requested()).toEqual([]);
	});
});

describe('a request whose outcome is unknown', () => {
	it.each([
		['the connection breaks', { dropConnection: true }],
		['a proxy answers', { status: 502, body: '<html>' }],
	])('is told as such and not sent again where %s', async (_case, options) => {
		await fault({ when: 'after', ...options });
		const { error } = await run('requestHistory');
		expect(error?.description).toContain('not known whether Meta');
		const second = await run('requestHistory');
		expect(second.error?.message).toBe('The history was requested before, so nothing was sent');
		expect(second.error?.description).toContain('no answer told whether Meta took it');
		expect(await requested()).toHaveLength(1);
	});

	it('is not sent again by “Retry on Fail”, not even on demand', async () => {
		await fault({ when: 'after', dropConnection: true });
		const { error } = await run(
			'requestHistory',
			{ retryOnFail: true },
			{ options: { requestAgain: true } },
		);
		expect(error?.description).toContain('not known whether Meta');
		expect(await requested()).toHaveLength(1);
	});

	it('is told by the status', async () => {
		await fault({ when: 'after', dropConnection: true });
		await run('requestHistory');
		const { items } = await run('getStatus');
		expect(items[0].json).toMatchObject({
			history: { state: 'requested', outcomeUnknown: true },
			contacts: { state: 'neverRequested' },
		});
	});
});

describe('Request Both', () => {
	it('requests the contacts, then the history', async () => {
		const { items } = await run('requestBoth');
		expect(items.map(({ json }) => json.sync)).toEqual(['contacts', 'history']);
		expect(await requested()).toEqual(['smb_app_state_sync', 'history']);
	});

	it.each(CODE_PLACES)(
		'passes over what was requested before, also elsewhere (error number in %s)',
		async (place) => {
			await meta.control.post('/error-codes', { place });
			meta.world.phoneNumbers[0].onboarding!.requested.smb_app_state_sync = 'elsewhere';
			const { items, error } = await run('requestBoth');
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.sync)).toEqual(['history']);
		},
	);

	it('does not ask for the history where the outcome of the contacts is unknown', async () => {
		await fault({ when: 'after', dropConnection: true });
		expect((await run('requestBoth')).error?.description).toContain('not known whether');
		expect(await requested()).toHaveLength(1);
	});

	it.each(CODE_PLACES)('refuses where both were requested (error number in %s)', async (place) => {
		await meta.control.post('/error-codes', { place });
		await run('requestBoth');
		expect((await run('requestBoth')).error?.message).toContain('requested before');
		expect(await requested()).toHaveLength(2);
	});
});

describe('Get Status', () => {
	it('makes one item of all its input and asks Meta for the time that is left', async () => {
		const { items } = await run('getStatus', {
			items: [
				{ json: { phoneNumberId: DEFAULT.phoneNumberId, event: 'history.progress', progress: 55 } },
				{ json: { phoneNumberId: DEFAULT.phoneNumberId, event: 'contact.saved' } },
			],
		});
		expect(items).toHaveLength(1);
		expect(items[0].json).toMatchObject({
			inCoexistence: true,
			history: { state: 'receiving', progress: 55 },
			contacts: { state: 'receiving', events: 1 },
		});
		expect(misfitOf('sync', 'getStatus', items)).toBeNull();
	});

	it('does not take asking for a request', async () => {
		await run('getStatus');
		expect((await run('requestContacts')).error).toBeUndefined();
		const { items } = await run('getStatus');
		expect(items[0].json).toMatchObject({ contacts: { state: 'requested' } });
	});
});
