import type { Change } from './change';
import { resolveContact } from './contact';
import { echoEvent } from './echoes';
import type { JsonObject } from './json';
import { liveMessageEvent } from './live-message';
import { messageType, readMessage } from './message';
import { phoneDigits } from './phone';
import type { CoexistenceEvent, Contact } from './schema';
import { forEachItem } from './unrecognized';

/**
 * What customers send. A message from the business's own number is an echo even here, so that no
 * bot ever answers its owner.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export function parseMessages(
	change: Change,
	messages: unknown,
	profiles: readonly Contact[],
	events: CoexistenceEvent[],
): void {
	const isOnlyItem = Array.isArray(messages) && messages.length === 1;
	forEachItem(change, messages, events, (raw) => {
		events.push(
			isEcho(change, raw)
				? echoEvent(change, raw, profiles, isOnlyItem)
				: inboundEvent(change, raw, profiles, isOnlyItem),
		);
	});
}

function isEcho(change: Change, raw: JsonObject): boolean {
	if (change.field === 'smb_message_echoes') return true;
	return change.businessPhone !== undefined && phoneDigits(raw.from) === change.businessPhone;
}

function inboundEvent(
	change: Change,
	raw: JsonObject,
	profiles: readonly Contact[],
	isOnlyItem: boolean,
): CoexistenceEvent {
	const message = readMessage(raw);
	const contact =
		message.system === undefined
			? resolveContact(raw.from, raw.from_user_id, raw.from_parent_user_id, profiles, isOnlyItem)
			: previousIdentity(raw, message.system, profiles);
	return liveMessageEvent(inboundKind(messageType(raw)), change, raw, message, contact);
}

/** A system message tells of a new number or user ID; the contact is who the customer was before. */
function previousIdentity(
	raw: JsonObject,
	system: JsonObject,
	profiles: readonly Contact[],
): Contact {
	const before = resolveContact(
		raw.from,
		raw.from_user_id ?? system.previous_user_id,
		raw.from_parent_user_id ?? system.previous_parent_user_id,
		profiles,
		true,
	);
	if (before.key !== null) return before;
	return resolveContact(system.wa_id, system.user_id, system.parent_user_id, profiles, true);
}

function inboundKind(type: string) {
	if (type === 'edit') return 'inbound.edited';
	if (type === 'revoke') return 'inbound.revoked';
	if (type === 'system') return 'inbound.system';
	return 'inbound.message';
}
