import { isMessageEvent } from '../is-message-event';
import { asObject, asString } from '../json';
import { phoneDigits } from '../phone';
import type {
	AccountUpdatedEvent,
	CoexistenceEvent,
	ContactRemovedEvent,
	ContactSavedEvent,
	MessageEvent,
	MessageStatusEvent,
} from '../schema';
import type { ContactRow, MessageRow, Row } from './schema';

/**
 * What an event writes into a table of messages or of contacts: flat, and with those columns only
 * that it knows. An upsert leaves the others as they are, so an upsert by `wamid`, or by
 * `contact_key`, gives the same table in whatever order rows come, and however often. Columns of
 * which the newest has to win are thinned out by `keepNewest`.
 *
 * @returns undefined for an event that is about neither a message nor a person
 */
export function rowOf(event: CoexistenceEvent): Row | undefined {
	switch (event.event) {
		case 'history.message':
		case 'echo.message':
		case 'inbound.message':
		case 'inbound.system':
			return messageRow(event);
		case 'history.media':
			return mediaRow(event);
		case 'echo.edited':
		case 'inbound.edited':
			return editRow(event);
		case 'echo.revoked':
		case 'inbound.revoked':
			return withValues<MessageRow>({ wamid: originalOf(event), deleted_at: timeOf(event) });
		case 'message.status':
			return statusRow(event);
		case 'contact.saved':
		case 'contact.removed':
			return contactRow(event);
		case 'account.updated':
			return newUserIdRow(event);
		default:
			return undefined;
	}
}

/** Whether {@link rowOf} gives a row. */
export function hasRow(event: CoexistenceEvent): boolean {
	return isMessageEvent(event) || rowOf(event) !== undefined;
}

function messageRow(event: MessageEvent): MessageRow {
	const { message } = event;
	// What the API or a bot sent has an unknown author, and is outbound all the same.
	const isDirectionKnown = event.author !== 'unknown' || event.direction === 'outbound';
	return withValues<MessageRow>(
		{ wamid: message.id ?? event.eventId, sent_at: event.occurredAt },
		personOf(event),
		{
			// That of an echo depends on what the trigger knew then.
			contact_name: event.direction === 'inbound' ? event.contact.profileName : undefined,
			group_id: event.groupId,
			direction: isDirectionKnown ? event.direction : undefined,
			author: event.author === 'unknown' ? undefined : event.author,
		},
		// That of a placeholder comes with its media.
		message.mediaPending ? undefined : contentOf(event),
		{
			reply_to: message.replyTo?.messageId ?? asString(message.reaction?.message_id),
			from_history: event.isHistory || undefined,
			phone_number_id: event.phoneNumberId,
		},
	);
}

/** Leaves to the message itself what both know: Meta tells less of it here. */
function mediaRow(event: MessageEvent): MessageRow {
	return withValues<MessageRow>({
		wamid: event.message.id ?? event.eventId,
		...contentOf(event),
		from_history: true,
		phone_number_id: event.phoneNumberId,
	});
}

function contentOf({ message }: MessageEvent) {
	return {
		type: message.type,
		text: message.text,
		media_id: message.media?.id,
		media_type: message.media?.mimeType,
		media_file_name: message.media?.fileName,
	};
}

function editRow(event: MessageEvent): MessageRow {
	return withValues<MessageRow>({
		wamid: originalOf(event),
		// Not left out, or the text of an older edit would stay.
		edited_text: event.message.text ?? '',
		edited_at: timeOf(event),
	});
}

function originalOf({ message, eventId }: MessageEvent): string {
	return message.originalId ?? message.id ?? eventId;
}

/** A system message says who the customer is from now on; the row names both. */
function personOf({ contact, message }: MessageEvent) {
	const phone = phoneDigits(message.system?.wa_id) ?? contact.phone;
	const userId = asString(message.system?.user_id) ?? contact.userId;
	return {
		contact_key: userId ?? phone,
		contact_phone: phone,
		contact_user_id: userId,
		previous_phone: phone === contact.phone ? undefined : contact.phone,
		previous_user_id: userId === contact.userId ? undefined : contact.userId,
	};
}

const COLUMN_OF_STATUS = new Map<string, keyof MessageRow>([
	['sent', 'sent_at'],
	['delivered', 'delivered_at'],
	['read', 'read_at'],
	['played', 'played_at'],
	['failed', 'failed_at'],
	['deleted', 'deleted_at'],
]);

function statusRow(event: MessageStatusEvent): MessageRow | undefined {
	const column = COLUMN_OF_STATUS.get(event.status);
	if (column === undefined) return undefined;
	const error = event.errors?.[0];
	return withValues<MessageRow>({
		wamid: event.message.id ?? event.eventId,
		[column]: timeOf(event),
		contact_key: event.contact.key,
		contact_phone: event.contact.phone,
		contact_user_id: event.contact.userId,
		group_id: event.groupId,
		direction: 'outbound',
		failure: error?.details ?? error?.message ?? error?.title,
		failure_code: error?.code,
		phone_number_id: event.phoneNumberId,
	});
}

function contactRow(event: ContactSavedEvent | ContactRemovedEvent): ContactRow | undefined {
	const { contact } = event;
	if (contact.key === null) return undefined;
	const time = timeOf(event);
	const isSaved = event.event === 'contact.saved';
	return withValues<ContactRow>({
		contact_key: contact.key,
		phone: contact.phone,
		user_id: contact.userId,
		...(isSaved && {
			username: contact.username ?? '',
			full_name: contact.fullName ?? '',
			first_name: contact.firstName ?? '',
			saved_at: time,
		}),
		in_address_book: isSaved,
		changed_at: time,
	});
}

function newUserIdRow({ contact, value }: AccountUpdatedEvent): ContactRow | undefined {
	const userId = asString(asObject(value.user_id)?.current);
	if (userId === undefined) return undefined;
	return withValues<ContactRow>({
		contact_key: userId,
		phone: contact?.phone,
		user_id: userId,
		previous_user_id: contact?.userId === userId ? undefined : contact?.userId,
	});
}

/** Where Meta gives no time, when it came. */
function timeOf({ occurredAt, receivedAt }: CoexistenceEvent): string | undefined {
	return occurredAt ?? receivedAt;
}

/**
 * A row of the columns that have a value. Several parts are put together here, since objects spread into
 * one another cost twice as much.
 */
function withValues<R extends Row>(
	...parts: Array<{ [Column in keyof R]?: R[Column] | null } | undefined>
): R {
	const row: Partial<R> = {};
	for (const columns of parts) {
		for (const column in columns) {
			const value = columns[column];
			if (value !== undefined && value !== null) row[column] = value;
		}
	}
	return row as R;
}
