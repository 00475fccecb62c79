import { describe, expect, it } from '@jest/globals';

import { textMessage } from '../../../../nodes/WhatsAppCoexistence/actions/message/sendText.operation';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages */
describe('textMessage', () => {
	it('is what Meta takes', () => {
		expect(textMessage({ text: 'See https://example.com' }, true)).toEqual({
			type: 'text',
			text: { body: 'See https://example.com', preview_url: true },
		});
	});

	it('takes a number from an expression as text', () => {
		expect(textMessage({ text: 42 }, false)).toMatchObject({ text: { body: '42' } });
	});

	it('takes 4096 characters and no more', () => {
		expect(textMessage({ text: 'a'.repeat(4096) }, false)).toMatchObject({ type: 'text' });
		expect(() => textMessage({ text: 'a'.repeat(4097) }, false)).toThrow(
			'“Text” has 4097 characters; at most 4096 fit',
		);
	});

	it.each([
		['', '“Text” is empty'],
		[null, '“Text” is missing'],
		[{ body: 'hola' }, '“Text” has to be text'],
	])('refuses %j', (text, message) => {
		expect(() => textMessage({ text }, false)).toThrow(message);
	});
});
