import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import type { Graph } from '../../graph/client';
import { postMessage } from '../../graph/messages';
import { checkParameters } from '../check-parameters';
import { optionalText, wamid } from '../parameter-schema';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { recipientOf, recipientProperty, type Recipient } from '../recipient';

const CALLBACK_DATA_MAX = 512;

const replyTo: INodeProperties = {
	displayName: 'Reply to Message ID',
	name: 'replyTo',
	type: 'string',
	default: '',
	placeholder: 'e.g. wamid.HBgLMzQ2MDA…',
	description: 'The message that is quoted above this one',
};

const callbackData: INodeProperties = {
	displayName: 'Callback Data',
	name: 'callbackData',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-17',
	description: `Text of yours that comes back in each status of this message, at most ${CALLBACK_DATA_MAX} characters`,
};

/** Read by the router, for every operation that has it. */
const rehearse: INodeProperties = {
	displayName: 'Rehearse',
	name: 'rehearse',
	type: 'boolean',
	default: false,
	description:
		'Whether to check everything and send nothing. The item then carries the request that would have been made.',
};

const optionsSchema = z.object({
	replyTo: z.preprocess((id) => id || undefined, wamid.optional()),
	callbackData: optionalText(CALLBACK_DATA_MAX),
});

/** The options that a message of any type takes. */
export type MessageOptions = z.output<typeof optionsSchema>;

interface OfferedOptions {
	/** Its own. */
	options?: INodeProperties[];
	canReply?: boolean;
	hasCallbackData?: boolean;
}

/** The parameters of an operation that sends: from which number, to whom, its own, and options. */
export function messageProperties(
	own: INodeProperties[],
	{ options = [], canReply = true, hasCallbackData = true }: OfferedOptions = {},
): INodeProperties[] {
	const offered = [
		...options,
		...(hasCallbackData ? [callbackData] : []),
		rehearse,
		...(canReply ? [replyTo] : []),
	];
	return [
		phoneNumberIdProperty,
		recipientProperty,
		...own,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: offered.sort((a, b) => a.displayName.localeCompare(b.displayName)),
		},
	];
}

/** The type of a message and, under the name of the type, its content. */
export type MessageContent = { type: string } & IDataObject;

/** The body of a message as Meta takes it. */
export function messageBody(
	recipient: Recipient,
	content: MessageContent,
	options: MessageOptions = {},
): IDataObject {
	return {
		messaging_product: 'whatsapp',
		...recipient,
		...content,
		...(options.replyTo === undefined ? {} : { context: { message_id: options.replyTo } }),
		...(options.callbackData === undefined
			? {}
			: { biz_opaque_callback_data: options.callbackData }),
	};
}

/**
 * Sends a message to the recipient of the item, with its options. Meta’s 200 means accepted, not
 * delivered: what became of it is told by a status event at the trigger.
 *
 * @param content the content, or what makes it once recipient and options have been found to be good
 * @param post how it goes out
 * @param given options that the user does not enter
 * @returns the message ID, the recipient and the status as Meta knows them, and Meta’s whole answer
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export async function sendMessage(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	content: MessageContent | ((phoneNumberId: string) => Promise<MessageContent>),
	post: typeof postMessage = postMessage,
	given: MessageOptions = {},
): Promise<IDataObject> {
	const phoneNumberId = phoneNumberIdOf(context, itemIndex);
	const recipient = recipientOf(String(context.getNodeParameter('to', itemIndex) ?? ''));
	const options = checkParameters(
		optionsSchema,
		context.getNodeParameter('options', itemIndex, {}),
		[replyTo, callbackData],
	);
	const made = typeof content === 'function' ? await content(phoneNumberId) : content;
	const message = messageBody(recipient, made, { ...options, ...given });
	return acceptance(await post<Answer>(graph, phoneNumberId, message, itemIndex));
}

interface Answer extends IDataObject {
	contacts?: Array<{ input?: string; wa_id?: string; user_id?: string }>;
	messages?: Array<{ id?: string; message_status?: string; group_id?: string }>;
}

/** Meta’s answer with what is asked for most at the top. */
export function acceptance(answer: Answer): IDataObject {
	const contact = answer.contacts?.[0];
	const message = answer.messages?.[0];
	return {
		messageId: message?.id ?? null,
		recipient: message?.group_id ?? contact?.wa_id ?? contact?.user_id ?? contact?.input ?? null,
		status: message?.message_status ?? 'accepted',
		...answer,
	};
}
