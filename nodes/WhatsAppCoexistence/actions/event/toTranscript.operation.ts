import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';

import { isMessageEvent } from '../../events/is-message-event';
import type { JsonObject } from '../../events/json';
import { transcriptOf } from '../../events/rows';
import type { MessageEvent, TriggerEvent } from '../../events/schema';
import type { Operation } from '../operation';

/** How long after a message the app’s own greeting may come: what the trigger takes for one, too. */
const GREETING_MS = 2_000;

const newMessage: INodeProperties = {
	displayName: 'New Message',
	name: 'newMessage',
	type: 'json',
	default: "={{ $('WhatsApp Coexistence Trigger').item.json }}",
	required: true,
	description:
		'The event of the trigger that is to be answered. It is the last line, and says whose chat is written down.',
};

const words: INodeProperties = {
	displayName: 'Words of the New Message',
	name: 'words',
	type: 'string',
	default: '',
	description:
		'What was said in it, where another node has found out, such as one that transcribes voice notes',
};

export const toTranscript: Operation = {
	name: 'Write Transcript',
	description: 'Write down a chat for an AI model: who said what and when, from rows of a table',
	action: 'Write the transcript of a chat',
	withoutAccount: true,
	properties: [
		{
			displayName:
				'Connect what reads the chat from a table of messages (see Convert to Rows). Whatever it reads of other customers is left out.',
			name: 'transcriptNotice',
			type: 'notice',
			default: '',
		},
		newMessage,
		words,
	],
	/** The items that belong to one message make one transcript, beside the first of them. */
	async execute(context, _graph, itemIndex) {
		const event = eventAt(context, itemIndex);
		if (itemIndex > 0 && eventAt(context, itemIndex - 1).eventId === event.eventId) return [];
		const items = context.getInputData();
		const rows: JsonObject[] = [];
		for (let index = itemIndex; ; index++) {
			const item = items[index];
			if (item === undefined || eventAt(context, index).eventId !== event.eventId) break;
			rows.push(item.json);
		}
		const said = context.getNodeParameter(words.name, itemIndex, '') as string | null;
		const { text, messages, newest } = transcriptOf(rows, event, context.getTimezone(), {
			words: said ?? undefined,
		});
		return { transcript: text, newMessage: newest, messages, ownerWroteFrom: afterGreeting(event) };
	},
};

function eventAt(context: IExecuteFunctions, itemIndex: number): MessageEvent {
	const given = context.getNodeParameter(newMessage.name, itemIndex) as string | IDataObject;
	const event = (typeof given === 'string' ? parsed(given) : given) as TriggerEvent | undefined;
	if (typeof event !== 'object' || event === null || !isMessageEvent(event)) {
		throw new NodeOperationError(context.getNode(), '“New Message” is no message of the trigger', {
			itemIndex,
			description:
				"Give it the whole event, such as {{ $('WhatsApp Coexistence Trigger').item.json }}.",
		});
	}
	return event;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** From then on, what comes from the phone is the owner’s own, and no automatic greeting. */
function afterGreeting({ occurredAt, receivedAt }: MessageEvent): string | null {
	const time = occurredAt ?? receivedAt;
	return time === undefined ? null : new Date(Date.parse(time) + GREETING_MS).toISOString();
}
