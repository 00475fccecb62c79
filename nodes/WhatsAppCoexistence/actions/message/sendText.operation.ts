import { NodeOperationError } from 'n8n-workflow';

import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { recipientOf } from '../recipient';

const MAX_BODY = 4096;

/**
 * Sends a text. Meta's 200 means accepted, not delivered: the delivery is told by a status event.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages
 */
export const sendText: Operation = {
	name: 'Send Text',
	description: 'Send a text to a phone number or a user ID',
	action: 'Send a text message',
	properties: [
		phoneNumberIdProperty,
		{
			displayName: 'To',
			name: 'to',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. +34 600 333 444',
			description:
				'Phone number with country code, or user ID. To answer an event of the trigger, drag its field “contact.key” here.',
		},
		{
			displayName: 'Text',
			name: 'text',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			description: 'At most 4,096 characters',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Reply to Message ID',
					name: 'replyTo',
					type: 'string',
					default: '',
					placeholder: 'e.g. wamid.HBgLMzQ2MDA…',
					description: 'The message that is quoted above the text',
				},
				{
					displayName: 'Show Link Preview',
					name: 'previewUrl',
					type: 'boolean',
					default: false,
					description: 'Whether the first link in the text is shown with a preview',
				},
			],
		},
	],

	async execute(context, graph, itemIndex) {
		const to = context.getNodeParameter('to', itemIndex) as string;
		const text = context.getNodeParameter('text', itemIndex) as string;
		const options = context.getNodeParameter('options', itemIndex, {}) as {
			replyTo?: string;
			previewUrl?: boolean;
		};

		const recipient = recipientOf(String(to));
		if (recipient === undefined) {
			throw new NodeOperationError(
				context.getNode(),
				'“To” is neither a phone number nor a user ID',
				{
					itemIndex,
					description: `It is “${to}”. Enter a phone number with country code, such as +34 600 333 444, or a user ID, such as ES.4815162342ABC.`,
				},
			);
		}
		if (text === '' || text.length > MAX_BODY) {
			throw new NodeOperationError(
				context.getNode(),
				`“Text” must have between 1 and ${MAX_BODY} characters`,
				{ itemIndex, description: `It has ${text.length}. Shorten it or send it in parts.` },
			);
		}

		return await graph.call({
			method: 'POST',
			path: `/${phoneNumberIdOf(context, itemIndex)}/messages`,
			itemIndex,
			body: {
				messaging_product: 'whatsapp',
				...recipient,
				type: 'text',
				text: { body: text, preview_url: options.previewUrl ?? false },
				...(options.replyTo ? { context: { message_id: options.replyTo } } : {}),
			},
		});
	},
};
