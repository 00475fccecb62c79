import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as n8nWorkflow from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Onboarding } from '../../../../nodes/WhatsAppCoexistence/actions/sync/onboarding';
import type * as SentRequests from '../../../../nodes/WhatsAppCoexistence/actions/sync/sent-requests';
import { withoutPauses } from '../../trigger/hook-context.mts';

const onboarding: Onboarding = {
	phoneNumberId: '800000000000001',
	inCoexistence: true,
	onboardedAt: '2026-11-20T10:00:00.000Z',
	windowClosesAt: '2026-11-21T10:00:00.000Z',
};

/**
 * A workflow of an n8n whose deduplication store outlives the process. As in n8n, each call reads all
 * that the workflow has stored, thinks, and writes all of it.
 */
function workflow(stored: string[] = []) {
	let row = stored;
	const calls = { writes: 0 };
	const rewrite = async (change: (row: string[]) => string[]) => {
		const read = [...row];
		await new Promise(setImmediate);
		row = change(read);
		calls.writes++;
	};
	const helpers = {
		async checkProcessedAndRecord([key]: [string]) {
			let isNew = false;
			await rewrite((read) => {
				isNew = !read.includes(key);
				return isNew ? [...read, key] : read;
			});
			return isNew ? { new: [key], processed: [] } : { new: [], processed: [key] };
		},
		async removeProcessed([key]: [string]) {
			await rewrite((read) => read.filter((entry) => entry !== key));
		},
		getProcessedDataCount: async () => row.length,
	};
	return { context: { helpers } as unknown as IExecuteFunctions, calls, stored: () => row };
}

/** Loads the module as a new process does; n8n's, which takes longer and forgets nothing, stays. */
async function newProcess(): Promise<typeof SentRequests> {
	jest.resetModules();
	jest.doMock('n8n-workflow', () => n8nWorkflow);
	return await import('../../../../nodes/WhatsAppCoexistence/actions/sync/sent-requests');
}

let requests: typeof SentRequests;
beforeEach(async () => {
	requests = await newProcess();
});
afterEach(() => {
	jest.restoreAllMocks();
});

describe('a request that was sent', () => {
	it('is known in full to the same process, from any workflow', async () => {
		await requests.noteRequest(workflow().context, onboarding, 'history');
		const other = await requests.noteRequest(workflow().context, onboarding, 'history');
		expect(other).toEqual({ earlier: expect.objectContaining({ outcome: 'pending' }) });
	});

	it('is known to the same workflow after a restart', async () => {
		const { context } = workflow();
		await requests.noteRequest(context, onboarding, 'history');
		const pauses = withoutPauses([1_000]);
		const restarted = await newProcess();
		expect(await restarted.findRequest(context, onboarding, 'history')).toBe(true);
		expect(await restarted.noteRequest(context, onboarding, 'history')).toEqual({ earlier: true });
		expect(pauses).toEqual([1_000]);
	});

	it('is gone once the note was taken back', async () => {
		const { context } = workflow();
		await requests.noteRequest(context, onboarding, 'history');
		await requests.forgetRequest(context, onboarding, 'history');
		expect(await requests.findRequest(context, onboarding, 'history')).toBeUndefined();
	});

	it('is known in full for the latest thousand, and the store knows the others', async () => {
		const { context } = workflow();
		const numbered = (number: number) => ({ ...onboarding, phoneNumberId: String(number) });
		for (let number = 0; number <= 1_000; number++) {
			await requests.noteRequest(context, numbered(number), 'history');
		}
		expect(await requests.findRequest(context, numbered(1_000), 'history')).toMatchObject({});
		expect(await requests.findRequest(context, numbered(0), 'history')).toBe(true);
	});

	it('counts for one kind, one number and one onboarding', async () => {
		const { context } = workflow();
		await requests.noteRequest(context, onboarding, 'history');
		for (const [other, sync] of [
			[onboarding, 'contacts'],
			[{ ...onboarding, phoneNumberId: '800000000000002' }, 'history'],
			[{ ...onboarding, onboardedAt: '2026-11-22T10:00:00.000Z' }, 'history'],
		] as const) {
			expect(await requests.findRequest(context, other, sync)).toBeUndefined();
		}
	});
});

describe('looking for a request', () => {
	const note = async (context: IExecuteFunctions, from = requests) =>
		await from.noteRequest(context, onboarding, 'history');
	const look = async (context: IExecuteFunctions, from = requests) =>
		await from.findRequest(context, onboarding, 'history');

	it('writes nothing in a workflow that has stored nothing', async () => {
		const { context, calls } = workflow();
		expect(await look(context)).toBeUndefined();
		expect(calls.writes).toBe(0);
	});

	it('leaves no note behind', async () => {
		const { context, stored } = workflow(['of a Remove Duplicates node']);
		await look(context);
		expect(stored()).toEqual(['of a Remove Duplicates node']);
		expect((await note(context)).noted).toBeDefined();
	});

	it('does not keep the request from being sent that is made while it looks', async () => {
		const { context } = workflow(['another']);
		const [seen, { noted }] = await Promise.all([look(context), note(context)]);
		expect(seen).toMatchObject({ outcome: 'pending' });
		expect(noted).toBeDefined();
	});

	it('sees the request that is being made, and leaves it noted', async () => {
		const { context, stored } = workflow(['another']);
		const [{ noted }, seen] = await Promise.all([note(context), look(context)]);
		expect(noted).toBeDefined();
		expect(seen).toMatchObject({ outcome: 'pending' });
		expect(stored()).toHaveLength(2);
	});

	it.each([
		['before', 0],
		['while', 1],
		['after', 3],
	])('from another process, %s a request is made, does not block it', async (_when, steps) => {
		const { context } = workflow(['another']);
		const other = await newProcess();
		const looking = look(context, other);
		for (let step = 0; step < steps; step++) await new Promise(setImmediate);
		const [, { noted }] = await Promise.all([looking, note(context)]);
		expect(noted).toBeDefined();
	});

	it('and noting of several requests at once loses none', async () => {
		const { context, stored } = workflow();
		const numbers = Array.from({ length: 5 }, (_, i) => ({
			...onboarding,
			phoneNumberId: `80000000000000${i}`,
		}));
		await Promise.all(
			numbers.map(async (each) => await requests.noteRequest(context, each, 'history')),
		);
		expect(stored()).toHaveLength(5);
	});
});
