import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { StoredMemory } from './memory';

/**
 * All that n8n keeps for a trigger in its database. The last writer wins, so nothing is in it that must
 * not be lost: what a registration has to remember stands at Meta.
 */
export interface StaticData {
	memory?: StoredMemory;
	/**
	 * While a test has a number to itself: where the events of each number would go without it. Static data
	 * of a test is its own, and gone with it.
	 */
	passOnTo?: Record<string, string>;
}

export function staticDataOf(context: IHookFunctions | IWebhookFunctions): StaticData {
	return context.getWorkflowStaticData('node');
}
