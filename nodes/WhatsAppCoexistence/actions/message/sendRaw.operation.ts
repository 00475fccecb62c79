import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { json } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const properties: INodeProperties[] = [
	{
		displayName: 'Message',
		name: 'message',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '{\n  "type": "text",\n  "text": { "body": "Hello" }\n}',
		required: true,
		description:
			'The message in Meta’s form: its type and, under the name of the type, its content. Recipient and options come from the fields of this node.',
	},
];

const FROM_FIELDS: Array<[key: string, field: string]> = [
	['to', 'To'],
	['recipient', 'To'],
	['recipient_type', 'To'],
	['context', 'Reply to Message ID'],
	['biz_opaque_callback_data', 'Callback Data'],
];

const schema = z.object({
	message: json(
		z
			.object({ messaging_product: z.literal('whatsapp').optional(), type: z.string().min(1) })
			.passthrough()
			.superRefine((message, context) => {
				if (typeof message[message.type] !== 'object' || message[message.type] === null) {
					context.addIssue({
						code: 'custom',
						path: [message.type],
						message: `has to hold the content of the message, because its type is “${message.type}”`,
					});
				}
				for (const [key, field] of FROM_FIELDS) {
					if (!(key in message)) continue;
					context.addIssue({
						code: 'custom',
						path: [key],
						message: `does not belong there: it comes from the field “${field}” of this node`,
					});
				}
			}),
	),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export function rawMessage(entered: IDataObject): MessageContent {
	return checkParameters(schema, entered, properties).message as MessageContent;
}

export const sendRaw: Operation = {
	name: 'Send Raw JSON',
	description: 'Send a message of any type that Meta knows, written in Meta’s form',
	action: 'Send a message from raw JSON',
	properties: messageProperties(properties),
	async execute(context, graph, itemIndex) {
		const content = rawMessage(parametersOf(context, itemIndex, properties));
		return await sendMessage(context, graph, itemIndex, content);
	},
};
