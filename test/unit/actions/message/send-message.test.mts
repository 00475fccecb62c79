import { describe, expect, it } from '@jest/globals';

import {
	acceptance,
	messageBody,
	messageProperties,
} from '../../../../nodes/WhatsAppCoexistence/actions/message/send-message';

const text = { type: 'text', text: { body: 'hola' } };
const customer = { recipient_type: 'individual', to: '+34600333444' } as const;

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
describe('messageBody', () => {
	it('wraps the content with recipient, quote and callback data', () => {
		expect(messageBody(customer, text, { replyTo: 'wamid.M1', callbackData: 'order-17' })).toEqual({
			messaging_product: 'whatsapp',
			recipient_type: 'individual',
			to: '+34600333444',
			type: 'text',
			text: { body: 'hola' },
			context: { message_id: 'wamid.M1' },
			biz_opaque_callback_data: 'order-17',
		});
	});

	it('has no key for an option that was not used', () => {
		expect(Object.keys(messageBody(customer, text))).toEqual([
			'messaging_product',
			'recipient_type',
			'to',
			'type',
			'text',
		]);
	});
});

describe('acceptance', () => {
	it('puts message ID, recipient and status on top of Meta’s answer', () => {
		const answer = {
			messaging_product: 'whatsapp',
			contacts: [{ input: '+34600333444', wa_id: '34600333444' }],
			messages: [{ id: 'wamid.OUT9' }],
		};
		expect(acceptance(answer)).toEqual({
			messageId: 'wamid.OUT9',
			recipient: '34600333444',
			status: 'accepted',
			...answer,
		});
	});

	it.each([
		['a user ID', { contacts: [{ input: 'ES.1A', user_id: 'ES.1A' }] }, 'ES.1A'],
		['a group', { messages: [{ id: 'wamid.OUT9', group_id: 'Y2FwaV9n' }] }, 'Y2FwaV9n'],
	])('names %s as recipient', (_, answer, recipient) => {
		expect(acceptance(answer)).toMatchObject({ recipient });
	});

	it('hands on that Meta holds a template back', () => {
		const messages = [{ id: 'wamid.OUT9', message_status: 'held_for_quality_assessment' }];
		expect(acceptance({ messages })).toMatchObject({ status: 'held_for_quality_assessment' });
	});
});

describe('messageProperties', () => {
	const optionsOf = (properties: ReturnType<typeof messageProperties>) =>
		properties.at(-1)?.options?.map(({ name }) => name);

	it('offers to quote a message, except where Meta refuses it', () => {
		expect(optionsOf(messageProperties([]))).toEqual(['callbackData', 'rehearse', 'replyTo']);
		expect(optionsOf(messageProperties([], { canReply: false }))).toEqual([
			'callbackData',
			'rehearse',
		]);
	});
});
