/** Tells when n8n has nothing left to do, and what went wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nRest } from '../n8n/rest.mts';

const POLL_MS = 500;
/** How long nothing may start before n8n counts as quiet. */
const QUIET_MS = 3_000;
const TIMEOUT_MS = 180_000;

/**
 * Waits until no execution of the workflow runs and none has started for three seconds.
 *
 * @throws Error when it does not come to rest in three minutes
 */
export async function untilQuiet(rest: N8nRest, workflowId: string): Promise<void> {
	const start = Date.now();
	let newest: string | undefined;
	let quietSince = start;
	while (Date.now() - quietSince < QUIET_MS) {
		if (Date.now() - start > TIMEOUT_MS) {
			throw new Error('n8n was still busy after three minutes. See its list of executions.');
		}
		await sleep(POLL_MS);
		const executions = await rest.executions(workflowId);
		const isBusy = executions.some(({ stoppedAt }) => stoppedAt === null);
		if (isBusy || executions[0]?.id !== newest) quietSince = Date.now();
		newest = executions[0]?.id;
	}
}

/** The messages of the workflow's executions that ended in an error, each once. */
export async function failuresOf(rest: N8nRest, workflowId: string): Promise<string[]> {
	const failed = (await rest.executions(workflowId)).filter(({ status }) => status !== 'success');
	const reasons = await Promise.all(
		failed.map(async ({ id, status }) => (await rest.execution(id)).error ?? status),
	);
	return [...new Set(reasons)];
}
