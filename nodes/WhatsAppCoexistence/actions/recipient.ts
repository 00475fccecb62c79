import { UserError, type INodeProperties } from 'n8n-workflow';

/**
 * How Meta is told who a message is for. A user ID (BSUID) goes into `recipient`: put into `to` it is
 * answered with 200 and the message is lost.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/groups-messaging
 */
export type Recipient =
	| { recipient_type: 'individual'; to: string }
	| { recipient_type: 'individual'; recipient: string }
	| { recipient_type: 'group'; to: string };

const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;
const PHONE = /^\+?[0-9]{7,15}$/;
/** Meta's group IDs are Base64 text; it holds `capi_group:`, the business number and the group. */
const GROUP_ID = /^(?=.*[A-Za-z])[A-Za-z0-9+/_-]{20,}={0,2}$/;

export const recipientProperty: INodeProperties = {
	displayName: 'To',
	name: 'to',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. +34 600 333 444',
	description:
		'Phone number with country code, user ID or group ID. To answer an event of the trigger, drag its field “contact.key” here.',
};

/**
 * Tells a phone number, a user ID and a group ID apart by their form.
 *
 * @param text what the user entered, such as `+34 600 333 444` or `ES.4815162342ABC`
 * @throws UserError where it is empty or none of them
 */
export function recipientOf(text: string): Recipient {
	const trimmed = text.trim();
	if (trimmed === '') {
		throw new UserError('“To” is empty', {
			description:
				'Enter whom the message is for. Where an expression gives nothing, check that the field it names exists in this item.',
		});
	}
	if (USER_ID.test(trimmed)) return { recipient_type: 'individual', recipient: trimmed };
	const digits = trimmed.replace(/[\s().-]/g, '');
	if (PHONE.test(digits)) return { recipient_type: 'individual', to: digits };
	if (GROUP_ID.test(trimmed)) return { recipient_type: 'group', to: trimmed };
	throw new UserError('“To” is neither a phone number nor a user ID nor a group ID', {
		description: `It is “${trimmed}”. Enter a phone number with country code, such as +34 600 333 444, a user ID, such as ES.4815162342ABC, or the ID of a group.`,
	});
}
