import type { Change } from './change';
import { eventId, withContentId } from './event-id';
import type { JsonObject } from './json';
import { asString } from './json';
import { withRaw } from './raw';
import type {
	Contact,
	EchoEditedEvent,
	EchoMessageEvent,
	EchoRevokedEvent,
	InboundEditedEvent,
	InboundMessageEvent,
	InboundRevokedEvent,
	InboundSystemEvent,
	Message,
} from './schema';
import { isoTime } from './time';

export type LiveMessageEvent =
	| EchoMessageEvent
	| EchoEditedEvent
	| EchoRevokedEvent
	| InboundMessageEvent
	| InboundEditedEvent
	| InboundRevokedEvent
	| InboundSystemEvent;

/** The event of a message that was sent just now, by the customer or from the phone. */
export function liveMessageEvent(
	event: LiveMessageEvent['event'],
	change: Change,
	raw: JsonObject,
	message: Message,
	contact: Contact,
): LiveMessageEvent {
	const isEcho = event === 'echo.message' || event === 'echo.edited' || event === 'echo.revoked';
	const live: LiveMessageEvent = {
		event,
		eventId: message.id === null ? '' : eventId(change, event, message.id),
		occurredAt: isoTime(raw.timestamp),
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		direction: isEcho ? 'outbound' : 'inbound',
		author: isEcho ? 'business_app' : 'customer',
		isHistory: false,
		contact,
		groupId: asString(raw.group_id),
		message,
	};
	return withRaw(change, message.id === null ? withContentId(live) : live, raw);
}
