import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { isoTime } from '../../../nodes/WhatsAppCoexistence/events/time';
import { runs } from '../depth.mts';

describe('isoTime', () => {
	test('writes every second like Date does, from strings and numbers', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
				const expected = new Date(seconds * 1_000).toISOString();
				expect(isoTime(seconds)).toBe(expected);
				expect(isoTime(String(seconds))).toBe(expected);
			}),
			{ seed: 1, numRuns: runs(10_000) },
		);
	});

	test.each([0, '0'])('%p is the first second of 1970', (timestamp) => {
		expect(isoTime(timestamp)).toBe('1970-01-01T00:00:00.000Z');
	});

	test('milliseconds are told from seconds', () => {
		expect(isoTime(1_789_006_500_000)).toBe(isoTime(1_789_006_500));
		expect(isoTime('1789006500123')).toBe(isoTime(1_789_006_500));
	});

	test.each([[''], ['soon'], [-1], [253_402_300_800_000], [NaN], [null], [undefined], [{}], [[1]]])(
		'%p is no time',
		(value) => {
			expect(isoTime(value)).toBeNull();
		},
	);
});
