/**
 * How Meta is told who a message is for. A user ID (BSUID) goes into `recipient`: put into `to` it is
 * answered with 200 and the message is lost.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export type Recipient =
	| { recipient_type: 'individual'; to: string }
	| { recipient_type: 'individual'; recipient: string };

const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;
const PHONE = /^\+?[0-9]{7,15}$/;

/**
 * Tells a phone number and a user ID apart by their form.
 *
 * @param text what the user entered, such as `+34 600 333 444` or `ES.4815162342ABC`
 * @returns undefined where it is neither
 */
export function recipientOf(text: string): Recipient | undefined {
	const trimmed = text.trim();
	if (USER_ID.test(trimmed)) return { recipient_type: 'individual', recipient: trimmed };
	const digits = trimmed.replace(/[\s().-]/g, '');
	if (PHONE.test(digits)) return { recipient_type: 'individual', to: digits };
	return undefined;
}
