import { commonFields, type Change } from './change';
import { resolvePerson, withUnreadProfile, type Profiles } from './contact';
import { ERROR_KEYS, readErrors } from './errors';
import { eventId, withContentId } from './event-id';
import { readKeys, unread, withRest } from './extra';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { isSamePhone, phoneDigits } from './phone';
import { withRaw } from './raw';
import type { CoexistenceEvent, MessageStatusEvent } from './schema';
import { isoTime } from './time';
import { forEachItem } from './unrecognized';

/**
 * What became of messages sent through the API. Meta keeps no order: `delivered` may be missing,
 * and `failed` may follow it.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function parseStatuses(
	change: Change,
	statuses: unknown,
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, statuses, events, (raw) => {
		events.push(statusEvent(change, raw, profiles));
	});
}

function statusEvent(change: Change, raw: JsonObject, profiles: Profiles): MessageStatusEvent {
	const wamid = asString(raw.id) ?? null;
	const status = asString(raw.status) ?? 'unknown';
	const occurredAt = isoTime(raw.timestamp);
	// Meta's pages print the participant's number under either name.
	const participant = raw.recipient_participant_id ?? raw.participant_recipient_id;
	const participantUserId = raw.recipient_participant_user_id;
	const isGroup =
		raw.recipient_type === 'group' || participant !== undefined || participantUserId !== undefined;
	const person = isGroup
		? resolvePerson(
				participant,
				participantUserId,
				raw.recipient_participant_parent_user_id,
				profiles,
			)
		: resolvePerson(
				raw.recipient_id ?? payerOf(change, raw),
				raw.recipient_user_id,
				raw.recipient_parent_user_id ?? raw.parent_recipient_user_id,
				profiles,
			);
	const { contact } = person;
	// One POST holds the statuses of all participants of a group under the same wamid.
	const recipient = isGroup ? `:${contact.key ?? ''}` : '';
	const event: MessageStatusEvent = {
		event: 'message.status',
		status,
		message: { id: wamid },
		contact,
		occurredAt,
		groupId: isGroup ? asString(raw.recipient_id) : undefined,
		errors: readErrors(raw.errors),
		payment: asObject(raw.payment),
		conversation: asObject(raw.conversation),
		pricing: asObject(raw.pricing),
		bizOpaqueCallbackData: asString(raw.biz_opaque_callback_data),
		eventId: eventId(
			change,
			'message.status',
			`${wamid}:${status}${recipient}:${occurredAt ?? ''}`,
		),
		...commonFields(change),
	};
	const rest = unread(raw, isGroup ? GROUP_STATUS_KEYS : STATUS_KEYS, change, contact);
	const isTimeRead = occurredAt !== null || raw.timestamp === undefined;
	const extra = withUnreadProfile(
		isTimeRead ? rest : withRest(rest, 'timestamp', raw.timestamp),
		person,
		change,
	);
	return withRaw(change, wamid === null ? withContentId(event) : event, raw, extra);
}

/** A payment's status names the customer by `from`, where the business would be elsewhere. */
function payerOf(change: Change, raw: JsonObject): unknown {
	return isSamePhone(phoneDigits(raw.from), change.businessPhone) ? undefined : raw.from;
}

const STATUS = {
	id: 'scalar',
	status: 'scalar',
	timestamp: 'scalar',
	from: 'party',
	recipient_id: 'party',
	recipient_user_id: 'party',
	recipient_parent_user_id: 'party',
	parent_recipient_user_id: 'party',
	errors: [ERROR_KEYS],
	payment: 'object',
	conversation: 'object',
	pricing: 'object',
	biz_opaque_callback_data: 'scalar',
} as const;
const STATUS_KEYS = readKeys(STATUS);
const GROUP_STATUS_KEYS = readKeys({
	...STATUS,
	recipient_type: 'scalar',
	recipient_id: 'scalar',
	recipient_participant_id: 'party',
	participant_recipient_id: 'party',
	recipient_participant_user_id: 'party',
	recipient_participant_parent_user_id: 'party',
});
