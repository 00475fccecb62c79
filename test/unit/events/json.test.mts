import { describe, expect, test } from '@jest/globals';

import { asNumber, asObject, asString } from '../../../nodes/WhatsAppCoexistence/events/json';

describe('a text that Meta may send as a number', () => {
	test.each([
		['a', 'a'],
		[' ', ' '],
		[7, '7'],
		[0, '0'],
		['', undefined],
		[true, undefined],
		[null, undefined],
		[undefined, undefined],
		[['a'], undefined],
		[{ a: 1 }, undefined],
	])('%p is %p', (value, text) => {
		expect(asString(value)).toBe(text);
	});
});

describe('a number that Meta may send as a text', () => {
	test.each([
		[7, 7],
		[0, 0],
		[-0.5, -0.5],
		['7', 7],
		['0', 0],
		['', undefined],
		['a', undefined],
		['7a', undefined],
		['Infinity', undefined],
		[NaN, undefined],
		[true, undefined],
		[null, undefined],
		[undefined, undefined],
		[['7'], undefined],
		[{}, undefined],
	])('%p is %p', (value, number) => {
		expect(asNumber(value)).toBe(number);
	});
});

describe('an object', () => {
	test('is handed on, not copied', () => {
		const object = { a: 1 };
		expect(asObject(object)).toBe(object);
	});

	test.each([['a'], [1], [true], [null], [undefined], [[{ a: 1 }]]])('%p is none', (value) => {
		expect(asObject(value)).toBeUndefined();
	});
});
