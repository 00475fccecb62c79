import { z } from 'zod';

/**
 * The event contract: every event that this package emits, written once.
 *
 * Types are inferred from these schemas, JSON schemas are generated from them at build time, and
 * the tests hold every emitted event against them. The parser imports types only: validating a
 * 3 MB history chunk would cost many times what mapping it does.
 *
 * Two kinds of "nothing": a field declared nullable is always there and is `null` where Meta gives
 * no value; a field declared optional is left out of the item.
 *
 * Objects named in camelCase are ours and closed. Objects described as "Meta's own object" are
 * handed on exactly as Meta sent them, with Meta's spelling and with keys we have never seen.
 */

const metaObject = z.record(z.unknown());

const contactFields = {
	key: z
		.string()
		.nullable()
		.describe(
			'Identifies the person: the user ID, else the phone digits. Null only when Meta names nobody.',
		),
	userId: z
		.string()
		.optional()
		.describe('Business-scoped user ID (BSUID), for example ES.4815162342ABC'),
	parentUserId: z
		.string()
		.optional()
		.describe('User ID shared by the linked business portfolios of one enterprise'),
	username: z.string().optional().describe('WhatsApp username, without the @'),
	phone: z
		.string()
		.optional()
		.describe('Phone number, digits only. Left out when WhatsApp may not disclose it.'),
	profileName: z.string().optional().describe('Name that the person chose for their own profile'),
	fullName: z
		.string()
		.optional()
		.describe(
			"Full name in the phone's address book. On live messages and statuses added by the trigger, if it has seen the contact.",
		),
	firstName: z
		.string()
		.optional()
		.describe("First name in the phone's address book, where there is a full name"),
};

export const contactSchema = z
	.object(contactFields)
	.strict()
	.describe('The other party of the conversation, never the business');

export const addressBookContactSchema = z
	.object({
		...contactFields,
		version: z.number().optional().describe('Version of the entry, when Meta gives one'),
	})
	.strict()
	.describe("An entry of the phone's address book");

export const metaErrorSchema = z
	.object({
		code: z.number().nullable().describe("Meta's error code; decide on this, never on the texts"),
		title: z.string().optional().describe('Short name of the error'),
		message: z.string().optional().describe('What happened'),
		details: z.string().optional().describe('More about what happened'),
		href: z.string().optional().describe("Address of Meta's page about the error"),
	})
	.strict()
	.describe('An error reported by Meta');

export const mediaSchema = z
	.object({
		id: z.string().optional().describe('Media ID to download the file with; valid for 7 days'),
		mimeType: z.string().optional().describe('MIME type, for example image/jpeg'),
		sha256: z.string().optional().describe('SHA-256 of the file as Meta gives it, hex or base64'),
		fileName: z.string().optional().describe('File name of a document'),
		caption: z.string().optional().describe('Text sent together with the file'),
		voice: z.boolean().optional().describe('True for a voice note'),
		animated: z.boolean().optional().describe('True for an animated sticker'),
		url: z
			.string()
			.optional()
			.describe('Address of the file; valid for 5 minutes and only with the access token'),
		notDownloaded: z
			.string()
			.optional()
			.describe(
				'Why there is no file, where files are downloaded. Added by the trigger, for a person to read.',
			),
	})
	.strict()
	.describe('The file of an image, video, audio, document or sticker message');

export const answerSchema = z
	.object({
		id: z
			.string()
			.nullable()
			.describe('ID of the button or list row, payload of the template button, name of the form'),
		title: z.string().nullable().describe('What the customer read on it'),
		kind: z
			.enum(['button', 'list', 'template', 'form'])
			.describe(
				"What was answered: reply buttons, a list, a template's quick reply, or a form (Flow or address)",
			),
		fields: z.unknown().optional().describe('What was filled in in the form, by field'),
	})
	.strict()
	.describe('What the customer chose or filled in: a question was answered');

export const messageSchema = z
	.object({
		text: z
			.string()
			.nullable()
			.describe(
				'The text a person would read: body, caption, button or list title, place name, emoji. Null if there is none.',
			),
		type: z
			.string()
			.describe(
				"Meta's message type, for example text, image or reaction; on an edit, the type of the new content",
			),
		summary: z
			.string()
			.describe(
				'What the message is, in words and on one line, whatever its type: “a photo: caption”, “a voice note”; of a text, the text',
			),
		answer: answerSchema.optional(),
		id: z
			.string()
			.nullable()
			.describe('WhatsApp message ID (wamid), the key to merge everything about one message by'),
		originalId: z
			.string()
			.optional()
			.describe('Message ID of the message that this edit or revoke is about'),
		replyTo: z
			.object({
				messageId: z.string().describe('Message ID of the quoted message'),
				from: z.string().optional().describe('Sender of the quoted message, as Meta gives it'),
			})
			.strict()
			.optional()
			.describe('The message that this one quotes or answers'),
		forwarded: z.boolean().describe('True if the message was forwarded'),
		frequentlyForwarded: z
			.boolean()
			.describe('True if the message was forwarded more than five times'),
		referral: metaObject
			.optional()
			.describe("The ad or post that the customer came from. Meta's own object."),
		referredProduct: metaObject
			.optional()
			.describe("The catalog product that the customer asks about. Meta's own object."),
		media: mediaSchema.optional(),
		mediaPending: z
			.boolean()
			.describe('True for a placeholder whose media may follow as history.media'),
		errors: z
			.array(metaErrorSchema)
			.optional()
			.describe('Why the content of the message is not available'),
		location: metaObject.optional().describe("A place: latitude, longitude… Meta's own object."),
		contacts: z.array(z.unknown()).optional().describe("Contact cards. Meta's own objects."),
		reaction: metaObject
			.optional()
			.describe(
				"A reaction: message_id, emoji. The emoji is missing or empty when the reaction was removed. Meta's own object.",
			),
		button: metaObject
			.optional()
			.describe("A tap on a template's quick reply: payload, text. Meta's own object."),
		interactive: metaObject
			.optional()
			.describe("An answer to a list, to buttons, to a Flow… Meta's own object."),
		order: metaObject.optional().describe("A cart: catalog_id, product_items… Meta's own object."),
		system: metaObject
			.optional()
			.describe("A change of the customer's number or user ID. Meta's own object."),
		unsupported: metaObject
			.optional()
			.describe("Says what kind of message could not be delivered. Meta's own object."),
		revoke: metaObject.optional().describe("What was deleted. Meta's own object."),
		content: z
			.unknown()
			.optional()
			.describe('Content that could not be given in any of the other fields, as Meta sent it'),
	})
	.catchall(z.unknown())
	.describe('The message. A type that is not listed here adds one field, named after the type.');

export const historyPositionSchema = z
	.object({
		phase: z
			.number()
			.optional()
			.describe('0: the day of onboarding, 1: days 1 to 90, 2: days 90 to 180 before it'),
		chunkOrder: z.number().optional().describe('Position of the chunk in the sync'),
		progress: z.number().optional().describe('Progress of the whole sync in percent'),
		threadIndex: z.number().optional().describe('Position of the conversation in its chunk'),
		messageIndex: z.number().optional().describe('Position of the message in its conversation'),
		status: z
			.string()
			.optional()
			.describe('What became of the message: sent, delivered, read, played, pending or error'),
	})
	.strict()
	.describe('Where in the history sync the message stood');

const originFields = {
	eventId: z
		.string()
		.describe('Identifies the event; a redelivery of the same webhook gives the same value'),
	field: z
		.string()
		.nullable()
		.describe("Meta's name of the webhook field. Null where the delivery names none."),
	wabaId: z.string().nullable().describe('WhatsApp Business Account ID'),
	phoneNumberId: z.string().nullable().describe("ID of the business's phone number"),
	displayPhoneNumber: z
		.string()
		.nullable()
		.describe("The business's phone number, written as Meta writes it"),
	standby: z.boolean().describe('True if another responder owned the conversation at the time'),
};

const addedFields = {
	receivedAt: z
		.string()
		.optional()
		.describe('When the webhook reached n8n, ISO 8601 in UTC. Added by the trigger.'),
	at: z
		.string()
		.optional()
		.describe(
			'occurredAt or, where Meta gives no time, receivedAt: always there. Added by the trigger.',
		),
	extra: metaObject
		.optional()
		.describe(
			"Whatever Meta sent for this item that no other field was made from, under Meta's own keys. “contact” is about the person, “thread” about the conversation, “webhook” about what the item came in.",
		),
	raw: z
		.unknown()
		.optional()
		.describe(
			"What Meta sent for this very item: the message, the status, the contact… Meta's own object, if asked for.",
		),
};

const occurredAt = z
	.string()
	.nullable()
	.describe('When it happened, ISO 8601 in UTC. Null where Meta gives no time.');

const commonFields = { occurredAt, ...originFields, ...addedFields };

const messageEventFields = {
	message: messageSchema,
	contact: contactSchema,
	occurredAt,
	direction: z
		.enum(['inbound', 'outbound'])
		.describe('inbound: from the other party; outbound: from the business'),
	author: z
		.enum(['customer', 'business_app', 'meta_bot', 'unknown'])
		.describe(
			"Who wrote it: the customer; a person in the WhatsApp Business app; a bot of Meta's; unknown where Meta does not say, as of what was sent through the API",
		),
	isHistory: z.boolean().describe('True for old messages of the history sync'),
	groupId: z.string().optional().describe('ID of the group, when written in a group'),
	...originFields,
};

const historyEventFields = {
	...messageEventFields,
	history: historyPositionSchema,
	...addedFields,
};

const echoEventFields = {
	...messageEventFields,
	takeoverCommand: z
		.enum(['begin', 'end'])
		.optional()
		.describe(
			'What the owner has ordered by this message, where it is one of the words that begin or end a takeover. Added by the trigger.',
		),
	...addedFields,
};

const inboundEventFields = {
	...messageEventFields,
	serviceWindow: z
		.object({
			opensAt: z.string().describe('Start, ISO 8601 in UTC'),
			expiresAt: z.string().describe('End, ISO 8601 in UTC'),
		})
		.strict()
		.optional()
		.describe(
			'The 24 hours in which free-form answers are allowed, as this message sets them. Added by the trigger.',
		),
	takeover: z
		.object({
			active: z.boolean().describe('True while the owner is answering from the phone'),
			since: z.string().nullable().describe('When the takeover began, ISO 8601 in UTC'),
			until: z
				.string()
				.nullable()
				.describe(
					'When the takeover ends, ISO 8601 in UTC. Null where there is none, or where it lasts until the owner ends it.',
				),
		})
		.strict()
		.optional()
		.describe('Whether the owner has taken the conversation over. Added by the trigger.'),
	...addedFields,
};

const lifecycleEventFields = {
	reason: z.string().optional().describe('Why, for example PRIMARY_INACTIVITY'),
	initiatedBy: z.string().optional().describe('Who started it, for example SYSTEM'),
	value: metaObject.describe("The whole update. Meta's own object."),
	...commonFields,
};

const updateEventFields = {
	value: metaObject.describe("The update. Meta's own object."),
	contact: contactSchema.optional().describe('The person concerned, where one can be told'),
	...commonFields,
};

/** The schema of one event. */
function eventOf<N extends string, F extends z.ZodRawShape>(name: N, fields: F, what: string) {
	return z
		.object({ event: z.literal(name), ...fields })
		.strict()
		.describe(what);
}

const historyMessage = eventOf(
	'history.message',
	historyEventFields,
	'One old message of the history sync, in either direction',
);

/** Every event, in the order of the outputs that they leave by. */
const schemas = [
	historyMessage,
	eventOf(
		'history.media',
		historyEventFields,
		'The media of an old message that came, or will come, as a placeholder; same message.id',
	),
	eventOf(
		'history.progress',
		{
			progress: z.number().optional().describe('Progress of the whole sync in percent'),
			complete: z.boolean().describe('True once the whole sync has finished'),
			phase: z
				.number()
				.optional()
				.describe('0: the day of onboarding, 1: days 1 to 90, 2: days 90 to 180 before it'),
			chunkOrder: z.number().optional().describe('Position of the chunk in the sync'),
			threads: z.number().describe('Number of conversations in the chunk'),
			messages: z.number().describe('Number of messages in the chunk'),
			...commonFields,
		},
		'One chunk of the history sync has arrived',
	),
	eventOf(
		'history.declined',
		{ error: metaErrorSchema, ...commonFields },
		'The owner chose not to share the chat history',
	),
	eventOf(
		'contact.saved',
		{ contact: addressBookContactSchema, ...commonFields },
		"A contact was added to the phone's address book, or edited in it",
	),
	eventOf(
		'contact.removed',
		{ contact: addressBookContactSchema, ...commonFields },
		"A contact was removed from the phone's address book",
	),
	eventOf(
		'echo.message',
		echoEventFields,
		"The business sent a message: the owner from the phone or, as author says, a bot of Meta's or the API",
	),
	eventOf(
		'echo.edited',
		echoEventFields,
		'The owner edited a message on the phone; message.originalId names it',
	),
	eventOf(
		'echo.revoked',
		echoEventFields,
		'The owner deleted a message on the phone; message.originalId names it',
	),
	eventOf('inbound.message', inboundEventFields, 'A customer wrote'),
	eventOf(
		'inbound.edited',
		inboundEventFields,
		'A customer edited a message; message.originalId names it',
	),
	eventOf(
		'inbound.revoked',
		inboundEventFields,
		'A customer deleted a message; message.originalId names it',
	),
	eventOf(
		'inbound.system',
		inboundEventFields,
		'A customer changed number or user ID. contact is who they were, and has no key where that cannot be told; message.system says who they are now.',
	),
	eventOf(
		'message.status',
		{
			status: z
				.string()
				.describe('sent, delivered, read, played, failed, deleted, or whatever Meta adds'),
			message: z
				.object({ id: z.string().nullable().describe('Message ID (wamid) of the sent message') })
				.strict()
				.describe('The message that the status is about'),
			contact: contactSchema,
			occurredAt,
			groupId: z.string().optional().describe('ID of the group, when sent to a group'),
			errors: z.array(metaErrorSchema).optional().describe('Why the message failed'),
			payment: metaObject
				.optional()
				.describe("What became of a payment that was asked for. Meta's own object."),
			conversation: metaObject.optional().describe("The billed conversation. Meta's own object."),
			pricing: metaObject.optional().describe("How the message is billed. Meta's own object."),
			bizOpaqueCallbackData: z
				.string()
				.optional()
				.describe('The text that was given along when the message was sent'),
			...originFields,
			...addedFields,
		},
		'What became of a message sent through the API',
	),
	eventOf(
		'account.connected',
		lifecycleEventFields,
		'A WhatsApp Business Account was shared with the app',
	),
	eventOf(
		'account.disconnected',
		lifecycleEventFields,
		'The number or the account was disconnected from the app',
	),
	eventOf('account.offboarded', lifecycleEventFields, 'Coexistence has ended for the account'),
	eventOf('account.reconnected', lifecycleEventFields, 'Coexistence works again for the account'),
	eventOf(
		'account.updated',
		updateEventFields,
		'Something about an account, number, template, preference or handover has changed',
	),
	eventOf(
		'call.updated',
		updateEventFields,
		'A voice call has begun, rung or ended; value.event or value.status says which',
	),
	eventOf(
		'group.updated',
		{
			...updateEventFields,
			groupId: z.string().optional().describe('ID of the group'),
		},
		'A group made through the API, its members or its settings have changed',
	),
	eventOf(
		'customer.acted',
		updateEventFields,
		'A customer did something besides writing, such as following a link of a marketing message',
	),
	eventOf(
		'webhook.error',
		{ error: metaErrorSchema, ...commonFields },
		'Meta reports an error that belongs to no message',
	),
	eventOf(
		'unrecognized',
		{ value: z.unknown().describe('What Meta sent, untouched'), ...commonFields },
		'Something in the webhook that this version does not know',
	),
] as const;

type EventSchema = (typeof schemas)[number];
type SchemaOf<S extends EventSchema> = { [Each in S as Each['shape']['event']['value']]: Each };

/** The schema of every event, by the name in its `event` field. */
export const eventSchemas = Object.fromEntries(
	schemas.map((schema) => [schema.shape.event.value, schema]),
) as unknown as SchemaOf<EventSchema>;

/** Any event, told apart by `event`. */
export const coexistenceEventSchema = z.discriminatedUnion('event', [...schemas]);

export type CoexistenceEvent = z.infer<EventSchema>;
export type EventName = CoexistenceEvent['event'];
type EventNamed<N extends EventName> = Extract<CoexistenceEvent, { event: N }>;

export type HistoryMessageEvent = EventNamed<'history.message'>;
export type HistoryProgressEvent = EventNamed<'history.progress'>;
export type ContactSavedEvent = EventNamed<'contact.saved'>;
export type ContactRemovedEvent = EventNamed<'contact.removed'>;
export type MessageStatusEvent = EventNamed<'message.status'>;
export type AccountUpdatedEvent = EventNamed<'account.updated'>;
export type UnrecognizedEvent = EventNamed<'unrecognized'>;
/** An event of one message. */
export type MessageEvent = Extract<CoexistenceEvent, { isHistory: boolean }>;
/** An event whose item is Meta's own. */
export type UpdateEvent = EventNamed<
	'account.updated' | 'call.updated' | 'customer.acted' | 'group.updated'
>;

const historyBatchFields = {
	...commonFields,
	occurredAt: z
		.string()
		.nullable()
		.describe(
			'When the newest of the messages was sent, ISO 8601 in UTC. Null if none has a time.',
		),
	isHistory: z.literal(true).describe('True: these are old messages of the history sync'),
	messages: z.array(historyMessage).describe('The history.message events, in the order they came'),
};

const historyThread = z
	.object({
		event: z.literal('history.thread'),
		...historyBatchFields,
		contact: contactSchema,
		history: historyPositionSchema
			.pick({ phase: true, chunkOrder: true, progress: true, threadIndex: true })
			.describe('Where in the history sync the conversation stood'),
	})
	.omit({ raw: true })
	.strict()
	.describe('Up to 1,000 old messages of one conversation that came in one chunk');

const historyChunk = z
	.object({
		event: z.literal('history.chunk'),
		...historyBatchFields,
		history: historyPositionSchema
			.pick({ phase: true, chunkOrder: true, progress: true })
			.describe('Where in the history sync the chunk stood'),
	})
	.omit({ raw: true })
	.strict()
	.describe('Up to 1,000 old messages of one chunk of the history sync');

/**
 * What the trigger makes of `history.message` events where the user wants one item for many
 * messages, by the name in `event`. The parser never gives these.
 */
export const historyBatchSchemas = {
	'history.thread': historyThread,
	'history.chunk': historyChunk,
};

export type HistoryThread = z.infer<typeof historyThread>;
export type HistoryChunk = z.infer<typeof historyChunk>;
/** What leaves the trigger as one item. */
export type TriggerEvent = CoexistenceEvent | HistoryThread | HistoryChunk;

export type Contact = z.infer<typeof contactSchema>;
export type AddressBookContact = z.infer<typeof addressBookContactSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type Media = z.infer<typeof mediaSchema>;
export type MetaError = z.infer<typeof metaErrorSchema>;
export type HistoryPosition = z.infer<typeof historyPositionSchema>;
