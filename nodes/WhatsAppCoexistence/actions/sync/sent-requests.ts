import { sleep, UserError, type IExecuteFunctions } from 'n8n-workflow';

import type { Onboarding } from './onboarding';
import { SYNCS, type Sync } from './sync-type';

/** What is known of a request that was sent, or is on its way. */
export interface SentRequest {
	/** ISO 8601. */
	requestedAt: string;
	/** Null while there is no answer, and where none came. */
	requestId: string | null;
	/** `unknown`: nobody can say whether Meta took it. */
	outcome: 'pending' | 'accepted' | 'unknown';
}

/** Longer than another process needs to look for a request, which n8n shows as one. */
const OTHER_LOOK_MS = 1_000;

/**
 * Which syncs were requested: once per number, kind and onboarding.
 *
 * It is remembered twice. This process knows each request in full and at once, which keeps two
 * executions from sending it at the same moment. n8n's own deduplication store, which is written in
 * manual executions too and outlives a restart, knows for each workflow that there was a request, no
 * more. Static data would not do: n8n does not save it in manual executions, and saving it would undo
 * what the trigger of the same workflow has written meanwhile.
 *
 * A new onboarding is told by `last_onboarded_time`, so it starts with no requests. Requests of other
 * workflows in other processes are not seen; Meta itself refuses those.
 */
const sent = new Map<string, SentRequest>();

/** Beyond this many, the oldest is left to n8n's store. */
const MAX_KNOWN = 1_000;

/**
 * Notes that the request is going to be sent.
 *
 * @returns the note, or the earlier one: `true` where only n8n's store remembers it
 * @throws UserError where n8n cannot remember it, which is no moment to send it
 */
export async function noteRequest(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<
	{ noted: SentRequest; earlier?: undefined } | { noted?: undefined; earlier: SentRequest | true }
> {
	const key = keyOf(onboarding, sync);
	const earlier = sent.get(key);
	if (earlier !== undefined) return { earlier };
	const noted: SentRequest = {
		requestedAt: new Date().toISOString(),
		requestId: null,
		outcome: 'pending',
	};
	sent.set(key, noted);
	if (sent.size > MAX_KNOWN) {
		const [oldest] = sent.keys();
		if (oldest !== undefined) sent.delete(oldest);
	}
	const isNew = await recordFirst(context, key).catch((error: Error) => {
		sent.delete(key);
		throw error;
	});
	if (isNew) return { noted };
	sent.delete(key);
	return { earlier: true };
}

/** Takes the note back, after Meta has said that it did not take the request. */
export async function forgetRequest(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<void> {
	const key = keyOf(onboarding, sync);
	sent.delete(key);
	await inTurn(async () => await erase(context, key));
}

/** What is remembered of the request, without noting one; undefined where nothing is. */
export async function findRequest(
	context: IExecuteFunctions,
	onboarding: Onboarding,
	sync: Sync,
): Promise<SentRequest | true | undefined> {
	const key = keyOf(onboarding, sync);
	return await inTurn(async () => {
		const known = sent.get(key);
		if (known !== undefined) return known;
		if (await storesNothing(context)) return undefined;
		// Whether n8n has this very key can only be asked by writing it.
		if (!(await record(context, key))) return true;
		await erase(context, key);
		return undefined;
	});
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * One after another, whatever the key: a look that has not erased its key yet would pass for a
 * request, and n8n rewrites everything that a workflow has stored at each call.
 */
async function inTurn<T>(use: () => Promise<T>): Promise<T> {
	const used = turn.then(use);
	turn = used.catch(() => undefined);
	return await used;
}

/** As `record`, but is not deceived by another process that is looking. */
async function recordFirst(context: IExecuteFunctions, key: string): Promise<boolean> {
	if (await inTurn(async () => await record(context, key))) return true;
	await sleep(OTHER_LOOK_MS);
	return await inTurn(async () => await record(context, key));
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

async function erase(context: IExecuteFunctions, key: string): Promise<void> {
	await context.helpers.removeProcessed([key], 'workflow', { mode: 'entries' });
}

/** True for a workflow that has stored nothing at all, such as one that never requests a sync. */
async function storesNothing(context: IExecuteFunctions): Promise<boolean> {
	const stored = await context.helpers.getProcessedDataCount('workflow', { mode: 'entries' });
	return stored === 0;
}

function keyOf({ phoneNumberId, onboardedAt }: Onboarding, sync: Sync): string {
	return `whatsapp-coexistence:${phoneNumberId}:${SYNCS[sync]}:${onboardedAt ?? 'unknown'}`;
}
