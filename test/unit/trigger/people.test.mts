import { expect, test } from '@jest/globals';

import {
	lookUp,
	meet,
	noPeople,
	type Person,
} from '../../../nodes/WhatsAppCoexistence/trigger/people';

const NUMBER = '800000000000001';
const MANY = 20_000;

const keysOf = (person: number) => ({ userId: `ES.${person}`, phone: `346${person}` });

function peopleKept(kept: Set<string>) {
	const isKept = ({ userId }: Person) => kept.has(userId ?? '');
	const people = noPeople(
		(number): Person => ({ number }),
		() => {},
		isKept,
	);
	const meetThose = (from: number, to: number) => {
		for (let person = from; person < to; person++) meet(people, NUMBER, keysOf(person));
	};
	const isKnown = (person: number) => lookUp(people, NUMBER, keysOf(person)) !== undefined;
	return { people, meetThose, isKnown };
}

test('who has neither a user ID nor a phone number is nobody', () => {
	const { people } = peopleKept(new Set());
	const nobody = { userId: undefined, phone: undefined };
	expect(meet(people, NUMBER, nobody)).toBeUndefined();
	expect(lookUp(people, NUMBER, nobody)).toBeUndefined();
	expect(people.all.size).toBe(0);
});

test('who was heard of longest ago is forgotten first', () => {
	const { meetThose, isKnown } = peopleKept(new Set());
	meetThose(0, MANY);
	meetThose(0, 1);
	meetThose(MANY, MANY + 1);
	expect([0, 1, 2, MANY].map(isKnown)).toEqual([true, false, true, true]);
});

test('who is to be kept is, while others are forgotten, and is forgotten once that is over', () => {
	const kept = new Set([keysOf(0).userId]);
	const { people, meetThose, isKnown } = peopleKept(kept);
	meetThose(0, 2 * MANY);
	expect(isKnown(0)).toBe(true);
	expect(people.all.size).toBe(MANY);

	kept.clear();
	meetThose(2 * MANY, 3 * MANY);
	expect(isKnown(0)).toBe(false);
	expect(people.all.size).toBe(MANY);
	expect(people.byKey.size).toBe(2 * MANY);
});

test('memory stays below its bound when people get new phone numbers, or turn out to be one', () => {
	const { people, meetThose } = peopleKept(new Set());
	for (let phone = 0; phone < 100; phone++) {
		meet(people, NUMBER, { userId: 'ES.A', phone: `347${phone}` });
	}
	meet(people, NUMBER, { userId: 'ES.B', phone: undefined });
	meet(people, NUMBER, { userId: 'ES.B', phone: '34799' });
	expect(people.byKey.size).toBe(2);
	meetThose(0, MANY);
	expect(people.byKey.size).toBe(2 * MANY);
});
