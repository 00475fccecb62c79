import { UserError, type IDataObject, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { json, text } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { encrypt } from './encryption';
import { privateKeyOf } from './private-key';
import { readReplyKey, type ReplyKey } from './reply-key';

const MAX_TEXT = 4096;

/** The name that Meta gives to the end of a form. */
const END = 'SUCCESS';

const properties: INodeProperties[] = [
	{
		displayName: 'Reply Key',
		name: 'replyKey',
		type: 'string',
		default: '={{ $json.replyKey }}',
		required: true,
		description: 'The “replyKey” that Decrypt Request gave with the request',
	},
	{
		displayName: 'Answer',
		name: 'answer',
		type: 'options',
		default: 'screen',
		description:
			'What the customer sees next. Health checks, reports of errors and refused requests get the answer that WhatsApp expects, whatever is chosen here.',
		options: [
			{
				name: 'Show a Screen',
				value: 'screen',
				description: 'The next one, or the same once more with a fault to correct',
			},
			{
				name: 'End the Form',
				value: 'end',
				description: 'Close it and send what was filled in to the chat, as an inbound message',
			},
			{
				name: 'Form Is No Longer Valid',
				value: 'invalid',
				description: 'Close it with a message; its button in the chat no longer works',
			},
		],
	},
	{
		displayName: 'Screen',
		name: 'screen',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. APPOINTMENT',
		description: 'The ID of the screen, as in the JSON of the form',
		displayOptions: { show: { answer: ['screen'] } },
	},
	{
		displayName: 'Data',
		name: 'data',
		type: 'json',
		default: '{}',
		description:
			'What the screen shows, by the names in its “data”. With “error_message”, the customer reads that text and stays on the screen.',
		displayOptions: { show: { answer: ['screen'] } },
	},
	{
		displayName: 'Parameters',
		name: 'params',
		type: 'json',
		default: '{}',
		description: 'What the message in the chat brings along, beside the token of the form',
		displayOptions: { show: { answer: ['end'] } },
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. This form is no longer available.',
		description: 'What the customer reads',
		displayOptions: { show: { answer: ['invalid'] } },
	},
];

const object = json(z.record(z.unknown()));
const schema = z.discriminatedUnion('answer', [
	z.object({ answer: z.literal('screen'), screen: text(MAX_TEXT), data: object }),
	z.object({ answer: z.literal('end'), params: object }),
	z.object({ answer: z.literal('invalid'), message: text(MAX_TEXT) }),
]);

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/flows/guides/implementingyourflowendpoint */
export const encryptResponse: Operation = {
	name: 'Encrypt Response',
	description: 'Write the answer of the endpoint of a form, before a Respond to Webhook node',
	action: 'Encrypt the response to a flow',
	withoutAccount: true,
	properties: [
		{
			displayName:
				'Connect a Respond to Webhook node that responds with Text: {{ $json.body }}, and with {{ $json.statusCode }} as its option Response Code.',
			name: 'responseNotice',
			type: 'notice',
			default: '',
		},
		...properties,
	],
	async execute(context, _graph, itemIndex) {
		const entered = parametersOf(context, itemIndex, properties);
		const replyKey = readReplyKey(entered.replyKey);
		if (replyKey === undefined) {
			throw new UserError('“Reply Key” is not that of a request', {
				description: 'Drag “replyKey” from the output of Decrypt Request into it.',
			});
		}
		if (replyKey.kind === 'refused') return { statusCode: replyKey.status, body: '' };
		const { statusCode, content } = answerTo(replyKey, entered);
		return { statusCode, body: encrypt(content, replyKey, await privateKeyOf(context)) };
	},
};

function answerTo(
	{ kind, flowToken }: Exclude<ReplyKey, { kind: 'refused' }>,
	entered: IDataObject,
): { statusCode: number; content: unknown } {
	if (kind === 'ping') return { statusCode: 200, content: { data: { status: 'active' } } };
	if (kind === 'error') return { statusCode: 200, content: { data: { acknowledged: true } } };

	const chosen = checkParameters(schema, entered, properties);
	switch (chosen.answer) {
		case 'screen':
			return { statusCode: 200, content: { screen: chosen.screen, data: chosen.data } };
		case 'end': {
			const params = { ...chosen.params, flow_token: flowToken };
			return {
				statusCode: 200,
				content: { screen: END, data: { extension_message_response: { params } } },
			};
		}
		case 'invalid':
			// Meta’s code for a token of a form that is no longer good.
			return { statusCode: 427, content: { error_msg: chosen.message } };
	}
}
