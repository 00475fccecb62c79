import type { Graph } from './client';

/** What the WhatsApp Business app of a number can be asked to share. */
export type SyncType = 'history' | 'smb_app_state_sync';

/**
 * Asks Meta to send the phone's contacts or its chat history to the webhook. Meta takes each request
 * once per onboarding, so it is not repeated here.
 *
 * @returns the ID that Meta's support asks for, or null where Meta gives none
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
 */
export async function postSync(
	graph: Graph,
	phoneNumberId: string,
	type: SyncType,
	itemIndex: number,
): Promise<string | null> {
	const answer = await graph.call<{ request_id?: string }>({
		method: 'POST',
		path: `/${phoneNumberId}/smb_app_data`,
		repeatable: false,
		itemIndex,
		body: { messaging_product: 'whatsapp', sync_type: type },
	});
	return answer.request_id ?? null;
}
