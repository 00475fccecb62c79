import { describe, expect, it } from '@jest/globals';

import {
	referenceTo,
	templateNamed,
} from '../../../../nodes/WhatsAppCoexistence/actions/template/template-locator';

describe('templateNamed', () => {
	it.each([
		{ name: 'order_ready', language: 'es' },
		{ name: 'order_ready_2', language: 'en_US' },
		{ name: 'order_ready', language: 'zh_Hant' },
		{ name: 'order_ready', language: 'fil' },
	])('reads what the list wrote for %j', (template) => {
		expect(templateNamed(referenceTo(template))).toEqual(template);
	});

	it.each(['', 'order_ready', 'order_ready|', 'Order Ready|es', undefined])(
		'refuses %j and says what it should look like',
		(reference) => {
			expect(() => templateNamed(reference)).toThrow(
				expect.objectContaining({
					message: '“Template” does not name a template and its language',
					description: expect.stringContaining('order_ready|en_US'),
				}),
			);
		},
	);
});
