import type { Operation } from '../operation';
import { phoneNumberIdProperty } from '../phone-number-id';
import { onceNotice } from './notice';
import { requestSync } from './request-sync';

export const requestContacts: Operation = {
	name: 'Request Contacts',
	description: 'Ask Meta for the contacts of the phone, which then come to the trigger',
	action: 'Request the contacts sync',
	properties: [onceNotice, phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		return await requestSync(context, graph, itemIndex, 'smb_app_state_sync');
	},
};
