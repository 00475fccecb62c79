import { isAccountField, parseAccount } from './account';
import { describeChange, unknownChange, type Change } from './change';
import type { JsonObject } from './json';
import { asObject, asString, isObject } from './json';
import { parseMessaging } from './messaging';
import type { CoexistenceEvent } from './schema';
import { isoTime } from './time';
import { forEachItem, unrecognized } from './unrecognized';

/** Fields whose values hold messages, contacts and statuses. */
const MESSAGING_FIELDS = new Set([
	'history',
	'messages',
	'smb_app_state_sync',
	'smb_message_echoes',
	'standby',
]);

const BODY_KEYS = ['object'];
const ENTRY_KEYS = ['id', 'time'];

/** The field that a value belongs to, by the key that tells it, when the delivery names no field. */
const FIELD_OF_KEY: Array<[key: string, field: string]> = [
	['history', 'history'],
	['state_sync', 'smb_app_state_sync'],
	['message_echoes', 'smb_message_echoes'],
	['messages', 'messages'],
	['statuses', 'messages'],
	['standby', 'standby'],
	['user_preferences', 'user_preferences'],
	['user_id_update', 'user_id_update'],
	['errors', 'messages'],
];

/**
 * Turns the body of a WhatsApp webhook into events, in the order in which things stand in it.
 *
 * Every item becomes an event; what is not known becomes `unrecognized`, with what Meta sent. An
 * empty body gives none. Besides the documented envelope it accepts one change by itself, as the
 * App Dashboard shows them, and one value by itself, as Meta's page prints a declined history.
 *
 * Objects that an event hands on as Meta sent them are not copied.
 *
 * @param body the parsed JSON; any value whatever, and it never throws
 * @param options.keepRaw whether each event carries, as `raw`, Meta's own object for the very item:
 * the message, the status, the address-book entry, the chunk's metadata… Default: false.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
export function parseWebhook(
	body: unknown,
	{ keepRaw = false }: { keepRaw?: boolean } = {},
): CoexistenceEvent[] {
	const events: CoexistenceEvent[] = [];
	if (isEmpty(body) || (isObject(body) && !hasContent(body, BODY_KEYS))) return events;

	const nowhere = unknownChange(keepRaw);
	if (!isObject(body) || !isForWhatsApp(body)) {
		events.push(unrecognized(nowhere, body));
	} else if (body.entry !== undefined && body.entry !== null) {
		forEachItem(nowhere, body.entry, events, (entry) => parseEntry(nowhere, entry, events));
	} else if (isObject(body.value)) {
		parseChange(nowhere, body, events);
	} else if (fieldOf(body) !== undefined) {
		parseChange(nowhere, { value: body }, events);
	} else {
		events.push(unrecognized(nowhere, body));
	}
	return events;
}

/** Whether an object has anything in it besides the keys that only say what it is about. */
function hasContent(object: JsonObject, frameKeys: string[]): boolean {
	return Object.keys(object).some((key) => !frameKeys.includes(key) && !isEmpty(object[key]));
}

function isEmpty(value: unknown): boolean {
	const isEmptyArray = Array.isArray(value) && value.length === 0;
	return value === undefined || value === null || value === '' || isEmptyArray;
}

/** Other products of Meta send webhooks with `entry` too, and a different meaning of `messages`. */
function isForWhatsApp(body: JsonObject): boolean {
	return body.object === undefined || body.object === 'whatsapp_business_account';
}

function parseEntry(nowhere: Change, raw: JsonObject, events: CoexistenceEvent[]): void {
	const entry: Change = {
		...nowhere,
		wabaId: asString(raw.id) ?? null,
		entryTime: isoTime(raw.time),
	};
	if (raw.changes !== undefined && raw.changes !== null) {
		forEachItem(entry, raw.changes, events, (change) => parseChange(entry, change, events));
	} else if (hasContent(raw, ENTRY_KEYS)) {
		events.push(unrecognized(entry, raw));
	}
}

function parseChange(entry: Change, raw: JsonObject, events: CoexistenceEvent[]): void {
	const value = asObject(raw.value);
	const field = asString(raw.field) ?? (value && fieldOf(value)) ?? null;
	const change = describeChange(entry, field, value);
	if (value === undefined || field === null) {
		events.push(unrecognized(change, raw));
	} else if (MESSAGING_FIELDS.has(field)) {
		parseMessaging(change, value, events);
	} else if (isAccountField(field)) {
		parseAccount(change, withRejection(value, raw.rejection_info), events);
	} else {
		events.push(unrecognized(change, value));
	}
}

function fieldOf(value: JsonObject): string | undefined {
	return FIELD_OF_KEY.find(([key]) => value[key] !== undefined && value[key] !== null)?.[1];
}

/** Meta's page about template statuses prints `rejection_info` beside the value it belongs to. */
function withRejection(value: JsonObject, rejectionInfo: unknown): JsonObject {
	if (rejectionInfo === undefined || value.rejection_info !== undefined) return value;
	return { ...value, rejection_info: rejectionInfo };
}
