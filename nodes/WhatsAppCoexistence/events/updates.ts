import { commonFields, type Change } from './change';
import { resolvePerson, withUnreadProfile, type Person, type Profiles } from './contact';
import { eventId, withContentId } from './event-id';
import type { JsonObject } from './json';
import { asObject, asString, isObject } from './json';
import { isSamePhone, phoneDigits } from './phone';
import { withRaw } from './raw';
import type { CoexistenceEvent, UpdateEvent } from './schema';
import { isoTime } from './time';
import { forEachItem, unrecognized } from './unrecognized';

type UpdateName = UpdateEvent['event'];

/**
 * Fields that tell of customers, calls and groups by items that are no messages.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
const NAME_OF_FIELD = new Map<string | null, UpdateName>([
	['automatic_events', 'customer.acted'],
	['calls', 'call.updated'],
	['consumer_profile', 'account.updated'],
	['group_lifecycle_update', 'group.updated'],
	['group_participants_update', 'group.updated'],
	['group_settings_update', 'group.updated'],
	['group_status_update', 'group.updated'],
	['tracking_events', 'customer.acted'],
	['user_id_update', 'account.updated'],
	['user_preferences', 'account.updated'],
]);

/** Lists of such items that may stand under other fields, `messages` above all. */
const NAME_OF_LIST = new Map<string, UpdateName>([
	['automatic_events', 'customer.acted'],
	['calls', 'call.updated'],
	['groups', 'group.updated'],
	['user_actions', 'customer.acted'],
	['user_id_update', 'account.updated'],
	['user_preferences', 'account.updated'],
]);

export function isUpdateField(field: string): boolean {
	return NAME_OF_FIELD.has(field);
}

/** The name of the events that the items of a list give; undefined if nobody has heard of it. */
export function updateName(field: string | null, list: string): UpdateName | undefined {
	if (field === 'tracking_events' && list === 'events') return 'customer.acted';
	return NAME_OF_LIST.get(list);
}

/** Items that are no messages. Each event has Meta's own item as `value`. */
export function parseUpdates(
	change: Change,
	name: UpdateName,
	list: unknown,
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, list, events, (raw) => {
		events.push(updateEvent(change, name, raw, personIn(change, raw, profiles)));
	});
}

/** Changed profiles of customers: the list that stands beside the items elsewhere is the items here. */
export function parseConsumerProfiles(
	change: Change,
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	for (const profile of profiles.list) {
		profile.isUsed = true;
		const person = { contact: profile.contact, profile: undefined };
		events.push(updateEvent(change, 'account.updated', profile.raw, person));
	}
}

/** The event of a value in which there are no items. */
export function wholeUpdate(change: Change, value: JsonObject): CoexistenceEvent {
	const name = NAME_OF_FIELD.get(change.field);
	return name === undefined
		? unrecognized(change, value)
		: updateEvent(change, name, value, undefined);
}

export function updateEvent(
	change: Change,
	name: UpdateName,
	raw: JsonObject,
	person: Person | undefined,
): UpdateEvent {
	const contact = person?.contact.key == null ? undefined : person.contact;
	const event: UpdateEvent = {
		event: name,
		value: raw,
		contact,
		occurredAt: isoTime(raw.timestamp) ?? change.entryTime,
		eventId: '',
		...commonFields(change),
	};
	if (event.event === 'group.updated') event.groupId = asString(raw.group_id);
	const callId = name === 'call.updated' ? asString(raw.id) : undefined;
	if (callId === undefined) {
		withContentId(event);
	} else {
		const step = asString(raw.event) ?? asString(raw.status) ?? '';
		event.eventId = eventId(change, name, `${callId}:${step}:${event.occurredAt ?? ''}`);
	}
	return withRaw(change, event, raw, person && withUnreadProfile(undefined, person, change));
}

/**
 * The customer whom an item is about, by whichever keys name them. A changed user ID comes as
 * `{ previous, current }`; the contact is who the person was before.
 */
function personIn(change: Change, raw: JsonObject, profiles: Profiles): Person {
	const who = onlyParticipant(raw) ?? raw;
	const isToCustomer =
		who.direction === 'BUSINESS_INITIATED' ||
		isSamePhone(phoneDigits(who.from), change.businessPhone);
	const phone = isToCustomer ? who.to : who.from;
	const userId = isToCustomer ? who.to_user_id : who.from_user_id;
	const parentUserId = isToCustomer ? who.to_parent_user_id : who.from_parent_user_id;
	return resolvePerson(
		who.wa_id ?? phone ?? who.recipient_id,
		asObject(who.user_id)?.previous ?? who.user_id ?? userId ?? who.recipient_user_id,
		asObject(who.parent_user_id)?.previous ?? who.parent_user_id ?? parentUserId,
		profiles,
	);
}

/** Who joined or left a group, where it is one person. */
function onlyParticipant(raw: JsonObject): JsonObject | undefined {
	let only: JsonObject | undefined;
	for (const key in raw) {
		const list = raw[key];
		if (!key.endsWith('_participants') || !Array.isArray(list)) continue;
		if (list.length > 1 || (list.length === 1 && only !== undefined)) return undefined;
		if (isObject(list[0])) only = list[0];
	}
	return only;
}
