import { describe, expect, it } from '@jest/globals';

import { readReceipt } from '../../../../nodes/WhatsAppCoexistence/actions/message/markAsRead.operation';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators */
describe('readReceipt', () => {
	it('marks a message as read', () => {
		expect(readReceipt({ messageId: 'wamid.M1', typing: false })).toEqual({
			messaging_product: 'whatsapp',
			status: 'read',
			message_id: 'wamid.M1',
		});
	});

	it('shows the typing indicator if asked to', () => {
		expect(readReceipt({ messageId: 'wamid.M1', typing: true })).toEqual({
			messaging_product: 'whatsapp',
			status: 'read',
			message_id: 'wamid.M1',
			typing_indicator: { type: 'text' },
		});
	});

	it('refuses what is no message ID', () => {
		expect(() => readReceipt({ messageId: '34600333444', typing: false })).toThrow(
			'“Message ID” has to be a message ID, which begins with wamid.',
		);
	});
});
