import { commonFields, type Change } from './change';
import { asUsername, resolvePerson, userIdIn, type Profiles } from './contact';
import { makeContact } from './make-contact';
import { parseErrors } from './errors';
import { eventId, withContentId } from './event-id';
import { addExtra, readKeys, unread, withOther, withRest } from './extra';
import type { JsonObject } from './json';
import { asNumber, asObject, asString, isObject } from './json';
import { messageEvent } from './message-event';
import { isSamePhone, phoneDigits } from './phone';
import { withRaw } from './raw';
import type { CoexistenceEvent, Contact, HistoryPosition, HistoryProgressEvent } from './schema';
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
		const before = events.length;
		parseErrors(change, item.errors, events);
		if (isChunk) return;
		if (!hasErrors) {
			events.push(unrecognized(change, item));
			return;
		}
		const beside = unread(item, REFUSAL_KEYS, change);
		if (beside !== undefined) addExtra(events[before] as CoexistenceEvent, { chunk: beside });
	});
}

const REFUSAL_KEYS = readKeys({ errors: 'anything' });
const CHUNK_KEYS = readKeys({
	metadata: readKeys({ phase: 'number', chunk_order: 'number', progress: 'number' }),
	threads: 'anything',
	errors: 'anything',
});
const THREAD_KEYS = readKeys({
	id: 'party',
	context: readKeys({
		wa_id: 'party',
		user_id: 'party',
		parent_user_id: 'scalar',
		username: 'scalar',
	}),
	messages: 'anything',
});

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
	let rest = unread(chunk, CHUNK_KEYS, change);
	const emptyThreads: JsonObject[] = [];
	forEachItem(change, chunk.threads, events, (thread, threadIndex) => {
		threads++;
		const count = parseThread(change, position, thread, threadIndex, events);
		messages += count;
		if (count === 0 && Array.isArray(thread.messages)) emptyThreads.push(thread);
	});
	if (emptyThreads.length > 0) rest = withRest(rest, 'threads', emptyThreads);
	const progress = progressEvent(change, position, threads, messages);
	events.push(withRaw(change, progress, chunk.metadata, rest));
}

/** @returns the number of messages in the conversation */
function parseThread(
	change: Change,
	position: ChunkPosition,
	thread: JsonObject,
	threadIndex: number,
	events: CoexistenceEvent[],
): number {
	if (!Array.isArray(thread.messages)) {
		events.push(unrecognized(change, thread));
		return 0;
	}
	const peer = readPeer(thread);
	const ofThread = unread(
		thread,
		THREAD_KEYS,
		change,
		makeContact(peer.userId, peer.phone, peer.parentUserId, undefined, undefined),
	);
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
		const outbound = isOutbound(change, raw, peer);
		const person = { contact: threadContact(peer, raw, outbound === true), profile: undefined };
		const event = messageEvent('history.message', change, raw, person, outbound, history);
		if (ofThread !== undefined) event.extra = withOther(event.extra, 'thread', ofThread);
		events.push(event);
	});
	return messages;
}

function readPeer(thread: JsonObject): Peer {
	const context = asObject(thread.context);
	return {
		userId: asString(context?.user_id) ?? userIdIn(context?.wa_id) ?? userIdIn(thread.id),
		phone: phoneDigits(context?.wa_id) ?? phoneDigits(thread.id),
		parentUserId: asString(context?.parent_user_id),
		username: asUsername(context?.username),
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
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, list, events, (raw) => {
		const outbound = isEchoes || isOutbound(change, raw, NOBODY);
		const person =
			outbound === true
				? resolvePerson(raw.to, raw.to_user_id, raw.to_parent_user_id, profiles)
				: resolvePerson(raw.from, raw.from_user_id, raw.from_parent_user_id, profiles);
		const history: HistoryPosition = {
			phase: undefined,
			chunkOrder: undefined,
			progress: undefined,
			threadIndex: undefined,
			messageIndex: undefined,
			status: readStatus(raw),
		};
		events.push(messageEvent('history.media', change, raw, person, outbound, history));
	});
}

const NOBODY: Peer = {
	userId: undefined,
	phone: undefined,
	parentUserId: undefined,
	username: undefined,
};

/**
 * Whether the business wrote an old message. Partners print it as `from_me`. Otherwise, since history
 * has chats of two only, what is not from the other party is the business's own, whatever its number
 * looks like in `display_phone_number`.
 *
 * @param peer the other party, as far as the conversation says who that is
 * @returns undefined where nothing tells
 */
function isOutbound(change: Change, raw: JsonObject, peer: Peer): boolean | undefined {
	const fromMe = asObject(raw.history_context)?.from_me;
	if (typeof fromMe === 'boolean') return fromMe;

	const from = phoneDigits(raw.from);
	if (isSamePhone(from, change.businessPhone)) return true;
	if (isSamePhone(from, peer.phone)) return false;
	const fromUserId = asString(raw.from_user_id);
	if (fromUserId !== undefined && fromUserId === peer.userId) return false;

	const to = phoneDigits(raw.to);
	if (to !== undefined) return !isSamePhone(to, change.businessPhone);
	if (raw.to_user_id !== undefined || raw.to !== undefined) return true;
	if (fromUserId !== undefined) return false;
	if (from === undefined) return raw.from === undefined ? undefined : false;
	return peer.phone !== undefined || peer.userId !== undefined;
}

function readStatus(raw: JsonObject): string | undefined {
	return asString(asObject(raw.history_context)?.status)?.toLowerCase();
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
		progress,
		complete: progress === 100,
		phase,
		chunkOrder,
		threads,
		messages,
		occurredAt: change.entryTime,
		eventId: eventId(change, 'history.progress', `${phase}:${chunkOrder}:${progress}`),
		...commonFields(change),
	};
	const isPlaced = phase !== undefined && chunkOrder !== undefined;
	return isPlaced ? event : withContentId(event);
}
