import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { PAUSE_MS } from '../../../nodes/WhatsAppCoexistence/actions/sync/request-sync';
import { CODE_PLACES } from '../../../sandbox/meta/graph-errors.mts';
import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction, type ActionRun } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';
import { useDeduplicationStore, type DeduplicationStore } from './deduplication-store.mts';

const DAY_S = 24 * 60 * 60;

/** How often the node has made its pause, which takes no time here. */
let pauses = 0;
const { setTimeout: setTimer } = globalThis;
jest.spyOn(globalThis, 'setTimeout').mockImplementation((callback: () => void, ms?: number) => {
	if (ms !== PAUSE_MS) return setTimer(callback, ms);
	pauses++;
	return setTimer(callback, 0);
});

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
	pauses = 0;
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

/** The sync requests that reached Meta, in order; those that a planned fault has met were not read. */
async function requested(): Promise<unknown[]> {
	const requests = await meta.control.get<RecordedRequest[]>('/requests');
	return requests
		.filter(({ path }) => path.endsWith('/smb_app_data'))
		.map(({ body }) => (body as { sync_type: string } | null)?.sync_type ?? 'not read');
}

const fault = async (options: object) =>
	await meta.control.post('/faults', { method: 'POST', path: '/smb_app_data$', ...options });

describe('Request Contacts and Request History', () => {
	it('sends the request once and tells until when there is time', async () => {
		const { items, error } = await run('requestContacts');
		expect(error).toBeUndefined();
		const { json } = items[0]!;
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
		expect(error?.description).toContain(meta.world.phoneNumbers[0].onboarding?.requested.history);
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
		const { items } = await run('getStatus', {}, { allEventsStored: true });
		expect(items[0]!.json).toMatchObject({
			history: { state: 'requested', outcomeUnknown: true },
			contacts: { state: 'neverRequested' },
		});
	});
});

describe('Request Both', () => {
	it('requests the contacts, then the history', async () => {
		const { items } = await run('requestBoth');
		expect(items.map(({ json }) => json.sync)).toEqual(['contacts', 'history']);
		expect(misfitOf('sync', 'requestBoth', items)).toBeNull();
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

	it.each([
		[
			'Meta refuses them',
			{ status: 400, body: { error: { code: 131009, message: 'No' } } },
			'Meta code 131009',
		],
		[
			'nobody knows what became of them',
			{ when: 'after', dropConnection: true },
			'not known whether',
		],
	])('asks for the history all the same where %s, and says so', async (_case, how, told) => {
		await fault(how);
		const { error } = await run('requestBoth');
		expect(await requested()).toEqual([expect.any(String), 'history']);
		const { history } = meta.world.phoneNumbers[0].onboarding!.requested;
		expect(`${error?.message} ${error?.description}`).toContain(told);
		expect(error?.description).toContain(`The history was requested (request ID ${history}).`);
	});

	it('asks only for the contacts when it is run again after that', async () => {
		await fault({ status: 400, body: { error: { code: 131009, message: 'No' } } });
		await run('requestBoth');
		const { items } = await run('requestBoth');
		expect(items.map(({ json }) => json.sync)).toEqual(['contacts']);
	});

	it('tells of both where both are refused', async () => {
		await fault({ status: 400, body: { error: { code: 131009, message: 'No' } }, times: 2 });
		const { error } = await run('requestBoth');
		expect(error?.description).toContain('The history was refused too: ');
	});

	it('tells that the contacts were requested where the history is refused', async () => {
		await meta.control.post('/faults', {
			method: 'POST',
			path: '/smb_app_data$',
		});
		await fault({ status: 400, body: { error: { code: 131009, message: 'No' } } });
		const { error } = await run('requestBoth');
		expect(error?.description).toContain('The contacts were requested (request ID');
	});

	it('leaves 5 seconds between the two, and none where nothing was sent', async () => {
		await run('requestContacts');
		await run('requestBoth');
		expect(pauses).toBe(0);
		await run('requestBoth', {}, { options: { requestAgain: true } });
		expect(pauses).toBe(1);
	});

	it('asks once where it is too late for both', async () => {
		await meta.control.post('/clock', { advanceSeconds: DAY_S + 1 });
		expect((await run('requestBoth')).error?.message).toContain('2593108');
		expect(await requested()).toEqual(['smb_app_state_sync']);
	});

	it.each(CODE_PLACES)('refuses where both were requested (error number in %s)', async (place) => {
		await meta.control.post('/error-codes', { place });
		await run('requestBoth');
		expect((await run('requestBoth')).error?.message).toContain('requested before');
		expect(await requested()).toHaveLength(2);
	});
});

describe('while the owner has not finished in the app', () => {
	const notDone = {
		status: 400,
		body: { error: { code: 135000, message: '(#135000) Generic user error' } },
	};

	it('waits, and asks again', async () => {
		await fault({ ...notDone, times: 3 });
		const { items, error } = await run('requestBoth');
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.sync)).toEqual(['contacts', 'history']);
		expect(pauses).toBe(3 + 1);
	});

	it('says so after a minute, asks for the history in vain no more, and can be run again', async () => {
		await fault({ ...notDone, times: 13 });
		const { error } = await run('requestBoth');
		expect(error?.message).toContain('The owner has not finished connecting');
		expect(error?.description).toContain('run this again');
		expect(pauses * PAUSE_MS).toBe(60_000);
		expect(await requested()).toHaveLength(13);
		expect((await run('requestBoth')).error).toBeUndefined();
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
		expect(items[0]!.json).toMatchObject({
			inCoexistence: true,
			history: { state: 'receiving', progress: 55 },
			contacts: { state: 'receiving', events: 1 },
		});
		expect(misfitOf('sync', 'getStatus', items)).toBeNull();
	});

	it('does not take asking for a request', async () => {
		await run('getStatus');
		expect((await run('requestContacts')).error).toBeUndefined();
		const { items } = await run('getStatus', {}, { allEventsStored: true });
		expect(items[0]!.json).toMatchObject({ contacts: { state: 'requested' } });
	});

	it.each([
		['requestHistory', 'getStatus'],
		['getStatus', 'requestHistory'],
	])('is asked at the same moment without harm: %s, then %s', async (...operations) => {
		await run('requestContacts');
		const runs = await Promise.all(operations.map(async (operation) => await run(operation)));
		expect(runs.map(({ error }) => error)).toEqual([undefined, undefined]);
		expect(await requested()).toEqual(['smb_app_state_sync', 'history']);
	});

	it('says that it cannot tell where no event comes in', async () => {
		await run('requestBoth');
		const { items } = await run('getStatus');
		const { requested: ids } = meta.world.phoneNumbers[0].onboarding!;
		expect(items[0]!.json).toMatchObject({
			contacts: { state: 'unknown', requestId: ids.smb_app_state_sync },
			history: { state: 'unknown', requestId: ids.history, stalledSince: null },
		});
		expect(misfitOf('sync', 'getStatus', items)).toBeNull();
	});
});
