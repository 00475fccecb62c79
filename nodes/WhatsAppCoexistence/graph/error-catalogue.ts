/**
 * What each numeric code of the Graph API means for a WhatsApp number and what a person can do
 * about it.
 *
 * Decisions are made on the code alone, never on Meta's message text, which changes without notice.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */

/**
 * Whether the same request may be sent again.
 *
 * - `backoff`: soon, with growing pauses (throughput, outage).
 * - `pair`: after 4^n seconds (too many messages to one person).
 * - `wait`: not now; minutes to days, so it is left to the user.
 * - `never`: not without changing something first.
 */
export type Retry = 'backoff' | 'pair' | 'wait' | 'never';

export interface CatalogueEntry {
	/** What happened, one sentence without a final period. */
	meaning: string;
	/** What to do next, one or two sentences. */
	advice: string;
	retry: Retry;
	/** True where Meta does not say whether the request was carried out, “unknown error” and the like. */
	mayBeDone?: true;
}

const entry = (retry: Retry, meaning: string, advice: string): CatalogueEntry => ({
	meaning,
	advice,
	retry,
});

const unclear = (meaning: string): CatalogueEntry => ({
	...entry('backoff', meaning, TRY_LATER),
	mayBeDone: true,
});

const CHECK_TOKEN =
	'Create a new access token for a system user in Meta Business Settings and put it into the credential.';
const CHECK_PERMISSION =
	'Give the token the permissions whatsapp_business_messaging and whatsapp_business_management, and assign the WhatsApp Business Account to its system user.';
const CHECK_CALLBACK =
	'Meta asks the address while it is being registered. Publish the workflow that answers there first, check that the address can be reached from the internet, and that the verify token is the same on both sides.';
const CHECK_PARAMETERS = 'Compare the field named in the details with what you entered.';
const TRY_LATER = 'Nothing has to be changed. Try again in a few minutes.';
const ONBOARD_AGAIN =
	'The owner has to disconnect in the WhatsApp Business app (Settings > Account > Business Platform) and go through Embedded Signup again; then each sync can be requested once more.';
const NEW_SIGNUP_CODE =
	'A code of Embedded Signup lives for 30 seconds and can be exchanged once, by the app that it was made for and without a redirect URI. Go through the signup again and exchange the new code at once.';
const CHECK_TEMPLATE = 'Open the template in WhatsApp Manager and compare it with what you sent.';

/** By code. `docs/errors.md` is written from it; to decide on a failure, use `lookUp`. */
export const CATALOGUE = {
	0: entry('never', 'Meta could not authenticate the app user', CHECK_TOKEN),
	1: unclear('Meta had a fault of its own or did not understand the request'),
	2: unclear('The Graph API is down or overloaded for a moment'),
	3: entry('never', 'The app lacks a capability for this call', CHECK_PERMISSION),
	4: entry(
		'wait',
		'The app has reached its limit of API calls',
		'Wait until the hour is over, and make fewer management calls.',
	),
	10: entry('never', 'The token lacks a permission for this call', CHECK_PERMISSION),
	33: entry(
		'never',
		'Meta has nothing by this ID that the token may see',
		'Check the ID, and that the credential belongs to the business that owns it. It may also have been deleted.',
	),
	100: entry(
		'never',
		'Meta refused a parameter of the request',
		`${CHECK_PARAMETERS} If they name appsecret_proof, the App Secret in the credential is not that of the app which the access token was made for.`,
	),
	104: entry('never', 'The request carried no access token', CHECK_TOKEN),
	190: entry('never', 'The access token has expired or is not valid', CHECK_TOKEN),
	368: entry(
		'never',
		'Meta has blocked this account for a policy violation for now',
		'See the violation in WhatsApp Manager > Account Quality and appeal there.',
	),
	2200: entry('never', 'The callback did not pass Meta’s handshake', CHECK_CALLBACK),
	2201: entry(
		'never',
		'The callback answered Meta’s handshake with something else',
		CHECK_CALLBACK,
	),
	36007: entry('never', 'The signup code has expired', NEW_SIGNUP_CODE),
	36008: entry('never', 'Meta does not know the signup code', NEW_SIGNUP_CODE),
	36009: entry('never', 'The signup code was used before', NEW_SIGNUP_CODE),
	80007: entry(
		'wait',
		'The WhatsApp Business Account has reached its limit of API calls',
		'Wait until the hour is over, and make fewer management calls.',
	),
	130403: entry(
		'never',
		'The recipient is blocked by this business',
		'Unblock the person before writing to them.',
	),
	130429: entry(
		'backoff',
		'The number sends faster than Meta allows',
		'A coexistence number may send 20 messages a second. With several n8n workers, enter a share for each in the credential (Messages per Second).',
	),
	130472: entry(
		'never',
		'The recipient is part of a Meta experiment and gets no marketing messages',
		'Do not repeat it. Write to this person when they have written to you.',
	),
	130497: entry(
		'never',
		'This account may not message people in that country',
		'Leave out recipients in that country, or see Meta’s country rules for your business category.',
	),
	130501: entry(
		'never',
		'This kind of message is not supported in groups',
		'Send it to the people one by one or use another kind of message.',
	),
	131000: unclear('Something went wrong at Meta'),
	131005: entry('never', 'The token lacks a permission for this call', CHECK_PERMISSION),
	131008: entry('never', 'A required parameter is missing', CHECK_PARAMETERS),
	131009: entry('never', 'A parameter has a value that Meta does not accept', CHECK_PARAMETERS),
	131016: unclear('A Meta service is not available for a moment'),
	131020: entry(
		'never',
		'The group has no other member',
		'Choose another group, or write to the person directly.',
	),
	131021: entry('never', 'The recipient is the sending number itself', 'Choose another recipient.'),
	131026: entry(
		'never',
		'The message cannot be delivered to this person',
		'The number may not use WhatsApp, may run an old version or may not have accepted the terms. Reach the person another way.',
	),
	131030: entry(
		'never',
		'The recipient is not on the list of numbers that a test number may write to',
		'Add the recipient in the App Dashboard > WhatsApp > API Setup, or send from a number of your own. Numbers of Argentina (+54 9), Mexico (+52 1) and Brazil (ninth digit) are written with and without that digit: the list has to hold the form that you send to, so add both.',
	),
	131031: entry(
		'never',
		'The account is locked or the request does not match its data',
		'See the account in WhatsApp Manager > Account Quality.',
	),
	131037: entry(
		'never',
		'The number needs an approved display name before it can send',
		'Set or appeal the display name in WhatsApp Manager > Phone Numbers.',
	),
	131041: entry(
		'never',
		'There is no such group, or this number is not a member of it',
		'Check the group ID, and that this number is a member.',
	),
	131042: entry(
		'never',
		'There is an issue with the payment method',
		'Check the payment method of the WhatsApp Business Account in Meta Business Settings > Billing.',
	),
	131045: entry(
		'never',
		'The number is not registered correctly',
		'A coexistence number is registered by Embedded Signup only: repeat the onboarding. Do not call /register on it.',
	),
	131047: entry(
		'never',
		'More than 24 hours have passed since this person last wrote',
		'Send an approved template instead. Answers typed on the phone do not open the 24-hour window.',
	),
	131048: entry(
		'wait',
		'The number is restricted because people reported or blocked it',
		'Wait, and see the quality rating in WhatsApp Manager before sending more.',
	),
	131049: entry(
		'wait',
		'Meta chose not to deliver this marketing message',
		'Wait at least 24 hours before trying this person again, longer each time.',
	),
	131050: entry(
		'never',
		'The person has opted out of marketing messages from this business',
		'Do not send them marketing templates again.',
	),
	131051: entry('never', 'This type of message is not supported', 'Use another type of message.'),
	131052: entry(
		'never',
		'The media sent by the person could not be downloaded',
		'Ask the person to send the file again, at most 100 MB.',
	),
	131053: entry(
		'never',
		'Meta could not take the media file',
		'Check that the file type is one WhatsApp supports, and that the content matches its MIME type.',
	),
	131055: entry(
		'never',
		'This method is not allowed for the message',
		'If it is a marketing template, add the option “Send as Marketing Message” of Send Template; only marketing templates go that way.',
	),
	131056: entry(
		'pair',
		'Too many messages were sent to this person in a short time',
		'One message in six seconds per person is Meta’s limit. Send more slowly to the same person.',
	),
	131057: entry('backoff', 'The account is in maintenance for a moment', TRY_LATER),
	131059: entry(
		'never',
		'The list has changed while its pages were read',
		'Run it again: the pages are then read from the beginning.',
	),
	131060: entry(
		'never',
		'The message is not available to the Cloud API',
		'The owner sees it in the WhatsApp Business app; read it there.',
	),
	131062: entry(
		'never',
		'This message cannot be sent to a user ID',
		'Send it to a phone number; authentication templates with a code button need one.',
	),
	131063: entry(
		'never',
		'Marketing templates are switched off for this way of sending',
		'The account has disable_marketing_messages_on_cloud_api set. Switch it off again, or add the option “Send as Marketing Message” of Send Template.',
	),
	131064: entry(
		'wait',
		'Too many templates were filed under the wrong category, so this account may send only so many messages',
		'See the category of each template in WhatsApp Manager > Message Templates. Meta lifts the limit by itself after a while.',
	),
	131201: entry(
		'never',
		'Meta refused an operation on the group',
		'See the details. Groups can be used by some numbers only.',
	),
	132000: entry('never', 'The number of variables does not match the template', CHECK_TEMPLATE),
	132001: entry(
		'never',
		'The template does not exist in that language or is not approved',
		'Check name and language in WhatsApp Manager > Message Templates.',
	),
	132005: entry('never', 'The text is too long once the variables are filled in', CHECK_TEMPLATE),
	132007: entry('never', 'The template breaks a content policy', CHECK_TEMPLATE),
	132012: entry('never', 'A variable has a form that the template does not expect', CHECK_TEMPLATE),
	132015: entry(
		'never',
		'The template is paused for low quality',
		'Improve the template in WhatsApp Manager or use another one.',
	),
	132016: entry(
		'never',
		'The template was disabled for low quality',
		'Create a new template with other content.',
	),
	132018: entry('never', 'A parameter of the template is not right', CHECK_TEMPLATE),
	132068: entry(
		'never',
		'The flow is blocked',
		'Open the flow in WhatsApp Manager and correct it.',
	),
	132069: entry(
		'wait',
		'The flow is throttled',
		'See the flow in WhatsApp Manager; it has been used too often in the last hour.',
	),
	133000: entry('backoff', 'An earlier deregistration is not complete', TRY_LATER),
	133004: entry('backoff', 'The registration server is not available for a moment', TRY_LATER),
	133005: entry('never', 'The two-step verification PIN is wrong', 'Check the PIN of the number.'),
	133006: entry(
		'never',
		'The number has to be verified before it can be registered',
		'Repeat Embedded Signup for the number.',
	),
	133008: entry(
		'wait',
		'The PIN was entered wrongly too often',
		'Wait as long as the details say before trying again.',
	),
	133009: entry('wait', 'The PIN was entered too quickly', 'Wait a moment before trying again.'),
	133010: entry(
		'never',
		'The number is not registered on the Cloud API',
		'After a change of phone a coexistence number is offboarded for some minutes; wait for the account.reconnected event. Otherwise repeat Embedded Signup. Never call /register on it.',
	),
	133015: entry(
		'wait',
		'The number was deleted a moment ago',
		'Wait five minutes before trying again.',
	),
	133016: entry(
		'wait',
		'The number was registered or deregistered too often',
		'Wait 72 hours before trying again.',
	),
	134011: entry(
		'never',
		'The terms of payment have not been accepted',
		'Accept them in WhatsApp Manager.',
	),
	134100: entry(
		'never',
		'Only marketing templates can be sent this way',
		'Send this template through the ordinary messages call.',
	),
	134101: entry(
		'wait',
		'The template is still being prepared for marketing messages',
		'Wait ten minutes after its creation.',
	),
	134102: entry('never', 'The template cannot be used for marketing messages', CHECK_TEMPLATE),
	135000: entry(
		'never',
		'Meta could not process a parameter of the request',
		`${CHECK_PARAMETERS} For a sync, right after signup, it means that the owner has not finished in the WhatsApp Business app yet: wait until the app shows the connection, and run it again.`,
	),
	139100: entry(
		'never',
		'Some of the people could not be blocked or unblocked',
		'The answer says for each of them why. Only who has written in the last 24 hours can be blocked.',
	),
	139101: entry(
		'never',
		'The list of blocked people is full',
		'It holds 64,000. Unblock some of them first.',
	),
	139102: entry('backoff', 'The list of blocked people was being changed', TRY_LATER),
	139103: entry('backoff', 'Meta could not change the list of blocked people', TRY_LATER),
	147001: entry('never', 'The username cannot be used', 'Choose another username.'),
	200005: entry(
		'never',
		'Template insights cannot be used for this account',
		'See WhatsApp Manager > Insights.',
	),
	1752041: entry(
		'never',
		'The same onboarding to marketing messages was requested before',
		'Nothing has to be done.',
	),
	2494073: entry(
		'never',
		'A variable of the template has a line break, a tab or more than four spaces in a row',
		'Switch “Flatten Variables” on, or take them out of the value.',
	),
	2494100: entry('backoff', 'The number is in maintenance for a moment', TRY_LATER),
	2593107: entry(
		'never',
		'This sync was already requested for the current onboarding',
		`If contacts and old chats have come, there is nothing to do. Otherwise: ${ONBOARD_AGAIN}`,
	),
	2593108: entry(
		'never',
		'The 24 hours after onboarding in which a sync can be requested are over',
		ONBOARD_AGAIN,
	),
	2593109: entry(
		'never',
		'The owner chose not to share the chat history',
		'Only the owner can change that, by disconnecting and onboarding again with sharing allowed.',
	),
} satisfies Record<number, CatalogueEntry>;

/** Ranges in which Meta gives every code the same treatment. */
export const RANGES: Array<{ from: number; to: number; entry: CatalogueEntry }> = [
	{ from: 200, to: 299, entry: CATALOGUE[10] },
	{ from: 131201, to: 131215, entry: CATALOGUE[131201] },
	{ from: 200005, to: 200007, entry: CATALOGUE[200005] },
	{ from: 147001, to: 147005, entry: CATALOGUE[147001] },
	{
		from: 2388000,
		to: 2388999,
		entry: entry(
			'never',
			'The template could not be created, or the number not moved',
			CHECK_TEMPLATE,
		),
	},
];

/** The entry for a code, or `undefined` where Meta's lists do not name it. */
export function lookUp(code: number): CatalogueEntry | undefined {
	const named: Record<number, CatalogueEntry> = CATALOGUE;
	return named[code] ?? RANGES.find((range) => code >= range.from && code <= range.to)?.entry;
}

/** They say in which part of Meta it failed; what failed may stand in the other number. */
const GENERIC_CODES: ReadonlySet<number> = new Set([0, 1, 2, 3, 10, 100, 190, 131000, 135000]);

/**
 * The number that says most about an error of Meta's, or null where there is none. Meta puts the
 * specific one sometimes into `code` and sometimes into `error_subcode`, below a generic code such as
 * 100; the same `code` has also been seen beside a sub-code that is in no list.
 *
 * @param error the object `error` of an answer, as it came
 */
export function specificCode(
	error: { code?: unknown; error_subcode?: unknown } = {},
): number | null {
	const numbers = [error.error_subcode, error.code].filter((value) => typeof value === 'number');
	const known = numbers.filter((number) => lookUp(number) !== undefined);
	return known.find((number) => !GENERIC_CODES.has(number)) ?? numbers.at(-1) ?? null;
}
