import { describe, expect, test } from '@jest/globals';

import { isSamePhone, phoneDigits } from '../../../nodes/WhatsAppCoexistence/events/phone';

describe('phoneDigits', () => {
	test.each([
		['34600333444', '34600333444'],
		['+34 600-333-444', '34600333444'],
		['(+34) 600.333.444', '34600333444'],
		['[34] 600/333:444', '34600333444'],
		['@34{600`333}444', '34600333444'],
		[34600333444, '34600333444'],
		['1098765432', '1098765432'],
		['ES.4815162342ABC', undefined],
		['A1', undefined],
		['Z1', undefined],
		['a1', undefined],
		['z1', undefined],
		['', undefined],
		['+', undefined],
		[null, undefined],
		[undefined, undefined],
		[['34600333444'], undefined],
	])('%p is %p', (value, digits) => {
		expect(phoneDigits(value)).toBe(digits);
	});
});

describe('two ways to write a number', () => {
	test.each([
		['a mobile number of Brazil', '5511987654321', '551187654321', true],
		['a mobile number of Mexico', '5215512345678', '525512345678', true],
		['a mobile number of Argentina', '5491123456789', '541123456789', true],
		['a number and itself', '34600333444', '34600333444', true],
		['two numbers of Brazil', '5511987654321', '551187654322', false],
		['a number of Brazil whose extra digit is no 9', '5511887654321', '551187654321', false],
		['a number of Brazil with a 9 in its area only', '5519187654321', '551987654321', false],
		['a longer number of Mexico', '52155123456789', '5255123456789', false],
		['a shorter number of Brazil', '551198765432', '55118765432', false],
		['a number of another country with a 9 there', '6311987654321', '631187654321', false],
		['a number of another country with a 1 there', '6315512345678', '635512345678', false],
		['what is no number and a number', undefined, '34600333444', false],
		['a number and what is no number', '34600333444', undefined, false],
		['what is no number, twice', undefined, undefined, false],
	])('%s: %s and %s', (_, a, b, isSame) => {
		expect(isSamePhone(a, b)).toBe(isSame);
		expect(isSamePhone(b, a)).toBe(isSame);
	});
});
