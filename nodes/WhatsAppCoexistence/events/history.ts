import type { Change } from './change';
import { makeContact, resolveContact, userIdIn } from './contact';
import { parseErrors } from './errors';
import { eventId, withContentId } from './event-id';
import type { JsonObject } from './json';
import { asNumber, asObject, asString, isObject } from './json';
import { readMessage } from './message';
import { phoneDigits } from './phone';
import { withRaw } from './raw';
import type {
	CoexistenceEvent,
	Contact,
	HistoryMediaEvent,
	HistoryMessageEvent,
	HistoryPosition,
	HistoryProgressEvent,
} from './schema';
import { isoTime } from './time';
import { forEachItem, unrecognized } from './unrecognized';

/**
 * Old chats: chunks of conversations and messages, or the news that the owner does not share them.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/history
 */
export function parseHistory(change: Change, history: unknown, events: CoexistenceEvent[]): void {
	forEachItem(change, history, events, (item) => {
		const hasErrors = Array.isArray(item.errors) ? item.errors.length > 0 : item.errors != null;
		const isChunk = item.threads != null || (isObject(item.metadata) && !hasErrors);
		if (isChunk) parseChunk(change, item, events);
		parseErrors(change, item.errors, events);
		if (!isChunk && !hasErrors) events.push(unrecognized(change, item));
	});
}

/** Where a chunk stands in the sync. */
interface ChunkPosition {
	phase: number | undefined;
	chunkOrder: number | undefined;
	progress: number | undefined;
}

/** The other party of a conversation, from whichever of its keys Meta fills in. */
interface Peer {
	userId: string | undefined;
	phone: string | undefined;
	parentUserId: string | undefined;
	username: string | undefined;
}

function parseChunk(change: Change, chunk: JsonObject, events: CoexistenceEvent[]): void {
	const metadata = asObject(chunk.metadata);
	const position: ChunkPosition = {
		phase: asNumber(metadata?.phase),
		chunkOrder: asNumber(metadata?.chunk_order),
		progress: asNumber(metadata?.progress),
	};
	let threads = 0;
	let messages = 0;
	forEachItem(change, chunk.threads, events, (thread, threadIndex) => {
		threads++;
		messages += parseThread(change, position, thread, threadIndex, events);
	});
	const progress = progressEvent(change, position, threads, messages);
	events.push(withRaw(change, progress, chunk.metadata));
}

/** @returns the number of messages in the conversation */
function parseThread(
	change: Change,
	position: ChunkPosition,
	thread: JsonObject,
	threadIndex: number,
	events: CoexistenceEvent[],
): number {
	if (thread.messages === undefined || thread.messages === null) {
		events.push(unrecognized(change, thread));
		return 0;
	}
	const peer = readPeer(thread);
	let messages = 0;
	forEachItem(change, thread.messages, events, (raw, messageIndex) => {
		messages++;
		const history: HistoryPosition = {
			phase: position.phase,
			chunkOrder: position.chunkOrder,
			progress: position.progress,
			threadIndex,
			messageIndex,
			status: readStatus(raw),
		};
		const outbound = isOutbound(change, raw, peer.phone);
		const contact = threadContact(peer, raw, outbound === true);
		events.push(historyEvent('history.message', change, raw, outbound, contact, history));
	});
	return messages;
}

function readPeer(thread: JsonObject): Peer {
	const context = asObject(thread.context);
	return {
		userId: asString(context?.user_id) ?? userIdIn(context?.wa_id) ?? userIdIn(thread.id),
		phone: phoneDigits(context?.wa_id) ?? phoneDigits(thread.id),
		parentUserId: asString(context?.parent_user_id),
		username: asString(context?.username),
	};
}

/** The conversation says who its other party is; a message fills in what that leaves out. */
function threadContact(peer: Peer, raw: JsonObject, outbound: boolean): Contact {
	const phoneField = outbound ? raw.to : raw.from;
	const userIdField = outbound ? raw.to_user_id : raw.from_user_id;
	const parentUserIdField = outbound ? raw.to_parent_user_id : raw.from_parent_user_id;
	return makeContact(
		peer.userId ?? asString(userIdField) ?? userIdIn(phoneField),
		peer.phone ?? phoneDigits(phoneField),
		peer.parentUserId ?? asString(parentUserIdField),
		peer.username,
		undefined,
	);
}

/**
 * The media of placeholders, sent afterwards under the same field: `messages` holds the customers',
 * `message_echoes` the business's own.
 */
export function parseHistoryMedia(
	change: Change,
	list: unknown,
	isEchoes: boolean,
	profiles: readonly Contact[],
	events: CoexistenceEvent[],
): void {
	const isOnlyItem = Array.isArray(list) && list.length === 1;
	forEachItem(change, list, events, (raw) => {
		const outbound = isEchoes || isOutbound(change, raw, undefined);
		const contact =
			outbound === true
				? resolveContact(raw.to, raw.to_user_id, raw.to_parent_user_id, profiles, isOnlyItem)
				: resolveContact(raw.from, raw.from_user_id, raw.from_parent_user_id, profiles, isOnlyItem);
		const history: HistoryPosition = {
			phase: undefined,
			chunkOrder: undefined,
			progress: undefined,
			threadIndex: undefined,
			messageIndex: undefined,
			status: readStatus(raw),
		};
		events.push(historyEvent('history.media', change, raw, outbound, contact, history));
	});
}

/**
 * Whether the business sent the message; undefined if Meta says nothing to tell it by. `to` is
 * documented for the business's messages only, and is sometimes missing there.
 */
function isOutbound(
	change: Change,
	raw: JsonObject,
	peerPhone: string | undefined,
): boolean | undefined {
	const from = phoneDigits(raw.from);
	if (from !== undefined && from === change.businessPhone) return true;
	const to = phoneDigits(raw.to);
	if (to !== undefined) return to !== change.businessPhone;
	if (raw.to_user_id !== undefined || raw.to !== undefined) return true;
	if (raw.from_user_id !== undefined) return false;
	if (from === undefined) return raw.from === undefined ? undefined : false;
	return change.businessPhone === undefined && peerPhone !== undefined && from !== peerPhone;
}

function readStatus(raw: JsonObject): string | undefined {
	return asString(asObject(raw.history_context)?.status)?.toLowerCase();
}

function historyEvent(
	event: 'history.message' | 'history.media',
	change: Change,
	raw: JsonObject,
	outbound: boolean | undefined,
	contact: Contact,
	history: HistoryPosition,
): HistoryMessageEvent | HistoryMediaEvent {
	const message = readMessage(raw);
	const old: HistoryMessageEvent | HistoryMediaEvent = {
		event,
		eventId: message.id === null ? '' : eventId(change, event, message.id),
		occurredAt: isoTime(raw.timestamp),
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		direction: outbound === true ? 'outbound' : 'inbound',
		author: outbound === undefined ? 'unknown' : outbound ? 'business_app' : 'customer',
		isHistory: true,
		contact,
		groupId: asString(raw.group_id),
		message,
		history,
	};
	return withRaw(change, message.id === null ? withContentId(old) : old, raw);
}

function progressEvent(
	change: Change,
	position: ChunkPosition,
	threads: number,
	messages: number,
): HistoryProgressEvent {
	const { phase, chunkOrder, progress } = position;
	const event: HistoryProgressEvent = {
		event: 'history.progress',
		eventId: eventId(change, 'history.progress', `${phase}:${chunkOrder}:${progress}`),
		occurredAt: change.entryTime,
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		phase,
		chunkOrder,
		progress,
		threads,
		messages,
		complete: progress === 100,
	};
	const isPlaced = phase !== undefined && chunkOrder !== undefined;
	return isPlaced ? event : withContentId(event);
}
