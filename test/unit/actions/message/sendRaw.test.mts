import { describe, expect, it } from '@jest/globals';

import { rawMessage } from '../../../../nodes/WhatsAppCoexistence/actions/message/sendRaw.operation';

describe('rawMessage', () => {
	it('passes a type that this package has never heard of', () => {
		const message = { type: 'hologram', hologram: { depth: 3 }, extra: true };
		expect(rawMessage({ message: JSON.stringify(message) })).toEqual(message);
		expect(rawMessage({ message })).toEqual(message);
	});

	it.each([
		['{ "type": "text", }', '“Message” is not valid JSON'],
		['[]', '“Message” has to be an object'],
		['{}', '“Message > type” is missing'],
		['{ "type": "text" }', '“Message > text” has to hold the content of the message'],
		['{ "type": "text", "text": "hola" }', '“Message > text” has to hold the content'],
		[
			'{ "type": "text", "text": { "body": "hola" }, "to": "34600333444" }',
			'“Message > to” does not belong there: it comes from the field “To” of this node',
		],
		[
			'{ "type": "text", "text": { "body": "hola" }, "context": {} }',
			'“Message > context” does not belong there: it comes from the field “Reply to Message ID”',
		],
		[
			'{ "messaging_product": "sms", "type": "text", "text": { "body": "hola" } }',
			'“Message > messaging_product” has to be “whatsapp”',
		],
	])('refuses %s and names the fault by its path', (message, fault) => {
		expect(() => rawMessage({ message })).toThrow(fault);
	});
});
