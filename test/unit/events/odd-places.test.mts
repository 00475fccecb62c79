import { expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { isoTime } from '../../../nodes/WhatsAppCoexistence/events/time';
import { lostValues } from '../../fuzz/lost-values.mts';
import type { JsonObject } from './webhooks.mts';

const metadata = { display_phone_number: '34600111222', phone_number_id: '800000000000001' };
const message = { from: '34600333444', id: 'wamid.M1', timestamp: '1789000701' };
const text = { ...message, type: 'text', text: { body: 'hola' } };

const webhookOf = (change: JsonObject): JsonObject => ({ entry: [{ changes: [change] }] });
const change = (field: string, value: JsonObject) =>
	webhookOf({ field, value: { metadata, ...value } });
const messages = (item: JsonObject, beside: JsonObject = {}) =>
	change('messages', { messages: [item], ...beside });
const chunk = (item: JsonObject) => change('history', { history: [item] });

/** Found by fuzzing: each was lost in part. */
const FOUND: Array<[string, JsonObject]> = [
	['a key without a name', messages(text, { metadata: { ...metadata, '': 'new' } })],
	['a list in the place of an object', messages(text, { metadata: [{ ...metadata, a: 'new' }] })],
	['a list in a list', messages({ ...message, type: 'unsupported', errors: [[{ code: 130501 }]] })],
	['a text in the place of a code', messages(text, { errors: [{ code: 'new', title: 'x' }] })],
	['a text in the place of a number', chunk({ metadata: { phase: 'new' }, threads: [] })],
	['errors of the type “errors”', messages({ ...message, type: 'errors', errors: [{ new: 'x' }] })],
	['messages that are no list', chunk({ threads: [{ id: '346', messages: { new: 'x' } }] })],
	[
		'where a live message stood in a history',
		messages({ ...text, history_context: { status: 'PENDING' } }),
	],
	[
		'a contact on the message beside what is new on the profile',
		messages(
			{ ...text, contact: 'new' },
			{ contacts: [{ wa_id: '34600333444', new_key: 'newer' }] },
		),
	],
	[
		'a thread on the message beside what is new on the conversation',
		chunk({
			threads: [{ id: '34600333444', new_key: 'newer', messages: [{ ...text, thread: 'new' }] }],
		}),
	],
	[
		'a parent other than the message’s',
		messages(
			{ ...text, from_parent_user_id: 'ES.ENT.1' },
			{ contacts: [{ wa_id: '34600333444', parent_user_id: 'ES.ENT.2' }] },
		),
	],
	[
		'what an edit has beside content of another shape',
		messages({
			...message,
			type: 'edit',
			edit: {
				original_message_id: 'wamid.M0',
				message: { context: { id: 'inner' }, type: 'text', text: { a: 1 } },
			},
		}),
	],
	[
		'the general code beside the specific one',
		chunk({ errors: [{ code: 100, error_subcode: 2593109 }] }),
	],
	[
		'a time that is none, on an address-book entry',
		change('smb_app_state_sync', {
			state_sync: [
				{
					type: 'contact',
					action: 'add',
					contact: { phone_number: '34600333444' },
					metadata: { timestamp: 'new', version: 'newer' },
				},
			],
		}),
	],
	[
		'a rejection beside a value of an unknown field',
		webhookOf({ field: 'new_field', value: {}, rejection_info: { reason: 'new' } }),
	],
	[
		'a time that is none, on an entry',
		{ entry: [{ time: 'new', changes: [{ field: 'a', value: {} }] }] },
	],
	['a time that is none, on an entry without changes', { entry: [{ id: '1', time: 'new' }] }],
	[
		'an object that says who is quoted, where nothing is',
		messages({ ...text, context: { from: { a: 'new' } } }),
	],
	[
		'a username other than the profile’s',
		messages(text, {
			contacts: [{ wa_id: '34600333444', username: 'new', profile: { username: 'newer' } }],
		}),
	],
	['an entry whose ID is an object', { entry: [{ id: { a: 'new' } }] }],
];

test.each(FOUND)('%s is kept', (_, body) => {
	expect(lostValues(body, parseWebhook(body), isoTime, true)).toEqual([]);
});
