import type { Change } from './change';
import { withUnreadProfile, type Person } from './contact';
import { eventId, withContentId } from './event-id';
import { withRest } from './extra';
import type { JsonObject } from './json';
import { asString } from './json';
import { readMessage, unreadOfMessage } from './message';
import { withRaw } from './raw';
import type { HistoryPosition, MessageEvent } from './schema';
import { isoTime } from './time';

/**
 * The event of one message, wherever it stood.
 *
 * @param isOutbound undefined where it cannot be told
 * @param history where in the history sync, if it stood there
 */
export function messageEvent(
	event: MessageEvent['event'],
	change: Change,
	raw: JsonObject,
	person: Person,
	isOutbound: boolean | undefined,
	history: HistoryPosition | undefined,
): MessageEvent {
	const message = readMessage(raw);
	const { contact } = person;
	const author = authorOf(change, raw, isOutbound);
	const told = {
		event,
		message,
		contact,
		occurredAt: isoTime(raw.timestamp),
		direction: isOutbound === true ? 'outbound' : 'inbound',
		author,
		isHistory: history !== undefined,
		groupId: asString(raw.group_id),
		eventId: message.id === null ? '' : eventId(change, event, message.id),
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
	} as MessageEvent;
	if (history !== undefined) (told as { history?: HistoryPosition }).history = history;
	if (message.id === null) withContentId(told);

	let rest = withUnreadProfile(unreadOfMessage(raw, message, change, contact), person, change);
	if (told.occurredAt === null && raw.timestamp !== undefined)
		rest = withRest(rest, 'timestamp', raw.timestamp);
	if (history === undefined && raw.history_context !== undefined)
		rest = withRest(rest, 'history_context', raw.history_context);
	if (author === 'unknown' && raw.message_creation_type !== undefined)
		rest = withRest(rest, 'message_creation_type', raw.message_creation_type);
	return withRaw(change, told, raw, rest);
}

/** How Meta says that a person wrote an echo. */
const WRITTEN_BY_PERSON = new Set<unknown>([undefined, 'user', 'user_initiated']);

/**
 * An echo may be of a bot of Meta's. The field `message_echoes` mirrors what was sent through the API
 * or by a bot, and never what was typed on the phone.
 */
function authorOf(change: Change, raw: JsonObject, isOutbound: boolean | undefined) {
	if (isOutbound !== true) return isOutbound === false ? 'customer' : 'unknown';
	const creation = raw.message_creation_type;
	if (typeof creation === 'string' && /bot/i.test(creation)) return 'meta_bot';
	const isTyped = change.field !== 'message_echoes' && WRITTEN_BY_PERSON.has(creation);
	return isTyped ? 'business_app' : 'unknown';
}
