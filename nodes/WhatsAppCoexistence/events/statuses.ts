import type { Change } from './change';
import { resolveContact } from './contact';
import { readErrors } from './errors';
import { eventId, withContentId } from './event-id';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { withRaw } from './raw';
import type { CoexistenceEvent, Contact, MessageStatusEvent } from './schema';
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
	profiles: readonly Contact[],
	events: CoexistenceEvent[],
): void {
	const isOnlyItem = Array.isArray(statuses) && statuses.length === 1;
	forEachItem(change, statuses, events, (raw) => {
		events.push(statusEvent(change, raw, profiles, isOnlyItem));
	});
}

function statusEvent(
	change: Change,
	raw: JsonObject,
	profiles: readonly Contact[],
	isOnlyItem: boolean,
): MessageStatusEvent {
	const wamid = asString(raw.id) ?? null;
	const status = asString(raw.status) ?? 'unknown';
	const occurredAt = isoTime(raw.timestamp);
	// Meta's pages print the participant's number under either name.
	const participant = raw.recipient_participant_id ?? raw.participant_recipient_id;
	const participantUserId = raw.recipient_participant_user_id;
	const isGroup =
		raw.recipient_type === 'group' || participant !== undefined || participantUserId !== undefined;
	const contact = isGroup
		? resolveContact(
				participant,
				participantUserId,
				raw.recipient_participant_parent_user_id,
				profiles,
				isOnlyItem,
			)
		: resolveContact(
				raw.recipient_id,
				raw.recipient_user_id,
				raw.recipient_parent_user_id,
				profiles,
				isOnlyItem,
			);
	// One POST holds the statuses of all participants of a group under the same wamid.
	const recipient = isGroup ? `:${contact.key ?? ''}` : '';
	const event: MessageStatusEvent = {
		event: 'message.status',
		eventId: eventId(
			change,
			'message.status',
			`${wamid}:${status}${recipient}:${occurredAt ?? ''}`,
		),
		occurredAt,
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		status,
		message: { id: wamid },
		contact,
		groupId: isGroup ? asString(raw.recipient_id) : undefined,
		errors: readErrors(raw.errors),
		conversation: asObject(raw.conversation),
		pricing: asObject(raw.pricing),
		bizOpaqueCallbackData: asString(raw.biz_opaque_callback_data),
	};
	return withRaw(change, wamid === null ? withContentId(event) : event, raw);
}
