import { describe, expect, it } from '@jest/globals';

import { reactionMessage } from '../../../../nodes/WhatsAppCoexistence/actions/message/sendReaction.operation';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/reaction-messages */
describe('reactionMessage', () => {
	it.each(['👍', '👩🏽‍🌾', '🇪🇸', '1️⃣'])(
		'reacts with %s, one emoji of one or more code points',
		(emoji) => {
			expect(reactionMessage({ messageId: 'wamid.M1', emoji })).toEqual({
				type: 'reaction',
				reaction: { message_id: 'wamid.M1', emoji },
			});
		},
	);

	it.each(['', ' ', null])('takes the reaction back with no emoji: %j', (emoji) => {
		expect(reactionMessage({ messageId: ' wamid.M1 ', emoji })).toEqual({
			type: 'reaction',
			reaction: { message_id: 'wamid.M1', emoji: '' },
		});
	});

	it.each([
		[{ messageId: 'wamid.M1', emoji: '👍👍' }, '“Emoji” takes one emoji'],
		[{ messageId: '17', emoji: '👍' }, '“Message ID” has to be a message ID'],
		[{ messageId: '', emoji: '👍' }, '“Message ID” is empty'],
	])('refuses %j', (entered, message) => {
		expect(() => reactionMessage(entered)).toThrow(message);
	});
});
