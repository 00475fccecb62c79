import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { memoryKeyOf } from './memory';

/**
 * A test is over with its first event, but n8n goes on listening until both of its hooks have run. For
 * each event that it takes meanwhile it ends the test anew, at the same time and with the same objects,
 * which costs it seconds or its stack (test-webhooks.js). So one test catches one event.
 */
const caught = new Set<string>();

export function hasCaught(context: IWebhookFunctions): boolean {
	return caught.has(memoryKeyOf(context));
}

export function noteCaught(context: IWebhookFunctions): void {
	caught.add(memoryKeyOf(context));
}

export function forgetCaught(context: IHookFunctions): void {
	caught.delete(memoryKeyOf(context));
}
