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
		id: z
			.string()
			.nullable()
			.describe('WhatsApp message ID (wamid), the key to merge everything about one message by'),
		type: z
			.string()
			.describe(
				"Meta's message type, for example text, image or reaction; on an edit, the type of the new content",
			),
		text: z
			.string()
			.nullable()
			.describe(
				'The text a person would read: body, caption, button or list title, place name, emoji. Null if there is none.',
			),
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
		answer: answerSchema.optional(),
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

const commonFields = {
	eventId: z
		.string()
		.describe('Identifies the event; a redelivery of the same webhook gives the same value'),
	occurredAt: z
		.string()
		.nullable()
		.describe('When it happened, ISO 8601 in UTC. Null where Meta gives no time.'),
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
	receivedAt: z
		.string()
		.optional()
		.describe('When the webhook reached n8n, ISO 8601 in UTC. Added by the trigger.'),
	raw: z
		.unknown()
		.optional()
		.describe(
			"What Meta sent for this very item: the message, the status, the contact… Meta's own object, if asked for.",
		),
};

const messageEventFields = {
	...commonFields,
	direction: z
		.enum(['inbound', 'outbound'])
		.describe('inbound: from the other party; outbound: from the business'),
	author: z
		.enum(['customer', 'business_app', 'unknown'])
		.describe('Who wrote it: the customer, or the business in the WhatsApp Business app'),
	isHistory: z.boolean().describe('True for old messages of the history sync'),
	contact: contactSchema,
	groupId: z.string().optional().describe('ID of the group, when written in a group'),
	message: messageSchema,
};

const historyEventFields = { ...messageEventFields, history: historyPositionSchema };

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
			until: z.string().nullable().describe('When the takeover ends, ISO 8601 in UTC'),
		})
		.strict()
		.optional()
		.describe('Whether the owner has taken the conversation over. Added by the trigger.'),
};

const lifecycleEventFields = {
	...commonFields,
	reason: z.string().optional().describe('Why, for example PRIMARY_INACTIVITY'),
	initiatedBy: z.string().optional().describe('Who started it, for example SYSTEM'),
	value: metaObject.describe("The whole update. Meta's own object."),
};

const historyMessage = z
	.object({ event: z.literal('history.message'), ...historyEventFields })
	.strict()
	.describe('One old message of the history sync, in either direction');

const historyMedia = z
	.object({ event: z.literal('history.media'), ...historyEventFields })
	.strict()
	.describe(
		'The media of an old message that came, or will come, as a placeholder; same message.id',
	);

const historyProgress = z
	.object({
		event: z.literal('history.progress'),
		...commonFields,
		phase: z
			.number()
			.optional()
			.describe('0: the day of onboarding, 1: days 1 to 90, 2: days 90 to 180 before it'),
		chunkOrder: z.number().optional().describe('Position of the chunk in the sync'),
		progress: z.number().optional().describe('Progress of the whole sync in percent'),
		threads: z.number().describe('Number of conversations in the chunk'),
		messages: z.number().describe('Number of messages in the chunk'),
		complete: z.boolean().describe('True once the whole sync has finished'),
	})
	.strict()
	.describe('One chunk of the history sync has arrived');

const historyDeclined = z
	.object({
		event: z.literal('history.declined'),
		...commonFields,
		error: metaErrorSchema,
	})
	.strict()
	.describe('The owner chose not to share the chat history');

const contactSaved = z
	.object({
		event: z.literal('contact.saved'),
		...commonFields,
		contact: addressBookContactSchema,
	})
	.strict()
	.describe("A contact was added to the phone's address book, or edited in it");

const contactRemoved = z
	.object({
		event: z.literal('contact.removed'),
		...commonFields,
		contact: addressBookContactSchema,
	})
	.strict()
	.describe("A contact was removed from the phone's address book");

const echoMessage = z
	.object({ event: z.literal('echo.message'), ...messageEventFields })
	.strict()
	.describe('The owner sent a message from the phone');

const echoEdited = z
	.object({ event: z.literal('echo.edited'), ...messageEventFields })
	.strict()
	.describe('The owner edited a message on the phone; message.originalId names it');

const echoRevoked = z
	.object({ event: z.literal('echo.revoked'), ...messageEventFields })
	.strict()
	.describe('The owner deleted a message on the phone; message.originalId names it');

const inboundMessage = z
	.object({ event: z.literal('inbound.message'), ...inboundEventFields })
	.strict()
	.describe('A customer wrote');

const inboundEdited = z
	.object({ event: z.literal('inbound.edited'), ...inboundEventFields })
	.strict()
	.describe('A customer edited a message; message.originalId names it');

const inboundRevoked = z
	.object({ event: z.literal('inbound.revoked'), ...inboundEventFields })
	.strict()
	.describe('A customer deleted a message; message.originalId names it');

const inboundSystem = z
	.object({ event: z.literal('inbound.system'), ...inboundEventFields })
	.strict()
	.describe(
		'A customer changed number or user ID. contact is who they were; message.system says who they are now.',
	);

const messageStatus = z
	.object({
		event: z.literal('message.status'),
		...commonFields,
		status: z
			.string()
			.describe('sent, delivered, read, played, failed, deleted, or whatever Meta adds'),
		message: z
			.object({ id: z.string().nullable().describe('Message ID (wamid) of the sent message') })
			.strict()
			.describe('The message that the status is about'),
		contact: contactSchema,
		groupId: z.string().optional().describe('ID of the group, when sent to a group'),
		errors: z.array(metaErrorSchema).optional().describe('Why the message failed'),
		conversation: metaObject.optional().describe("The billed conversation. Meta's own object."),
		pricing: metaObject.optional().describe("How the message is billed. Meta's own object."),
		bizOpaqueCallbackData: z
			.string()
			.optional()
			.describe('The text that was given along when the message was sent'),
	})
	.strict()
	.describe('What became of a message sent through the API');

const accountConnected = z
	.object({ event: z.literal('account.connected'), ...lifecycleEventFields })
	.strict()
	.describe('A WhatsApp Business Account was shared with the app');

const accountDisconnected = z
	.object({ event: z.literal('account.disconnected'), ...lifecycleEventFields })
	.strict()
	.describe('The number or the account was disconnected from the app');

const accountOffboarded = z
	.object({ event: z.literal('account.offboarded'), ...lifecycleEventFields })
	.strict()
	.describe('Coexistence has ended for the account');

const accountReconnected = z
	.object({ event: z.literal('account.reconnected'), ...lifecycleEventFields })
	.strict()
	.describe('Coexistence works again for the account');

const accountUpdated = z
	.object({
		event: z.literal('account.updated'),
		...commonFields,
		contact: contactSchema
			.optional()
			.describe('The person concerned, on preferences, changed user IDs and handovers'),
		value: metaObject.describe("The update. Meta's own object."),
	})
	.strict()
	.describe('Something about an account, number, template, preference or handover has changed');

const webhookError = z
	.object({ event: z.literal('webhook.error'), ...commonFields, error: metaErrorSchema })
	.strict()
	.describe('Meta reports an error that belongs to no message');

const unrecognized = z
	.object({
		event: z.literal('unrecognized'),
		...commonFields,
		value: z.unknown().describe('What Meta sent, untouched'),
	})
	.strict()
	.describe('Something in the webhook that this version does not know');

/** The schema of every event, by the name in its `event` field. */
export const eventSchemas = {
	'history.message': historyMessage,
	'history.media': historyMedia,
	'history.progress': historyProgress,
	'history.declined': historyDeclined,
	'contact.saved': contactSaved,
	'contact.removed': contactRemoved,
	'echo.message': echoMessage,
	'echo.edited': echoEdited,
	'echo.revoked': echoRevoked,
	'inbound.message': inboundMessage,
	'inbound.edited': inboundEdited,
	'inbound.revoked': inboundRevoked,
	'inbound.system': inboundSystem,
	'message.status': messageStatus,
	'account.connected': accountConnected,
	'account.disconnected': accountDisconnected,
	'account.offboarded': accountOffboarded,
	'account.reconnected': accountReconnected,
	'account.updated': accountUpdated,
	'webhook.error': webhookError,
	unrecognized,
};

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

/** Any event, told apart by `event`. */
export const coexistenceEventSchema = z.discriminatedUnion('event', [
	historyMessage,
	historyMedia,
	historyProgress,
	historyDeclined,
	contactSaved,
	contactRemoved,
	echoMessage,
	echoEdited,
	echoRevoked,
	inboundMessage,
	inboundEdited,
	inboundRevoked,
	inboundSystem,
	messageStatus,
	accountConnected,
	accountDisconnected,
	accountOffboarded,
	accountReconnected,
	accountUpdated,
	webhookError,
	unrecognized,
]);

export type CoexistenceEvent = z.infer<typeof coexistenceEventSchema>;
export type EventName = CoexistenceEvent['event'];

export type HistoryMessageEvent = z.infer<typeof historyMessage>;
export type HistoryMediaEvent = z.infer<typeof historyMedia>;
export type HistoryProgressEvent = z.infer<typeof historyProgress>;
export type HistoryDeclinedEvent = z.infer<typeof historyDeclined>;
export type ContactSavedEvent = z.infer<typeof contactSaved>;
export type ContactRemovedEvent = z.infer<typeof contactRemoved>;
export type EchoMessageEvent = z.infer<typeof echoMessage>;
export type EchoEditedEvent = z.infer<typeof echoEdited>;
export type EchoRevokedEvent = z.infer<typeof echoRevoked>;
export type InboundMessageEvent = z.infer<typeof inboundMessage>;
export type InboundEditedEvent = z.infer<typeof inboundEdited>;
export type InboundRevokedEvent = z.infer<typeof inboundRevoked>;
export type InboundSystemEvent = z.infer<typeof inboundSystem>;
export type MessageStatusEvent = z.infer<typeof messageStatus>;
export type AccountConnectedEvent = z.infer<typeof accountConnected>;
export type AccountDisconnectedEvent = z.infer<typeof accountDisconnected>;
export type AccountOffboardedEvent = z.infer<typeof accountOffboarded>;
export type AccountReconnectedEvent = z.infer<typeof accountReconnected>;
export type AccountUpdatedEvent = z.infer<typeof accountUpdated>;
export type WebhookErrorEvent = z.infer<typeof webhookError>;
export type UnrecognizedEvent = z.infer<typeof unrecognized>;

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
