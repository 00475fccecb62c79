import { describe, expect, test } from '@jest/globals';

import {
	FIELDS_OF_APP_ONLY,
	FIELDS_OF_OURS,
	fieldsOf,
} from '../../../nodes/WhatsAppCoexistence/callbacks/fields';

/** Meta's names, from its list of webhook fields. */
const ABOUT_THE_ACCOUNT = [
	'account_update',
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

describe('the webhook fields that a trigger needs', () => {
	test.each([
		['history', ['history']],
		['contacts', ['smb_app_state_sync']],
		['echoes', ['smb_message_echoes']],
		['inbound', ['messages']],
		['statuses', ['messages']],
		['account', ['account_update']],
	] as const)('for %s are %j', (group, fields) => {
		expect(fieldsOf([group], false, false)).toEqual(fields);
	});

	test('name each field once', () => {
		expect(fieldsOf(['inbound', 'statuses'], false, false, ['messages', 'calls'])).toEqual([
			'messages',
			'calls',
		]);
	});

	test('for takeovers include echoes, where there are messages to tell it on', () => {
		expect(fieldsOf(['inbound'], true, false)).toEqual(['messages', 'smb_message_echoes']);
		expect(fieldsOf(['history'], true, false)).toEqual(['history']);
	});

	test('for the account are all where the callback is that of the app, which alone gets them', () => {
		expect(fieldsOf(['account'], false, true)).toEqual(ABOUT_THE_ACCOUNT);
		expect(fieldsOf(['inbound'], false, true)).toEqual(['messages']);
	});
});

test('the fields that only the app’s callback gets are those about the account', () => {
	expect([...FIELDS_OF_APP_ONLY]).toEqual(ABOUT_THE_ACCOUNT);
});

test('an app may be subscribed to these fields by the package, and to no other', () => {
	expect([...FIELDS_OF_OURS].sort()).toEqual(
		[
			...ABOUT_THE_ACCOUNT,
			'history',
			'messages',
			'smb_app_state_sync',
			'smb_message_echoes',
			'calls',
			'messaging_handovers',
			'standby',
			'user_preferences',
		].sort(),
	);
});
