import { describe, expect, test } from '@jest/globals';

import { contentHash } from '../../../nodes/WhatsAppCoexistence/events/event-id';

describe('contentHash', () => {
	test('does not depend on the order of keys', () => {
		expect(contentHash({ a: 1, b: { c: [2], d: null } })).toBe(
			contentHash({ b: { d: null, c: [2] }, a: 1 }),
		);
	});

	test('does not tell a field left out from an undefined one', () => {
		expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
	});

	test('tells apart what only looks alike', () => {
		const values = [
			null,
			1,
			'1',
			[1],
			['1'],
			[[1]],
			[1, 2],
			[12],
			[2, 1],
			{},
			[],
			{ a: 1 },
			{ a: '1' },
			{ a: { b: 1 } },
			[{ a: 1 }, { b: 1 }],
			[{ a: 1, b: 1 }],
			'a,b',
			['a', 'b'],
			['a,b'],
		];

		expect(new Set(values.map(contentHash)).size).toBe(values.length);
	});

	test('no nesting is too deep', () => {
		let deep: unknown = 1;
		for (let depth = 0; depth < 100_000; depth++) deep = [deep];

		expect(contentHash(deep)).not.toBe(contentHash([deep]));
	});
});
