import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { postReceipt } from '../../graph/messages';
import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { wamid } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { messageIdProperty } from './message-id';

const properties: INodeProperties[] = [
	{
		...messageIdProperty,
		description: 'The received message; earlier ones of the chat are marked as well',
	},
	{
		displayName: 'Show Typing Indicator',
		name: 'typing',
		type: 'boolean',
		default: false,
		description: 'Whether the person sees that you are typing, for 25 seconds or until you answer',
	},
];

const schema = z.object({ messageId: wamid, typing: z.boolean() });

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators */
export function readReceipt(entered: IDataObject): IDataObject {
	const { messageId, typing } = checkParameters(schema, entered, properties);
	return {
		messaging_product: 'whatsapp',
		status: 'read',
		message_id: messageId,
		...(typing ? { typing_indicator: { type: 'text' } } : {}),
	};
}

export const markAsRead: Operation = {
	name: 'Mark as Read',
	description: 'Show the blue ticks for a received message and, if you want, that you are typing',
	action: 'Mark a message as read',
	properties: [phoneNumberIdProperty, ...properties],
	async execute(context, graph, itemIndex) {
		const body = readReceipt(parametersOf(context, itemIndex, properties));
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const answer = await postReceipt(graph, phoneNumberId, body, itemIndex);
		return { messageId: body.message_id, ...answer };
	},
};
