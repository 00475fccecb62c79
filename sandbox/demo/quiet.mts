/** Tells when n8n has nothing left to do, and what went wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nRest } from '../n8n/rest.mts';

const POLL_MS = 500;
/** How long nothing may start before n8n counts as quiet. */
const QUIET_MS = 3_000;
const TIMEOUT_MS = 180_000;

/**
 * Waits until no execution of the workflows runs and none has started for three seconds.
 *
 * @throws Error when it does not come to rest in three minutes
 */
export async function untilQuiet(rest: N8nRest, workflows: Array<{ id: string }>): Promise<void> {
	const start = Date.now();
	let newest = '';
	let quietSince = start;
	while (Date.now() - quietSince < QUIET_MS) {
		if (Date.now() - start > TIMEOUT_MS) {
			throw new Error('n8n was still busy after three minutes. See its list of executions.');
		}
		await sleep(POLL_MS);
		const executions = await executionsOf(rest, workflows);
		const isBusy = executions.flat().some(({ stoppedAt }) => stoppedAt === null);
		const newestNow = executions.map((ofOne) => ofOne[0]?.id).join();
		if (isBusy || newestNow !== newest) quietSince = Date.now();
		newest = newestNow;
	}
}

/** The messages of the workflows' executions that ended in an error, each once. */
export async function failuresOf(
	rest: N8nRest,
	workflows: Array<{ id: string }>,
): Promise<string[]> {
	const executions = (await executionsOf(rest, workflows)).flat();
	const reasons = await Promise.all(
		executions
			.filter(({ status }) => status !== 'success')
			.map(async ({ id, status }) => (await rest.execution(id)).error ?? status),
	);
	return [...new Set(reasons)];
}

async function executionsOf(rest: N8nRest, workflows: Array<{ id: string }>) {
	return await Promise.all(workflows.map(async ({ id }) => await rest.executions(id)));
}
