import type { OutputGroup } from '../events/groups';

/**
 * The webhook fields of the Meta app that each group of events comes in. Events of any other field that
 * the app is subscribed to are emitted as well.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
const FIELDS: Record<OutputGroup, readonly string[]> = {
	history: ['history'],
	contacts: ['smb_app_state_sync'],
	echoes: ['smb_message_echoes'],
	inbound: ['messages'],
	statuses: ['messages'],
	// Carries the coexistence lifecycle; the others are asked for only where they can arrive.
	account: ['account_update'],
};

/** Account events that go to the callback of the app, whatever override there is. */
const APP_ONLY_FIELDS = [
	'account_alerts',
	'account_review_update',
	'business_capability_update',
	'message_template_quality_update',
	'message_template_status_update',
	'phone_number_name_update',
	'phone_number_quality_update',
	'security',
	'template_category_update',
];

/**
 * @param takeover whether inbound events tell if the owner is answering, which only echoes show
 * @param forApp whether the callback of the app itself is ours
 * @param additional fields that were chosen one by one
 */
export function fieldsOf(
	groups: readonly OutputGroup[],
	takeover: boolean,
	forApp: boolean,
	additional: readonly string[] = [],
): string[] {
	const needed: OutputGroup[] = takeover && groups.includes('inbound') ? ['echoes'] : [];
	const fields = [...groups, ...needed].flatMap((group) => FIELDS[group]);
	if (forApp && groups.includes('account')) fields.push(...APP_ONLY_FIELDS);
	return [...new Set([...fields, ...additional])];
}

/** Fields that can be chosen one by one. */
const ADDITIONAL_FIELDS = ['calls', 'messaging_handovers', 'standby', 'user_preferences'];

/** All fields that this package may subscribe an app to. */
export const FIELDS_OF_OURS: ReadonlySet<string> = new Set([
	...Object.values(FIELDS).flat(),
	...APP_ONLY_FIELDS,
	...ADDITIONAL_FIELDS,
]);

/** Those of them that only the callback of the app receives, so that nobody else can live on them. */
export const FIELDS_OF_APP_ONLY: ReadonlySet<string> = new Set([
	...FIELDS.account,
	...APP_ONLY_FIELDS,
]);
