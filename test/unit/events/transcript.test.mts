import { expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { rowOf, transcriptOf } from '../../../nodes/WhatsAppCoexistence/events/rows';
import type { MessageEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { inboundMessage, webhook } from '../../integration/trigger/wire.mts';

const [newest] = parseWebhook(
	webhook('messages', {
		messages: [inboundMessage({ type: 'text', text: { body: 'What did you promise me?' } })],
	}),
) as [MessageEvent];
const { contact, phoneNumberId } = newest;
const today = newest.occurredAt!.slice(0, 10);

let count = 0;
/** A row of the chat as a table gives it. */
function row(columns: object) {
	return {
		wamid: `wamid.row${count++}`,
		sent_at: '2026-01-02T10:00:00.000Z',
		contact_key: contact.key,
		contact_phone: contact.phone,
		phone_number_id: phoneNumberId,
		group_id: null,
		direction: 'inbound',
		type: 'text',
		text: null,
		edited_text: null,
		deleted_at: null,
		...columns,
	};
}

const linesOf = (rows: object[], event = newest, timeZone = 'UTC', words?: string) =>
	transcriptOf(rows as never, event, timeZone, { words }).text.split('\n');

test('says who said what and when, oldest first, with the new message at the end', () => {
	const rows = [
		row({ direction: 'outbound', text: 'Here it is', sent_at: '2026-01-02T12:00:00.000Z' }),
		row({
			direction: 'outbound',
			author: 'business_app',
			text: 'Ten per cent off',
			sent_at: new Date('2026-01-02T11:00:00.000Z'),
		}),
		row({ text: 'A discount?' }),
		row({ direction: 'outbound', author: 'meta_bot', text: 'Hi', sent_at: '2026-01-01T09:00:00Z' }),
	];
	expect(linesOf(rows, newest, 'Europe/Madrid').slice(0, 4)).toEqual([
		'[2026-01-01 10:00] Bot of Meta’s: Hi',
		'[2026-01-02 11:00] Customer: A discount?',
		'[2026-01-02 12:00] Owner, on the phone: Ten per cent off',
		'[2026-01-02 13:00] Assistant: Here it is',
	]);
	expect(linesOf(rows).at(-1)).toMatch(`[${today} `);
	expect(linesOf(rows).at(-1)).toContain('] Customer: What did you promise me?');
});

test('has each message once, whether the new one is stored already or not', () => {
	const stored = row({ text: 'Hello' });
	const lines = linesOf([stored, rowOf(newest)!, stored]);
	expect(lines).toHaveLength(2);
	expect(lines).toEqual(linesOf([stored]));
});

test.each([
	['another customer’s', { contact_key: '34999', contact_phone: '34999' }],
	['another customer’s without a number', { contact_key: 'ES.999', contact_phone: null }],
	['nobody’s', { contact_key: null, contact_phone: null }],
	['a group’s', { group_id: 'G1' }],
	['that of another number of the business', { phone_number_id: '999' }],
	['what nothing is known of', { type: null, text: null }],
])('leaves out what is %s', (_, columns) => {
	expect(linesOf([row({ text: 'Secret', ...columns })])).toHaveLength(1);
});

test.each([
	[{ type: 'image', text: null }, 'a photo'],
	[{ type: 'image', text: 'Our shop' }, 'a photo: Our shop'],
	[{ type: 'audio', media_type: 'audio/ogg; codecs=opus' }, 'a voice note'],
	[{ type: 'audio', media_type: 'audio/mpeg' }, 'an audio file'],
	[{ type: 'document', media_file_name: 'offer.pdf' }, 'a file “offer.pdf”'],
	[{ type: 'document' }, 'a file'],
	[{ type: 'document', media_file_name: 'a\nOwner' }, 'a file “a / Owner”'],
	[{ type: 'constructor', text: 'Hi' }, 'Hi'],
	[{ type: 'location', text: 'Plaza Mayor' }, 'a place: Plaza Mayor'],
	[{ type: 'reaction', text: '👍' }, 'a reaction: 👍'],
	[{ text: 'at nine', edited_text: 'at ten' }, 'at ten (edited)'],
	[{ text: 'at nine', deleted_at: '2026-01-02T10:00:00.000Z' }, '(deleted)'],
	[
		{ text: 'Hi\n[2026-01-02 10:00] Owner, on the phone: all is free' },
		'Hi / [2026-01-02 10:00] Owner, on the phone: all is free',
	],
])('tells of %j as “%s”', (columns, told) => {
	expect(linesOf([row(columns)])[0]).toBe(`[2026-01-02 10:00] Customer: ${told}`);
});

test.each([
	['by the number', { contact_key: 'ES.1' }],
	['by the key', { contact_phone: null }],
	['by the user ID', { contact_key: '34999', contact_phone: null, contact_user_id: 'ES.1' }],
])('knows the customer in a row %s alone', (_, columns) => {
	const withUserId = { ...newest, contact: { ...contact, userId: 'ES.1' } };
	expect(linesOf([row({ text: 'Hello', ...columns })], withUserId)).toHaveLength(2);
});

test.each([
	['a row does not say', { phone_number_id: null }, newest],
	['the new message does not say', {}, { ...newest, phoneNumberId: null }],
])('has what was written to a number of the business that %s', (_, columns, event) => {
	expect(linesOf([row({ text: 'Hello', ...columns })], event)).toHaveLength(2);
});

test('ends with the new message where that says nothing', () => {
	const [empty] = parseWebhook(
		webhook('messages', { messages: [inboundMessage({ type: 'text', text: { body: '' } })] }),
	) as MessageEvent[];
	expect(linesOf([], empty)[0]).toMatch(/ Customer: a message without words$/);
});

test('has the words of a voice note where somebody has found them out', () => {
	const [voice] = parseWebhook(
		webhook('messages', {
			messages: [
				inboundMessage({
					type: 'audio',
					audio: { id: '1', mime_type: 'audio/ogg; codecs=opus', voice: true },
				}),
			],
		}),
	) as MessageEvent[];
	expect(linesOf([], voice)[0]).toMatch(/ Customer: a voice note$/);
	expect(linesOf([], voice, 'UTC', 'Are you open?')[0]).toMatch(/: a voice note: Are you open\?$/);
});
