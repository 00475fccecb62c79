import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';

/**
 * What a number offers to people who open the chat, as Meta names it.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/conversational-components
 */
export interface ConversationStarters {
	/** Ice breakers. */
	prompts?: string[];
	commands?: Array<{ command_name: string; command_description: string }>;
}

export async function readStarters(
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<ConversationStarters> {
	const answer = await graph.call<{ conversational_automation?: ConversationStarters }>({
		method: 'GET',
		path: `/${phoneNumberId}`,
		qs: { fields: 'conversational_automation' },
		itemIndex,
	});
	return answer.conversational_automation ?? {};
}

/** @param changes what is not among them stays; an empty list takes all away */
export async function updateStarters(
	graph: Graph,
	phoneNumberId: string,
	changes: ConversationStarters,
	itemIndex: number,
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: `/${phoneNumberId}/conversational_automation`,
		body: changes as IDataObject,
		repeatable: true,
		itemIndex,
	});
}
