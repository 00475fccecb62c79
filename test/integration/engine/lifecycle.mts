/** What n8n 2.41 does with the hooks of a trigger when a user publishes, unpublishes or tests. */
import { WebhookPathTakenError } from 'n8n-workflow';

import type { TriggerHost } from './trigger-host.mts';

const METHODS = ['GET', 'POST'];
const ATTEMPTS = 5;

/**
 * Registers each method of the webhook, with up to five attempts and a clean-up after each failed one
 * (webhook-trigger-registrar.js), but only one where the error says that another try is of no use
 * (trigger-activation-retry.js). n8n's pauses between the attempts are left out.
 *
 * @returns what each failed attempt said; n8n shows the last
 */
export async function publish(trigger: TriggerHost): Promise<string[]> {
	const failures: string[] = [];
	for (const _method of METHODS) {
		for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
			const failure = await register(trigger);
			if (failure === undefined) break;
			failures.push(failure.message);
			await trigger.remove().catch(() => undefined);
			if (attempt === ATTEMPTS || failure instanceof WebhookPathTakenError) return failures;
		}
	}
	return failures;
}

/**
 * “Listen for test event” (test-webhooks.js).
 *
 * @throws what the user reads
 */
export async function listen(trigger: TriggerHost): Promise<void> {
	trigger.beginTest();
	for (const _method of METHODS) {
		const failure = await register(trigger, 'test');
		if (failure === undefined) continue;
		await trigger.remove('test');
		throw failure;
	}
}

/** The end of a test, one clean-up after the other. */
export async function stopListening(trigger: TriggerHost): Promise<void> {
	for (const _method of METHODS) await trigger.remove('test');
}

async function register(trigger: TriggerHost, mode?: 'test'): Promise<Error | undefined> {
	try {
		if (!(await trigger.checkExists(mode))) await trigger.create(mode);
		return undefined;
	} catch (error) {
		return error as Error;
	}
}
