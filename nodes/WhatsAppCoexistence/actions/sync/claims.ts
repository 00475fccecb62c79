import { UserError, type IExecuteFunctions } from 'n8n-workflow';

import type { Onboarding } from './onboarding';
import { SYNCS, type Sync } from './sync-type';

/** What is known of a request that was sent, or is on its way. */
export interface Claim {
	/** ISO 8601. */
	requestedAt: string;
	/** Null while there is no answer, and where none came. */
	requestId: string | null;
	/** `unknown`: nobody can say whether Meta took it. */
	outcome: 'pending' | 'accepted' | 'unknown';
}

/**
 * Which syncs were requested: once per number, kind and onboarding.
 *
 * It is remembered twice. This process knows each request in full and at once, which keeps two
 * executions from sending it at the same moment. n8n's own deduplication store, which is written in
 * manual executions too and outlives a restart, knows for each workflow that there was a request, no
 * more. Static data would not do: n8n does not save it in manual executions, and saving it would undo
 * what the trigger of the same workflow has written meanwhile.
 *
 * A new onboarding is told by `last_onboarded_time`, so it starts with no claims. Requests of other
 * workflows in other processes are not seen; Meta itself refuses those.
 */
const claims = new Map<string, Claim>();

/**
 * Notes that the request is going to be sent.
 *
 * @returns the claim, or the earlier one: `true` where only n8n's store remembers it
 * @throws UserError where n8n cannot remember it, which is no moment to send it
 */
export async function claim(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<{ claim: Claim; earlier?: undefined } | { claim?: undefined; earlier: Claim | true }> {
	const key = keyOf(onboarding, sync);
	const earlier = claims.get(key);
	if (earlier !== undefined) return { earlier };
	const fresh: Claim = {
		requestedAt: new Date().toISOString(),
		requestId: null,
		outcome: 'pending',
	};
	claims.set(key, fresh);
	const isNew = await record(context, key).catch((error: Error) => {
		claims.delete(key);
		throw error;
	});
	if (isNew) return { claim: fresh };
	claims.delete(key);
	return { earlier: true };
}

/** Gives the claim back, after Meta has said that it did not take the request. */
export async function release(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<void> {
	const key = keyOf(onboarding, sync);
	claims.delete(key);
	await context.helpers.removeProcessed([key], 'workflow', { mode: 'entries' });
}

/** What is remembered of the request, without claiming it; undefined where nothing is. */
export async function findClaim(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<Claim | true | undefined> {
	const key = keyOf(onboarding, sync);
	const known = claims.get(key);
	if (known !== undefined) return known;
	// n8n's store can only be asked by writing to it.
	if (!(await record(context, key))) return true;
	await context.helpers.removeProcessed([key], 'workflow', { mode: 'entries' });
	return undefined;
}

/** @returns whether n8n's store did not have the key yet */
async function record(context: IExecuteFunctions, key: string): Promise<boolean> {
	const { new: unseen } = await context.helpers
		.checkProcessedAndRecord([key], 'workflow', { mode: 'entries' })
		.catch((cause: Error) => {
			throw new UserError('n8n could not note the request, so it was not sent', {
				cause,
				description:
					'Save the workflow and run it again. If it has a Remove Duplicates node whose scope is the workflow, set that scope to the node.',
			});
		});
	return unseen.length > 0;
}

function keyOf({ phoneNumberId, onboardedAt }: Onboarding, sync: Sync): string {
	return `whatsapp-coexistence:${phoneNumberId}:${SYNCS[sync]}:${onboardedAt ?? 'unknown'}`;
}
