import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { unknownChange } from '../../../nodes/WhatsAppCoexistence/events/change';
import { readKeys, unread, withOther } from '../../../nodes/WhatsAppCoexistence/events/extra';
import { makeContact } from '../../../nodes/WhatsAppCoexistence/events/make-contact';

const change = { ...unknownChange(false), businessPhone: '34600111222' };
const marta = makeContact('ES.1', '34600333444', 'ES.ENT.1', undefined, undefined);
const nobody = makeContact(undefined, undefined, undefined, undefined, undefined);

type Kind = Parameters<typeof readKeys>[0][string];
const leftOf = (kind: Kind, value: unknown, contact = marta) =>
	unread({ key: value }, readKeys({ key: kind }), change, contact);

describe('of a value nothing is left that', () => {
	test.each<[string, Kind, unknown[]]>([
		['is read whatever it is', 'anything', ['a', 1, true, { a: 1 }, [1]]],
		['is a text or a number', 'scalar', ['a', 1, 0]],
		['is a number, as a text too', 'number', [1, 0, '1', '0.5']],
		['is a time, as a text too', 'time', [1_789_000_000, '1789000000', 1_789_000_000_000]],
		['is yes or no', 'flag', [true, false]],
		['is an object', 'object', [{ a: 1 }, {}]],
		['is the contact’s number', 'party', ['34600333444', '+34 600 333 444', 34600333444]],
		['is the business’s number', 'party', ['34600111222', '+34 600 111 222', 34600111222]],
		['is the contact’s user ID', 'party', ['ES.1', 'ES.ENT.1']],
		['is an object of which all is read', readKeys({ a: 'scalar' }), [{ a: 1 }, {}]],
		[
			'is a list of such, or the only one of them',
			[readKeys({ a: 'scalar' })],
			[[{ a: 1 }, { a: 2 }], { a: 1 }, []],
		],
		['is the code or the text of a member', [readKeys({ a: 'scalar' })], [[1, 'text'], 1, 'text']],
	])('%s', (_, kind, values) => {
		expect(values.map((value) => leftOf(kind, value))).toEqual(values.map(() => undefined));
	});

	const kinds: Kind[] = ['scalar', 'number', 'time', 'flag', 'object', 'party', readKeys({})];
	test.each([...kinds, [readKeys({})] as const])('is null, where %p is read', (kind) => {
		expect(leftOf(kind, null)).toBeUndefined();
	});

	test.each(['scalar', 'number', 'time', 'flag', 'object', 'party'] as const)(
		'is an empty text, where %p is read',
		(kind) => {
			expect(leftOf(kind, '')).toBeUndefined();
		},
	);
});

describe('a value is left over that', () => {
	test.each<[string, Kind, unknown[]]>([
		['is no text and no number', 'scalar', [true, { a: 1 }, [1]]],
		['is no number', 'number', ['a', true, { a: 1 }]],
		['is no time', 'time', ['soon', -1, '-1', true, { a: 1 }]],
		['is neither yes nor no', 'flag', ['a', '1789000000', 1, { a: 1 }]],
		['is no object', 'object', ['a', '1789000000', 1, true, [1]]],
		[
			'is somebody else’s',
			'party',
			['34600999000', '+34 600 999 000', 34600999000, 'ES.2', true, [34600333444]],
		],
		['stands in the place of an object', readKeys({ a: 'scalar' }), ['a', 1, true, [{ a: 1 }]]],
	])('%s', (_, kind, values) => {
		expect(values.map((value) => leftOf(kind, value))).toEqual(
			values.map((value) => ({ key: value })),
		);
	});

	test('is a user ID, where nobody is known', () => {
		expect(leftOf('party', 'ES.2', nobody)).toEqual({ key: 'ES.2' });
	});

	test.each<[unknown, unknown]>([
		[[{ a: 1, b: 2 }], [{ b: 2 }]],
		[{ a: 1, b: 2 }, [{ b: 2 }]],
		[
			[{ a: 1 }, { b: 2 }, { a: 3 }],
			[{}, { b: 2 }, {}],
		],
		[
			['text', true, 7, [1]],
			[{}, true, {}, [1]],
		],
		[true, [true]],
	])('stands in a list: of %j is left %j', (list, left) => {
		expect(leftOf([readKeys({ a: 'scalar' })], list)).toEqual({ key: left });
	});
});

test('what is left over stands under its name, whatever that is', () => {
	const message = JSON.parse('{ "id": "wamid.1", "type": "text", "__proto__": { "a": 1 }, "": 2 }');
	const { extra } = parseWebhook({ messages: [message] }).at(0)!;
	const expected: object = JSON.parse('{ "__proto__": { "a": 1 }, "": 2 }');
	expect(Object.getOwnPropertyDescriptors(extra)).toEqual(
		Object.getOwnPropertyDescriptors(expected),
	);
	expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
});

test('a name of ours is made longer until Meta has none like it', () => {
	const rest = { contact: 1, contact_: 2 };
	expect(withOther(rest, 'contact', 3)).toEqual({ contact: 1, contact_: 2, contact__: 3 });
});
