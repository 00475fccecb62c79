import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { phoneNumberIdOf } from '../phone-number-id';

/**
 * Asks Meta to send the phone's contacts or its chat history to the webhook.
 *
 * Meta takes each request once per onboarding, within 24 hours of it, contacts first. The answer only
 * says that the request was taken: what was asked for arrives at the trigger, or, where the owner
 * refused, a `history.declined` event does. So the request is never repeated here.
 *
 * @returns `messaging_product` and `request_id`, which Meta's support asks for
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
 */
export async function requestSync(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	syncType: 'history' | 'smb_app_state_sync',
): Promise<IDataObject> {
	return await graph.call({
		method: 'POST',
		path: `/${phoneNumberIdOf(context, itemIndex)}/smb_app_data`,
		itemIndex,
		body: { messaging_product: 'whatsapp', sync_type: syncType },
	});
}
