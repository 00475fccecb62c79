import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { IExecuteFunctions } from 'n8n-workflow';

import type * as Claims from '../../../../nodes/WhatsAppCoexistence/actions/sync/claims';
import type { Onboarding } from '../../../../nodes/WhatsAppCoexistence/actions/sync/onboarding';

const onboarding: Onboarding = {
	phoneNumberId: '800000000000001',
	inCoexistence: true,
	onboardedAt: '2026-11-20T10:00:00.000Z',
	windowClosesAt: '2026-11-21T10:00:00.000Z',
};

/** A workflow of an n8n whose deduplication store outlives the process. */
function workflow(): IExecuteFunctions {
	const stored = new Set<string>();
	return {
		helpers: {
			async checkProcessedAndRecord([key]: string[]) {
				if (stored.has(key)) return { new: [], processed: [key] };
				stored.add(key);
				return { new: [key], processed: [] };
			},
			async removeProcessed([key]: string[]) {
				stored.delete(key);
			},
		},
	} as unknown as IExecuteFunctions;
}

let claims: typeof Claims;

/** Loads the module as a new process does. */
async function restart(): Promise<void> {
	jest.resetModules();
	claims = await import('../../../../nodes/WhatsAppCoexistence/actions/sync/claims');
}
beforeEach(restart);

describe('a claim', () => {
	it('is known in full to the same process, from any workflow', async () => {
		await claims.claim(workflow(), onboarding, 'history');
		const other = await claims.claim(workflow(), onboarding, 'history');
		expect(other).toEqual({ earlier: expect.objectContaining({ outcome: 'pending' }) });
	});

	it('is known to the same workflow after a restart', async () => {
		const context = workflow();
		await claims.claim(context, onboarding, 'history');
		await restart();
		expect(await claims.findClaim(context, onboarding, 'history')).toBe(true);
		expect(await claims.claim(context, onboarding, 'history')).toEqual({ earlier: true });
	});

	it('is gone once it was given back', async () => {
		const context = workflow();
		await claims.claim(context, onboarding, 'history');
		await claims.release(context, onboarding, 'history');
		expect(await claims.findClaim(context, onboarding, 'history')).toBeUndefined();
	});

	it('counts for one kind, one number and one onboarding', async () => {
		const context = workflow();
		await claims.claim(context, onboarding, 'history');
		for (const [other, sync] of [
			[onboarding, 'contacts'],
			[{ ...onboarding, phoneNumberId: '800000000000002' }, 'history'],
			[{ ...onboarding, onboardedAt: '2026-11-22T10:00:00.000Z' }, 'history'],
		] as const) {
			expect(await claims.findClaim(context, other, sync)).toBeUndefined();
		}
	});

	it('is not made by looking for one', async () => {
		const context = workflow();
		await claims.findClaim(context, onboarding, 'contacts');
		expect((await claims.claim(context, onboarding, 'contacts')).claim).toBeDefined();
	});
});
