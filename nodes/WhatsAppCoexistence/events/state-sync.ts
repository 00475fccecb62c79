import type { Change } from './change';
import { makeContact, userIdIn } from './contact';
import { contentHash, eventId } from './event-id';
import type { JsonObject } from './json';
import { asNumber, asObject, asString } from './json';
import { phoneDigits } from './phone';
import { withRaw } from './raw';
import type {
	AddressBookContact,
	CoexistenceEvent,
	ContactRemovedEvent,
	ContactSavedEvent,
} from './schema';
import { isoTime } from './time';
import { forEachItem, unrecognized } from './unrecognized';

/**
 * Additions, edits and removals in the phone's address book.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_app_state_sync
 */
export function parseStateSync(
	change: Change,
	stateSync: unknown,
	events: CoexistenceEvent[],
): void {
	forEachItem(change, stateSync, events, (raw) => events.push(stateSyncEvent(change, raw)));
}

function stateSyncEvent(change: Change, raw: JsonObject): CoexistenceEvent {
	const person = asObject(raw.contact);
	const event = eventFor(raw.action);
	const isContact = raw.type === 'contact' || raw.type === undefined;
	if (!isContact || event === undefined || person === undefined) return unrecognized(change, raw);

	const metadata = asObject(raw.metadata);
	const occurredAt = isoTime(metadata?.timestamp ?? raw.timestamp);
	const contact = readContact(person, asNumber(metadata?.version));
	const entry: ContactSavedEvent | ContactRemovedEvent = {
		event,
		eventId: eventId(
			change,
			event,
			`${contact.key ?? ''}:${occurredAt ?? ''}:${contentHash(contact)}`,
		),
		occurredAt,
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		contact,
	};
	return withRaw(change, entry, raw);
}

/** `add` is sent for edits too; `update` is what some providers make of those. */
function eventFor(action: unknown) {
	if (action === 'add' || action === 'update') return 'contact.saved';
	if (action === 'remove') return 'contact.removed';
	return undefined;
}

function readContact(person: JsonObject, version: number | undefined): AddressBookContact {
	return {
		...makeContact(
			asString(person.user_id) ?? userIdIn(person.phone_number),
			phoneDigits(person.phone_number),
			asString(person.parent_user_id),
			asString(person.username),
			undefined,
		),
		fullName: asString(person.full_name),
		firstName: asString(person.first_name),
		version,
	};
}
