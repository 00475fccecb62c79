import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { text } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const MAX_TEXT = 4096;

const properties: INodeProperties[] = [
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		description: 'At most 4,096 characters',
	},
];

const previewUrl: INodeProperties = {
	displayName: 'Show Link Preview',
	name: 'previewUrl',
	type: 'boolean',
	default: false,
	description: 'Whether the first link in the text is shown with a preview',
};

const schema = z.object({ text: text(MAX_TEXT) });

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages */
export function textMessage(entered: IDataObject, showsPreview: boolean): MessageContent {
	const { text: body } = checkParameters(schema, entered, properties);
	return { type: 'text', text: { body, preview_url: showsPreview } };
}

export const sendText: Operation = {
	name: 'Send Text',
	description: 'Send a text to a person or a group',
	action: 'Send a text message',
	properties: messageProperties(properties, { options: [previewUrl] }),
	async execute(context, graph, itemIndex) {
		const showsPreview = context.getNodeParameter(
			'options.previewUrl',
			itemIndex,
			false,
		) as boolean;
		const content = textMessage(parametersOf(context, itemIndex, properties), showsPreview);
		return await sendMessage(context, graph, itemIndex, content);
	},
};
