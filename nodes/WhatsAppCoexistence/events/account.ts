import type { Change } from './change';
import { readProfiles, resolveContact } from './contact';
import { withContentId } from './event-id';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { withRaw } from './raw';
import type { AccountUpdatedEvent, CoexistenceEvent, Contact } from './schema';
import { isoTime } from './time';
import { forEachItem } from './unrecognized';

/**
 * Fields about the account and what belongs to it, rather than about messages.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
const ACCOUNT_FIELDS = new Set([
	'account_alerts',
	'account_review_update',
	'account_settings_update',
	'account_update',
	'business_capability_update',
	'business_username_updates',
	'flows',
	'message_template_components_update',
	'message_template_quality_update',
	'message_template_status_update',
	'messaging_handovers',
	'partner_solutions',
	'payment_configuration_update',
	'phone_number_name_update',
	'phone_number_quality_update',
	'security',
	'template_category_update',
	'user_id_update',
	'user_preferences',
]);

export function isAccountField(field: string): boolean {
	return ACCOUNT_FIELDS.has(field);
}

export function parseAccount(change: Change, value: JsonObject, events: CoexistenceEvent[]): void {
	const about = correlate(change, value);
	switch (change.field) {
		case 'account_update':
			events.push(accountUpdateEvent(about, value));
			return;
		case 'messaging_handovers':
			events.push(updatedEvent(about, value, handoverContact(value)));
			return;
		case 'user_preferences':
		case 'user_id_update':
			parsePeople(about, value, events);
			return;
		default:
			events.push(updatedEvent(about, value, undefined));
	}
}

/**
 * Account fields have no `metadata`; number and account stand in the value itself. On `PARTNER_*`
 * updates `entry.id` is the partner's business portfolio, so the account in `waba_info` goes first.
 */
function correlate(change: Change, value: JsonObject): Change {
	const recipient = asObject(value.recipient);
	return {
		...change,
		wabaId: asString(asObject(value.waba_info)?.waba_id) ?? change.wabaId,
		phoneNumberId: change.phoneNumberId ?? asString(recipient?.phone_number_id) ?? null,
		displayPhoneNumber:
			change.displayPhoneNumber ??
			asString(value.display_phone_number) ??
			asString(value.phone_number) ??
			asString(recipient?.display_phone_number) ??
			null,
	};
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update */
function accountUpdateEvent(change: Change, value: JsonObject): CoexistenceEvent {
	const name = lifecycleEvent(value.event);
	if (name === undefined) return updatedEvent(change, value, undefined);
	const disconnection = asObject(value.disconnection_info);
	const event = withContentId({
		event: name,
		eventId: '',
		occurredAt: change.entryTime,
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		reason: asString(disconnection?.reason),
		initiatedBy: asString(disconnection?.initiated_by),
		value,
	});
	return withRaw(change, event, value);
}

function lifecycleEvent(metaEvent: unknown) {
	if (metaEvent === 'PARTNER_ADDED') return 'account.connected';
	if (metaEvent === 'PARTNER_REMOVED') return 'account.disconnected';
	if (metaEvent === 'ACCOUNT_OFFBOARDED') return 'account.offboarded';
	if (metaEvent === 'ACCOUNT_RECONNECTED') return 'account.reconnected';
	return undefined;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby */
function handoverContact(value: JsonObject): Contact | undefined {
	const sender = asObject(value.sender);
	return sender && resolveContact(sender.phone_number, sender.user_id, undefined, [], false);
}

/** Fields that hold a list of people, under a key named like the field. */
function parsePeople(change: Change, value: JsonObject, events: CoexistenceEvent[]): void {
	const people =
		change.field === 'user_preferences' ? value.user_preferences : value.user_id_update;
	if (people === undefined || people === null) {
		events.push(updatedEvent(change, value, undefined));
		return;
	}
	const profiles = readProfiles(change, value.contacts, events);
	forEachItem(change, people, events, (raw) => {
		events.push(updatedEvent(change, raw, personContact(raw, profiles)));
	});
}

/** A changed user ID comes as `{ previous, current }`; the contact is who the person was before. */
function personContact(raw: JsonObject, profiles: readonly Contact[]): Contact {
	return resolveContact(
		raw.wa_id,
		asObject(raw.user_id)?.previous ?? raw.user_id,
		asObject(raw.parent_user_id)?.previous ?? raw.parent_user_id,
		profiles,
		false,
	);
}

function updatedEvent(
	change: Change,
	value: JsonObject,
	contact: Contact | undefined,
): AccountUpdatedEvent {
	const event = withContentId<AccountUpdatedEvent>({
		event: 'account.updated',
		eventId: '',
		occurredAt: isoTime(value.timestamp) ?? change.entryTime,
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
		contact,
		value,
	});
	return withRaw(change, event, value);
}
