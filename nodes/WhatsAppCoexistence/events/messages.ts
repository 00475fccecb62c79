import type { Change } from './change';
import { resolvePerson, type Person, type Profiles } from './contact';
import { echoEvent } from './echoes';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { messageType } from './message';
import { messageEvent } from './message-event';
import { isSamePhone, phoneDigits } from './phone';
import type { CoexistenceEvent } from './schema';
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
	profiles: Profiles,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, messages, events, (raw) => {
		events.push(
			isEcho(change, raw) ? echoEvent(change, raw, profiles) : inboundEvent(change, raw, profiles),
		);
	});
}

function isEcho(change: Change, raw: JsonObject): boolean {
	if (change.field === 'smb_message_echoes') return true;
	return isSamePhone(phoneDigits(raw.from), change.businessPhone);
}

function inboundEvent(change: Change, raw: JsonObject, profiles: Profiles): CoexistenceEvent {
	const type = messageType(raw);
	const system = type === 'system' ? asObject(raw.system) : undefined;
	const person =
		system === undefined
			? resolvePerson(raw.from, raw.from_user_id, raw.from_parent_user_id, profiles)
			: previousIdentity(raw, system, profiles);
	return messageEvent(inboundKind(type), change, raw, person, false, undefined);
}

/**
 * A system message tells of a new number or user ID; the contact is who the customer was before. Where
 * the fields name the new one only, the text may name both.
 */
function previousIdentity(raw: JsonObject, system: JsonObject, profiles: Profiles): Person {
	const userId = raw.from_user_id ?? system.previous_user_id;
	const parentUserId = raw.from_parent_user_id ?? system.previous_parent_user_id;
	const isNamed = raw.from !== undefined || userId !== undefined;
	const phone = isNamed ? raw.from : previousIdIn(system);
	// An only contact may be who they are now.
	return resolvePerson(phone, userId, parentUserId, { ...profiles, isForOneItem: false });
}

/** User IDs, and numbers long enough to be one with its country code. */
const IDS_IN_TEXT = /\b(?:[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}|\d{8,15})\b/g;

/** The one ID in the text that is not the new one; undefined if that leaves none or several. */
function previousIdIn(system: JsonObject): string | undefined {
	const current = new Set([asString(system.user_id), asString(system.wa_id)]);
	const named = new Set(asString(system.body)?.match(IDS_IN_TEXT));
	const isComplete = [...named].some((id) => current.has(id));
	const others = [...named].filter((id) => !current.has(id));
	return isComplete && others.length === 1 ? others[0] : undefined;
}

function inboundKind(type: string) {
	if (type === 'edit') return 'inbound.edited';
	if (type === 'revoke') return 'inbound.revoked';
	if (type === 'system') return 'inbound.system';
	return 'inbound.message';
}
