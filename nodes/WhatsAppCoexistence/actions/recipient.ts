import { UserError, type INodeProperties } from 'n8n-workflow';

import { readEnteredContact, withoutInvisible } from '../events/entered-contact';

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
	const entered = withoutInvisible(text);
	if (entered === '') {
		throw new UserError('“To” is empty', {
			description:
				'Enter whom the message is for. Where an expression gives nothing, check that the field it names exists in this item.',
		});
	}
	const { phone, userId, fault } = readEnteredContact(entered);
	if (userId !== undefined) return { recipient_type: 'individual', recipient: userId };
	if (phone !== undefined) return { recipient_type: 'individual', to: phone };
	if (GROUP_ID.test(entered)) return { recipient_type: 'group', to: entered };
	const hasLetters = /\p{L}/u.test(entered);
	throw new UserError(
		hasLetters
			? '“To” is neither a phone number nor a user ID nor a group ID'
			: `“To” is not a phone number: it ${fault}`,
		{
			description: `It is “${entered}”${hasLetters ? `; as a phone number, it ${fault}` : ''}. Enter a phone number with country code, such as +34 600 333 444, a user ID, such as ES.4815162342ABC, or the ID of a group.`,
		},
	);
}
