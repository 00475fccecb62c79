import type { Operation } from '../operation';
import { phoneNumberIdProperty } from '../phone-number-id';
import { onceNotice } from './notice';
import { requestSync } from './request-sync';

export const requestHistory: Operation = {
	name: 'Request History',
	description: 'Ask Meta for the old chats of the phone, which then come to the trigger',
	action: 'Request the history sync',
	properties: [onceNotice, phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		return await requestSync(context, graph, itemIndex, 'history');
	},
};
