import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import type { MessageEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { inboundMessage, webhook } from '../../integration/trigger/wire.mts';
import { fixtureNames, loadFixture } from './fixtures.mts';

type Content = Parameters<typeof inboundMessage>[0];

function summaryOf(message: Content): string {
	const [event] = parseWebhook(webhook('messages', { messages: [inboundMessage(message)] }));
	return (event as MessageEvent).message.summary;
}

const image = (caption?: string) => ({ type: 'image', image: { id: '1', caption } });

test.each<[string, Content]>([
	['Are you open?', { type: 'text', text: { body: 'Are you open?' } }],
	['first / second / third', { type: 'text', text: { body: '\nfirst \r\n\n second\u2028third' } }],
	['Hi', { type: 'text', text: { body: ' Hi ' } }],
	['a message: text', { type: 'text', text: { body: ' ' } }],
	['a message: text', { type: 'text', text: { body: '\n' } }],
	['a photo', image()],
	['a photo: Our shop / at night', image('Our shop\nat night')],
	['a video: Look', { type: 'video', video: { id: '1', caption: 'Look' } }],
	['a sticker', { type: 'sticker', sticker: { id: '1' } }],
	['a voice note', { type: 'audio', audio: { id: '1', mime_type: 'audio/ogg; codecs=opus' } }],
	['an audio file', { type: 'audio', audio: { id: '1' } }],
	['an audio file', { type: 'audio', audio: { id: '1', mime_type: 'audio/mpeg' } }],
	['a file', { type: 'document', document: { id: '1' } }],
	[
		'a file “a / b.pdf”: The offer',
		{ type: 'document', document: { id: '1', filename: 'a\nb.pdf', caption: 'The offer' } },
	],
	['a place: Plaza Mayor', { type: 'location', location: { name: 'Plaza Mayor' } }],
	['a place', { type: 'location', location: { latitude: 1, longitude: 2 } }],
	[
		'a contact card: Marta Gil',
		{ type: 'contacts', contacts: [{ name: { formatted_name: 'Marta Gil' } }] },
	],
	['a reaction: 👍', { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } }],
	['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.1' } }],
	['Yes', { type: 'button', button: { payload: 'yes', text: 'Yes' } }],
	['a tap on a button', { type: 'button', button: {} }],
	['Ten', { type: 'interactive', interactive: { list_reply: { id: '10', title: 'Ten' } } }],
	['an interactive message', { type: 'interactive', interactive: {} }],
	['an order: Two of them', { type: 'order', order: { text: 'Two of them' } }],
	['Marta changed', { type: 'system', system: { body: 'Marta changed' } }],
	['a deletion', { type: 'revoke', revoke: { original_message_id: 'wamid.1' } }],
	['an edit', { type: 'edit', edit: {} }],
	[
		'a photo: New caption',
		{ type: 'edit', edit: { original_message_id: 'wamid.1', message: image('New caption') } },
	],
	['a file that may follow', { type: 'media_placeholder' }],
	['a message of a kind that WhatsApp does not hand on', { type: 'unsupported' }],
	['a message: poll', { type: 'poll', poll: {} }],
	['Lunch?', { type: 'poll', poll: { body: 'Lunch?' } }],
	['a message: constructor', { type: 'constructor' }],
	['a message: unknown', { type: '' }],
])('a message is told of as “%s”', (told, message) => {
	expect(summaryOf(message)).toBe(told);
});

describe('every message has a summary, on one line', () => {
	const isSummary = (summary: string) =>
		summary !== '' && !/[\r\n\u0085\u2028\u2029]/.test(summary);

	test.each(fixtureNames)('of %s', (name) => {
		for (const event of parseWebhook(loadFixture(name))) {
			if ('isHistory' in event) expect(isSummary(event.message.summary)).toBe(true);
		}
	});

	test('whatever stands in it', () => {
		const words = fc.stringMatching(/^[ \r\n\u0085\u2028a]*$/);
		fc.assert(
			fc.property(words, words, words, (type, filename, caption) => {
				for (const message of [
					{ type, [type]: { body: caption } },
					{ type: 'document', document: { id: '1', filename, caption } },
				])
					expect(isSummary(summaryOf(message))).toBe(true);
			}),
		);
	});
});

test('a long run of blanks and line breaks takes no longer than it is long', () => {
	const body = `${' '.repeat(200_000)}\n${' \n'.repeat(200_000)}x`;
	const started = performance.now();
	expect(summaryOf({ type: 'text', text: { body } })).toBe('x');
	expect(performance.now() - started).toBeLessThan(5_000);
});
