import { commonFields, type Change } from './change';
import { NO_PROFILES, resolvePerson, type Person } from './contact';
import { withContentId } from './event-id';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { withRaw } from './raw';
import type { CoexistenceEvent } from './schema';
import { isoTime } from './time';
import { updateEvent } from './updates';

/**
 * Fields about the account and what belongs to it, rather than about messages.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
const ACCOUNT_FIELDS = new Set([
	'account_alerts',
	'account_offboarded',
	'account_reconnected',
	'account_review_update',
	'account_settings_update',
	'account_update',
	'business_capability_update',
	'business_username_update',
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
]);

export function isAccountField(field: string): boolean {
	return ACCOUNT_FIELDS.has(field);
}

export function parseAccount(change: Change, value: JsonObject, events: CoexistenceEvent[]): void {
	const about = correlate(change, value);
	const lifecycle = lifecycleEvent(change.field, value.event);
	if (lifecycle !== undefined) {
		events.push(lifecycleEventOf(lifecycle, about, value));
	} else {
		const person = change.field === 'messaging_handovers' ? handoverPerson(value) : undefined;
		events.push(updateEvent(about, 'account.updated', value, person));
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
		wabaId:
			asString(asObject(value.waba_info)?.waba_id) ?? asString(value.waba_id) ?? change.wabaId,
		phoneNumberId: change.phoneNumberId ?? asString(recipient?.phone_number_id) ?? null,
		displayPhoneNumber:
			change.displayPhoneNumber ??
			asString(value.display_phone_number) ??
			asString(value.phone_number) ??
			asString(recipient?.display_phone_number) ??
			null,
	};
}

/**
 * What Meta calls the same, as an event of `account_update` or, as seen in deliveries, as a field.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update
 */
function lifecycleEvent(field: string | null, metaEvent: unknown) {
	if (field === 'account_offboarded') return 'account.offboarded';
	if (field === 'account_reconnected') return 'account.reconnected';
	if (field !== 'account_update') return undefined;
	if (metaEvent === 'PARTNER_ADDED') return 'account.connected';
	if (metaEvent === 'PARTNER_REMOVED') return 'account.disconnected';
	if (metaEvent === 'ACCOUNT_OFFBOARDED') return 'account.offboarded';
	if (metaEvent === 'ACCOUNT_RECONNECTED') return 'account.reconnected';
	return undefined;
}

function lifecycleEventOf(
	name: NonNullable<ReturnType<typeof lifecycleEvent>>,
	change: Change,
	value: JsonObject,
): CoexistenceEvent {
	const disconnection = asObject(value.disconnection_info);
	const event = withContentId({
		event: name,
		reason:
			asString(disconnection?.reason) ?? asString(value.reason) ?? asString(value.reconnect_reason),
		initiatedBy: asString(disconnection?.initiated_by),
		value,
		occurredAt: isoTime(value.timestamp) ?? change.entryTime,
		eventId: '',
		...commonFields(change),
	});
	return withRaw(change, event, value);
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby */
function handoverPerson(value: JsonObject): Person | undefined {
	const sender = asObject(value.sender);
	return sender && resolvePerson(sender.phone_number, sender.user_id, undefined, NO_PROFILES);
}
