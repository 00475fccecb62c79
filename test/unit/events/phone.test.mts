import { describe, expect, test } from '@jest/globals';

import { phoneDigits } from '../../../nodes/WhatsAppCoexistence/events/phone';

describe('phoneDigits', () => {
	test.each([
		['34600333444', '34600333444'],
		['+34 600-333-444', '34600333444'],
		['(+34) 600.333.444', '34600333444'],
		[34600333444, '34600333444'],
		['ES.4815162342ABC', undefined],
		['', undefined],
		['+', undefined],
		[null, undefined],
		[undefined, undefined],
		[['34600333444'], undefined],
	])('%p is %p', (value, digits) => {
		expect(phoneDigits(value)).toBe(digits);
	});
});
