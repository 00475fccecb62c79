import { isAccountField, parseAccount } from './account';
import { describeChange, unknownChange, type Change } from './change';
import { addExtra, readKeys, unread } from './extra';
import type { JsonObject } from './json';
import { asObject, asString, isObject } from './json';
import { parseMessaging } from './messaging';
import type { CoexistenceEvent } from './schema';
import { isoTime } from './time';
import { forEachItem, unrecognized } from './unrecognized';
import { isUpdateField } from './updates';

/** Fields whose values hold messages, contacts and statuses. */
const MESSAGING_FIELDS = new Set([
	'history',
	'message_echoes',
	'messages',
	'smb_app_state_sync',
	'smb_message_echoes',
	'standby',
]);

const READ_OF_BODY = readKeys({ object: 'scalar', entry: 'anything' });
const READ_OF_ENTRY = readKeys({ id: 'scalar', time: 'time', changes: 'anything' });
const CHANGE = { object: 'scalar', field: 'scalar', value: 'anything' } as const;
const READ_OF_CHANGE = readKeys(CHANGE);
const READ_OF_CHANGE_WITH_REJECTION = readKeys({ ...CHANGE, rejection_info: 'anything' });

/** The field that a value belongs to, by the key that tells it, when the delivery names no field. */
const FIELD_OF_KEY: Array<[key: string, field: string]> = [
	['history', 'history'],
	['state_sync', 'smb_app_state_sync'],
	['message_echoes', 'smb_message_echoes'],
	['messages', 'messages'],
	['statuses', 'messages'],
	['standby', 'standby'],
	['calls', 'calls'],
	['user_actions', 'messages'],
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
	if (isEmpty(body) || (isObject(body) && !hasContent(body))) return events;

	const nowhere = unknownChange(keepRaw);
	if (!isObject(body) || !isForWhatsApp(body)) {
		events.push(unrecognized(nowhere, body));
	} else if (body.entry !== undefined && body.entry !== null) {
		forEachItem(nowhere, body.entry, events, (entry) => parseEntry(nowhere, entry, events));
		keepBeside('body', nowhere, unread(body, READ_OF_BODY, nowhere), body, events, 0);
	} else if (isObject(body.value)) {
		parseChange(nowhere, body, events);
	} else if (fieldOf(body) !== undefined) {
		parseChange(nowhere, { value: body }, events);
	} else {
		events.push(unrecognized(nowhere, body));
	}
	return events;
}

/** Whether a body has anything in it besides what only says what it is about. */
function hasContent(body: JsonObject): boolean {
	for (const key in body) {
		const isFrame = key === 'object' && typeof body[key] !== 'object';
		if (!isFrame && !isEmpty(body[key])) return true;
	}
	return false;
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
	const before = events.length;
	forEachItem(entry, raw.changes, events, (change) => parseChange(entry, change, events));
	keepBeside('entry', entry, unread(raw, READ_OF_ENTRY, entry), raw, events, before);
}

/**
 * Puts what stands beside the items of a part of the webhook on the first event of that part.
 *
 * @param before how many events there were before that part
 */
function keepBeside(
	part: 'body' | 'entry' | 'change' | 'value',
	change: Change,
	beside: JsonObject | undefined,
	raw: JsonObject,
	events: CoexistenceEvent[],
	before: number,
): void {
	if (beside === undefined) return;
	const first = events.at(before);
	if (first === undefined) {
		events.push(unrecognized(change, raw));
		return;
	}
	const webhook = asObject(first.extra?.webhook);
	addExtra(first, { webhook: { ...webhook, [part]: beside } });
}

function parseChange(entry: Change, raw: JsonObject, events: CoexistenceEvent[]): void {
	const value = asObject(raw.value);
	const field = asString(raw.field) ?? (value && fieldOf(value)) ?? null;
	const change = describeChange(entry, field, value);
	if (value === undefined || field === null) {
		events.push(unrecognized(change, raw));
		return;
	}
	const before = events.length;
	let besideItems: JsonObject | undefined;
	let read = READ_OF_CHANGE;
	if (MESSAGING_FIELDS.has(field) || isUpdateField(field)) {
		besideItems = parseMessaging(change, value, events);
	} else if (isAccountField(field)) {
		const whole = withRejection(value, raw.rejection_info);
		if (whole !== value) read = READ_OF_CHANGE_WITH_REJECTION;
		parseAccount(change, whole, events);
	} else {
		events.push(unrecognized(change, value));
	}

	keepBeside('value', change, besideItems, raw, events, before);
	keepBeside('change', change, unread(raw, read, change), raw, events, before);
}

function fieldOf(value: JsonObject): string | undefined {
	return FIELD_OF_KEY.find(([key]) => value[key] !== undefined && value[key] !== null)?.[1];
}

/** Meta's page about template statuses prints `rejection_info` beside the value it belongs to. */
function withRejection(value: JsonObject, rejectionInfo: unknown): JsonObject {
	if (rejectionInfo === undefined || value.rejection_info !== undefined) return value;
	return { ...value, rejection_info: rejectionInfo };
}
