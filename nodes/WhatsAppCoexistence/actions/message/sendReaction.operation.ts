import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { wamid } from '../parameter-schema';
import { messageIdProperty } from './message-id';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const properties: INodeProperties[] = [
	{
		...messageIdProperty,
		description: 'The message that is reacted to',
	},
	{
		displayName: 'Emoji',
		name: 'emoji',
		type: 'string',
		default: '',
		placeholder: 'e.g. 👍',
		description: 'One emoji. Leave it empty to take your reaction back.',
	},
];

const schema = z.object({
	messageId: wamid,
	emoji: z.preprocess(
		(emoji) => emoji ?? '',
		z
			.string()
			.trim()
			.refine(
				(emoji) => [...new Intl.Segmenter().segment(emoji)].length <= 1,
				'takes one emoji, or nothing to take the reaction back',
			),
	),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/reaction-messages */
export function reactionMessage(entered: IDataObject): MessageContent {
	const { messageId, emoji } = checkParameters(schema, entered, properties);
	return { type: 'reaction', reaction: { message_id: messageId, emoji } };
}

export const sendReaction: Operation = {
	name: 'Send Reaction',
	description: 'React to a message with an emoji, or take the reaction back',
	action: 'Send a reaction',
	properties: messageProperties(properties, { canReply: false }),
	async execute(context, graph, itemIndex) {
		const content = reactionMessage(parametersOf(context, itemIndex, properties));
		return await sendMessage(context, graph, itemIndex, content);
	},
};
