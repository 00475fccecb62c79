import type { Change } from './change';
import { ERROR_KEYS, readErrors } from './errors';
import { readKeys, unread, type ReadKeys } from './extra';
import type { JsonObject } from './json';
import { asObject, asString, isObject } from './json';
import type { Answer, Contact, Media, Message } from './schema';
import { summaryOf } from './summary';

/** Of messages without a type; older Graph API versions also send it, for what they do not support. */
const UNKNOWN_TYPE = 'unknown';

/** Content keys of Meta's documented types, to tell the type of a message that has none. */
const DOCUMENTED_TYPES = [
	'text',
	'image',
	'video',
	'audio',
	'document',
	'sticker',
	'location',
	'contacts',
	'reaction',
	'button',
	'interactive',
	'order',
	'system',
	'edit',
	'revoke',
	'unsupported',
];

const CONTEXT_KEYS = {
	id: 'scalar',
	forwarded: 'flag',
	frequently_forwarded: 'flag',
	referred_product: 'object',
} as const;

/** What is read of a message, all but its content. */
const FRAME = {
	from: 'party',
	to: 'party',
	from_user_id: 'party',
	to_user_id: 'party',
	from_parent_user_id: 'party',
	to_parent_user_id: 'party',
	id: 'scalar',
	timestamp: 'scalar',
	type: 'scalar',
	context: readKeys({ ...CONTEXT_KEYS, from: 'scalar' }),
	referral: 'object',
	errors: [ERROR_KEYS],
	group_id: 'scalar',
	history_context: readKeys({ status: 'scalar', from_me: 'flag' }),
	message_creation_type: 'scalar',
} as const;
const FRAME_KEYS = readKeys(FRAME);
/** Where nothing is quoted, nothing is made of who was. */
const FRAME_KEYS_WITHOUT_QUOTE = readKeys({
	...FRAME,
	context: readKeys(CONTEXT_KEYS),
});

const MEDIA_KEYS = readKeys({
	id: 'scalar',
	mime_type: 'scalar',
	sha256: 'scalar',
	filename: 'scalar',
	caption: 'scalar',
	voice: 'flag',
	animated: 'flag',
	url: 'scalar',
});

/** What is read of the content of a type; the content of all others is handed on whole. */
const CONTENT_KEYS = new Map<string, ReadKeys>([
	['text', readKeys({ body: 'scalar' })],
	...['image', 'video', 'audio', 'document', 'sticker'].map((type): [string, ReadKeys] => [
		type,
		MEDIA_KEYS,
	]),
]);

const EDITED_KEYS = readKeys({ type: 'scalar' });

/** What of Meta's message stands nowhere in ours. */
export function unreadOfMessage(
	raw: JsonObject,
	message: Message,
	change: Change,
	contact: Contact,
): JsonObject | undefined {
	if (message.content === raw) return undefined;
	const type = messageType(raw);
	const frame = message.replyTo === undefined ? FRAME_KEYS_WITHOUT_QUOTE : FRAME_KEYS;
	// Errors are no content, whatever the type says.
	const contentKey = type === 'errors' ? undefined : type;
	return unread(raw, frame, change, contact, contentKey, readOfContent(type, raw[type], message));
}

function readOfContent(type: string, content: unknown, message: Message) {
	if (type !== 'edit') return readOfType(type, message);
	if (message.content === content) return 'anything';
	const editedType = messageType(asObject(asObject(content)?.message) ?? {});
	return readKeys({
		original_message_id: 'scalar',
		message: new Map(EDITED_KEYS).set(editedType, readOfType(editedType, message)),
	});
}

/** What was not as documented is handed on as `content`, whole. */
function readOfType(type: string, { content }: Message) {
	return content === undefined ? (CONTENT_KEYS.get(type) ?? 'anything') : 'anything';
}

/**
 * The message itself, read the same way wherever it stands: history, echo or inbound.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function readMessage(raw: JsonObject): Message {
	const message = readFrame(raw);
	if (message.type === UNKNOWN_TYPE && raw.type !== UNKNOWN_TYPE) message.content = raw;
	else addContent(message, raw);
	message.summary = summaryOf(message);
	return message;
}

/** Everything but the content, with all fields in place so that all messages have one shape. */
function readFrame(raw: JsonObject): Message {
	const context = asObject(raw.context);
	const quotedId = asString(context?.id);
	const frequentlyForwarded = context?.frequently_forwarded === true;
	return {
		text: null,
		type: messageType(raw),
		summary: '',
		answer: undefined,
		id: asString(raw.id) ?? null,
		originalId: undefined,
		replyTo:
			quotedId === undefined ? undefined : { messageId: quotedId, from: asString(context?.from) },
		forwarded: frequentlyForwarded || context?.forwarded === true,
		frequentlyForwarded,
		referral: asObject(raw.referral),
		referredProduct: asObject(context?.referred_product),
		media: undefined,
		mediaPending: false,
		errors: readErrors(raw.errors),
		content: undefined,
	};
}

/** Meta's type of a message; told from the content where it is missing. */
export function messageType(raw: JsonObject): string {
	if (typeof raw.type === 'string' && raw.type !== '') return raw.type;
	return (
		DOCUMENTED_TYPES.find((type) => isObject(raw[type]) || Array.isArray(raw[type])) ?? UNKNOWN_TYPE
	);
}

/** Fills in what belongs to the type. What does not look as documented is kept as `content`. */
function addContent(message: Message, raw: JsonObject): void {
	const { type } = message;
	const content = Object.hasOwn(raw, type) ? raw[type] : undefined;
	if (type === 'media_placeholder') message.mediaPending = true;
	if (content === undefined || content === null || type === 'errors') return;

	if (type === 'contacts' && Array.isArray(content)) {
		message.contacts = content;
		message.text = namesOn(content);
	} else if (isObject(content)) {
		addObject(message, content);
	} else {
		message[isNameFree(message) ? type : 'content'] = content;
	}
}

/** Whether content may go under the type's name, which is not a field of ours or of every object. */
function isNameFree(message: Message): boolean {
	return !(message.type in message) && !DOCUMENTED_TYPES.includes(message.type);
}

function addObject(message: Message, content: JsonObject): void {
	switch (message.type) {
		case 'text':
			message.text = asString(content.body) ?? null;
			if (typeof content.body !== 'string') message.content = content;
			return;
		case 'image':
		case 'video':
		case 'audio':
		case 'document':
		case 'sticker':
			message.media = readMedia(content);
			message.text = message.media.caption ?? null;
			return;
		case 'location':
			message.location = content;
			message.text = asString(content.name) ?? asString(content.address) ?? null;
			return;
		case 'reaction':
			message.reaction = content;
			message.text = asString(content.emoji) ?? null;
			return;
		case 'button':
			message.button = content;
			message.answer = answerOf('template', content.payload, content.text);
			message.text = message.answer.title;
			return;
		case 'interactive':
			addInteractive(message, content);
			return;
		case 'order':
			message.order = content;
			message.text = asString(content.text) ?? null;
			return;
		case 'system':
			message.system = content;
			message.text = asString(content.body) ?? null;
			return;
		case 'edit':
			addEdit(message, content);
			return;
		case 'revoke':
			message.revoke = content;
			message.originalId = asString(content.original_message_id);
			return;
		case 'unsupported':
			message.unsupported = content;
			return;
		default:
			message.text =
				asString(content.body) ?? asString(content.text) ?? asString(content.caption) ?? null;
			message[isNameFree(message) ? message.type : 'content'] = content;
	}
}

function readMedia(content: JsonObject): Media {
	return {
		id: asString(content.id),
		mimeType: asString(content.mime_type),
		sha256: asString(content.sha256),
		fileName: asString(content.filename),
		caption: asString(content.caption),
		voice: typeof content.voice === 'boolean' ? content.voice : undefined,
		animated: typeof content.animated === 'boolean' ? content.animated : undefined,
		url: asString(content.url),
	};
}

function addInteractive(message: Message, interactive: JsonObject): void {
	message.interactive = interactive;
	message.answer = readAnswer(interactive);
	// A business's own interactive message, as it stands in history and echoes, has a body instead.
	message.text = message.answer?.title ?? asString(asObject(interactive.body)?.text) ?? null;
}

/** What the customer chose or filled in. */
function readAnswer(interactive: JsonObject): Answer | undefined {
	const button = asObject(interactive.button_reply);
	if (button !== undefined) return answerOf('button', button.id, button.title);
	const row = asObject(interactive.list_reply);
	if (row !== undefined) return answerOf('list', row.id, row.title);
	const form = asObject(interactive.nfm_reply);
	if (form === undefined) return undefined;
	const answer = answerOf('form', form.name, form.body);
	if (typeof form.response_json === 'string') answer.fields = parseJson(form.response_json);
	return answer;
}

function answerOf(kind: Answer['kind'], id: unknown, title: unknown): Answer {
	return { id: asString(id) ?? null, title: asString(title) ?? null, kind };
}

/**
 * An edit carries the new content as a message of its own, and the event's message becomes that
 * one. The inner `context` is not read: Meta prints the ID `M0` there, which quotes nothing.
 */
function addEdit(message: Message, edit: JsonObject): void {
	message.originalId = asString(edit.original_message_id);
	const edited = asObject(edit.message) ?? {};
	const type = messageType(edited);
	if (type === UNKNOWN_TYPE || type === 'edit') {
		message.content = edit;
		return;
	}
	message.type = type;
	addContent(message, edited);
}

/** Undefined for text that is no JSON; the text itself stays in Meta's object. */
function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function namesOn(cards: unknown[]): string | null {
	const names = cards.map((card) => {
		const name = asObject(asObject(card)?.name);
		return asString(name?.formatted_name) ?? asString(name?.first_name);
	});
	return names.filter((name) => name !== undefined).join(', ') || null;
}
