import { commonFields, type Change } from './change';
import { asUsername, userIdIn } from './contact';
import { makeContact } from './make-contact';
import { contentHash, eventId } from './event-id';
import { readKeys, unread } from './extra';
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
		contact,
		occurredAt,
		eventId: eventId(
			change,
			event,
			`${contact.key ?? ''}:${occurredAt ?? ''}:${contentHash(contact)}`,
		),
		...commonFields(change),
	};
	return withRaw(change, entry, raw, unread(raw, ITEM_KEYS, change, contact));
}

/** Meta's page has `add`, for edits too; `create` and `edit` have been seen, `update` from providers. */
function eventFor(action: unknown) {
	switch (action) {
		case 'add':
		case 'create':
		case 'edit':
		case 'update':
			return 'contact.saved';
		case 'remove':
			return 'contact.removed';
		default:
			return undefined;
	}
}

const ITEM_KEYS = readKeys({
	type: 'scalar',
	action: 'scalar',
	contact: readKeys({
		user_id: 'party',
		phone_number: 'party',
		parent_user_id: 'scalar',
		username: 'scalar',
		full_name: 'scalar',
		first_name: 'scalar',
	}),
	metadata: readKeys({ timestamp: 'time', version: 'number' }),
	timestamp: 'time',
});

function readContact(person: JsonObject, version: number | undefined): AddressBookContact {
	return {
		...makeContact(
			asString(person.user_id) ?? userIdIn(person.phone_number),
			phoneDigits(person.phone_number),
			asString(person.parent_user_id),
			asUsername(person.username),
			undefined,
		),
		fullName: asString(person.full_name),
		firstName: asString(person.first_name),
		version,
	};
}
