import type { OutputGroup } from '../../events/groups';

/**
 * The webhook fields of the Meta app that each group of events comes in.
 *
 * The account group has many more fields that Meta offers; only `account_update` carries the
 * coexistence lifecycle and is asked for. Events of any other field that the app is subscribed to are
 * emitted as well.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
const FIELDS: Record<OutputGroup, readonly string[]> = {
	history: ['history'],
	contacts: ['smb_app_state_sync'],
	echoes: ['smb_message_echoes'],
	inbound: ['messages'],
	statuses: ['messages'],
	account: ['account_update'],
};

/**
 * @param takeover whether inbound events tell if the owner is answering, which only echoes show
 */
export function fieldsOf(groups: readonly OutputGroup[], takeover: boolean): string[] {
	const needed: OutputGroup[] = takeover && groups.includes('inbound') ? ['echoes'] : [];
	return [...new Set([...groups, ...needed].flatMap((group) => FIELDS[group]))];
}
