import { describe, expect, test } from '@jest/globals';

import type { CoexistenceEvent, Contact } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	addNames,
	noNames,
	noteNames,
	restoreNames,
	storedNames,
	type Names,
} from '../../../nodes/WhatsAppCoexistence/trigger/names';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const NUMBER = '800000000000001';
const OTHER_NUMBER = '800000000000002';

type Keys = Pick<Contact, 'phone' | 'userId'>;
const PHONE: Keys = { phone: '34600333444' };
const OTHER_PHONE: Keys = { phone: '34600999888' };
const USER_ID: Keys = { userId: 'ES.4815162342ABC' };
const BOTH: Keys = { ...PHONE, ...USER_ID };

const MARTA = { fullName: 'Marta Soler', firstName: 'Marta' };
const RENAMED = { fullName: 'Marta Soler (florist)', firstName: 'Marta' };

function eventOf(
	name: string,
	contact: object,
	secondsAfterNoon = 0,
	phoneNumberId: string | null = NUMBER,
) {
	const occurredAt = new Date(NOON + secondsAfterNoon * 1000).toISOString();
	return { event: name, phoneNumberId, contact, occurredAt } as CoexistenceEvent;
}
const saved = (contact: object, seconds = 0) => eventOf('contact.saved', contact, seconds);
const removed = (contact: object, seconds = 0) => eventOf('contact.removed', contact, seconds);
const inbound = (contact: object, seconds = 0) => eventOf('inbound.message', contact, seconds);

function namesAfter(...events: CoexistenceEvent[]): Names {
	const names = noNames();
	for (const event of events) noteNames(names, [event], NOON);
	return names;
}

/** What an event tells of its contact once the names that are known were added. */
function told(
	names: Names,
	contact: object,
	name = 'echo.message',
	number: string | null = NUMBER,
) {
	const event = eventOf(name, { ...contact }, 0, number);
	addNames(names, [event]);
	const { fullName, firstName, profileName } = (event as { contact: Contact }).contact;
	return { fullName, firstName, profileName };
}
/** What another process, or this one after a restart, reads of it in n8n's database. */
function afterRestart(names: Names, into = noNames()): Names {
	restoreNames(into, structuredClone(storedNames(names)));
	return into;
}

const NOTHING = { fullName: undefined, firstName: undefined, profileName: undefined };

describe('an echo', () => {
	test.each([
		['phone, then phone', PHONE, PHONE],
		['user ID, then user ID', USER_ID, USER_ID],
		['both, then phone', BOTH, PHONE],
		['both, then user ID', BOTH, USER_ID],
		['phone, then both', PHONE, BOTH],
	])('carries the name in the address book: %s', (_name, first, second) => {
		const names = namesAfter(saved({ ...first, ...MARTA }));
		expect(told(names, second)).toEqual({ ...NOTHING, ...MARTA });
	});

	test('carries the name of the profile, and neither name stands for the other', () => {
		const names = namesAfter(inbound({ ...BOTH, profileName: 'marta 🌷' }));
		expect(told(names, PHONE)).toEqual({ ...NOTHING, profileName: 'marta 🌷' });
		noteNames(names, [saved({ ...PHONE, ...MARTA })], NOON);
		expect(told(names, USER_ID)).toEqual({ ...MARTA, profileName: 'marta 🌷' });
	});

	test('carries no name of another contact, nor what another number’s phone has saved', () => {
		const names = namesAfter(saved({ ...PHONE, ...MARTA }));
		expect(told(names, OTHER_PHONE)).toEqual(NOTHING);
		expect(told(names, PHONE, 'echo.message', OTHER_NUMBER)).toEqual(NOTHING);
	});

	test('carries both names of one who was thought to be two', () => {
		const names = namesAfter(
			saved({ ...PHONE, ...MARTA }),
			inbound({ ...USER_ID, profileName: 'marta' }),
			inbound(BOTH),
			inbound({ ...BOTH, profileName: 'marta' }),
		);
		expect(told(names, USER_ID)).toEqual({ ...MARTA, profileName: 'marta' });
	});

	test.each([
		['the one known by phone', PHONE, USER_ID],
		['the one known by user ID', USER_ID, PHONE],
	])(
		'carries the newer names of two that turn out to be one: those of %s',
		(_name, newer, older) => {
			const named = (keys: object, name: string, seconds: number) => [
				saved({ ...keys, fullName: name, firstName: name }, seconds),
				inbound({ ...keys, profileName: name }, seconds),
			];
			const names = namesAfter(
				...named(newer, 'new', 2),
				...named(older, 'old', 1),
				inbound({ ...BOTH, profileName: 'older still' }),
			);
			const known = { fullName: 'new', firstName: 'new', profileName: 'new' };
			expect([told(names, PHONE), told(names, USER_ID)]).toEqual([known, known]);
			const late = inbound({ ...BOTH, profileName: 'late' }, 1.5);
			noteNames(names, [saved({ ...BOTH, fullName: 'late' }, 1.5), late], NOON);
			expect(told(names, BOTH)).toEqual(known);
		},
	);

	test('carries the name of a contact whose user ID is new, and the earlier one is nobody’s', () => {
		const names = namesAfter(
			saved({ ...BOTH, ...MARTA }),
			inbound({ ...PHONE, userId: 'ES.NEW', profileName: 'marta' }),
		);
		expect(told(names, { userId: 'ES.NEW' })).toEqual({ ...MARTA, profileName: 'marta' });
		expect(told(names, USER_ID)).toEqual(NOTHING);
	});

	test('to a phone number that a contact has given up carries no name', () => {
		const names = namesAfter(
			saved({ ...BOTH, ...MARTA }),
			saved({ ...USER_ID, ...OTHER_PHONE, ...MARTA }, 1),
		);
		expect(told(names, OTHER_PHONE)).toEqual({ ...NOTHING, ...MARTA });
		expect(told(names, PHONE)).toEqual(NOTHING);
	});

	test('carries the name where Meta does not say which number of the business it is', () => {
		const names = noNames();
		noteNames(names, [eventOf('contact.saved', { ...PHONE, ...MARTA }, 0, null)], NOON);
		for (const known of [names, afterRestart(names)]) {
			expect(told(known, PHONE, 'echo.message', null)).toEqual({ ...NOTHING, ...MARTA });
		}
	});

	test('carries no name of old messages, and events that are about nobody change nothing', () => {
		const update = { event: 'account.updated', phoneNumberId: NUMBER } as CoexistenceEvent;
		const old = eventOf('history.message', { ...PHONE, profileName: 'old' });
		const names = namesAfter(update, old);
		expect(told(names, PHONE)).toEqual(NOTHING);
		expect(names.people.all.size).toBe(0);
	});

	test('carries the names that a delivery tells beside a contact that is nobody', () => {
		const nobody = [saved(MARTA), inbound({ profileName: 'marta' })];
		const names = noNames();
		noteNames(names, [...nobody, saved({ ...PHONE, ...MARTA })], NOON);
		expect(told(names, PHONE)).toEqual({ ...NOTHING, ...MARTA });
	});
});

test.each(['inbound.message', 'inbound.edited', 'echo.revoked', 'message.status'])(
	'%s carries the name in the address book too, and what Meta tells with it stays',
	(name) => {
		const names = namesAfter(
			saved({ ...PHONE, ...MARTA }),
			inbound({ ...PHONE, profileName: 'old' }),
		);
		const tells = told(names, { ...PHONE, profileName: 'new' }, name);
		expect(tells).toEqual({ ...MARTA, profileName: 'new' });
	},
);

test.each(['history.message', 'contact.removed', 'account.updated'])(
	'%s stays as it is',
	(name) => {
		expect(told(namesAfter(saved({ ...PHONE, ...MARTA })), PHONE, name)).toEqual(NOTHING);
	},
);

describe('a name that no longer holds', () => {
	test.each([
		['in time', [saved({ ...PHONE, ...MARTA }, 1), saved({ ...PHONE, ...RENAMED }, 2)]],
		['the wrong way round', [saved({ ...PHONE, ...RENAMED }, 2), saved({ ...PHONE, ...MARTA }, 1)]],
	])('is replaced when the contact is renamed, delivered %s', (_name, events) => {
		expect(told(namesAfter(...events), PHONE)).toEqual({ ...NOTHING, ...RENAMED });
	});

	test.each([
		['in time', [saved({ ...PHONE, ...MARTA }, 1), removed(PHONE, 2)]],
		['the wrong way round', [removed(PHONE, 2), saved({ ...PHONE, ...MARTA }, 1)]],
	])('is gone when the contact is removed, delivered %s', (_name, events) => {
		expect(told(namesAfter(...events), PHONE)).toEqual(NOTHING);
	});

	test('is gone when the contact is removed, even if Meta says what it was', () => {
		const names = namesAfter(saved({ ...PHONE, ...MARTA }, 1), removed({ ...PHONE, ...MARTA }, 2));
		expect(told(names, PHONE)).toEqual(NOTHING);
	});

	test('in the same second gives way to what is told after it', () => {
		const renamed = [removed(PHONE), saved({ ...PHONE, ...RENAMED })];
		const names = namesAfter(saved({ ...PHONE, ...MARTA }), ...renamed);
		expect(told(names, PHONE)).toEqual({ ...NOTHING, ...RENAMED });
		const messages = ['old', 'new'].map((profileName) => inbound({ ...PHONE, profileName }));
		expect(told(namesAfter(...messages), PHONE)).toEqual({ ...NOTHING, profileName: 'new' });
	});

	test.each(['inbound.message', 'echo.message', 'message.status'])(
		'is none that %s leaves out: what was told before stays',
		(name) => {
			const names = namesAfter(inbound({ ...PHONE, profileName: 'm' }), eventOf(name, PHONE, 1));
			expect(told(names, PHONE)).toEqual({ ...NOTHING, profileName: 'm' });
		},
	);

	test('was told of when it came, where Meta gives no time', () => {
		const timeless = { ...saved({ ...PHONE, ...RENAMED }), occurredAt: null };
		const names = namesAfter(timeless, saved({ ...PHONE, ...MARTA }, -1));
		expect(told(names, PHONE)).toEqual({ ...NOTHING, ...RENAMED });
		noteNames(names, [saved({ ...PHONE, ...MARTA }, 1)], NOON);
		expect(told(names, PHONE)).toEqual({ ...NOTHING, ...MARTA });
	});

	test('goes with the first name, where the contact is saved anew without one', () => {
		const names = namesAfter(
			saved({ ...PHONE, ...MARTA }, 1),
			saved({ ...PHONE, fullName: 'M' }, 2),
		);
		expect(told(names, PHONE)).toEqual({ ...NOTHING, fullName: 'M' });
	});

	test('of a profile gives way to a newer one', () => {
		const names = namesAfter(
			inbound({ ...PHONE, profileName: 'new' }, 2),
			inbound({ ...PHONE, profileName: 'old' }, 1),
		);
		expect(told(names, PHONE)).toEqual({ ...NOTHING, profileName: 'new' });
	});
});

describe('what n8n stores', () => {
	const book = (keys: Keys) => saved({ ...keys, ...MARTA });
	const profile = (keys: Keys) => inbound({ ...keys, profileName: 'm' });

	test.each([
		['both names', [book(BOTH), profile(PHONE)], USER_ID, { ...MARTA, profileName: 'm' }],
		['the name of the address book', [book(PHONE)], PHONE, MARTA],
		['the name of the profile', [profile(USER_ID)], USER_ID, { profileName: 'm' }],
		['a full name alone', [saved({ ...PHONE, fullName: 'M' })], PHONE, { fullName: 'M' }],
		['a first name alone', [saved({ ...PHONE, firstName: 'M' })], PHONE, { firstName: 'M' }],
	])('carries %s over a restart', (_name, events, keys, known) => {
		expect(told(afterRestart(namesAfter(...events)), keys)).toEqual({ ...NOTHING, ...known });
	});

	test.each([
		['phone', PHONE, OTHER_PHONE],
		['user ID', USER_ID, { userId: 'ES.OTHER' }],
	])('keeps two apart who are known by %s alone', (_name, one, other) => {
		const before = namesAfter(saved({ ...one, ...MARTA }), saved({ ...other, fullName: 'Jordi' }));
		const after = afterRestart(before);
		expect(told(after, one)).toEqual({ ...NOTHING, ...MARTA });
		expect(told(after, other)).toEqual({ ...NOTHING, fullName: 'Jordi' });
	});

	test('is nothing where no name was told, and one entry for one who was thought to be two', () => {
		expect(storedNames(noNames())).toEqual([]);
		const names = namesAfter(book(PHONE), profile(USER_ID), profile(BOTH));
		expect(storedNames(names)).toHaveLength(1);
	});

	test('brings a newer name to a process that knows an older one, and what comes late changes neither', () => {
		const named = (name: string, seconds: number) => [
			saved({ ...PHONE, fullName: name }, seconds),
			inbound({ ...PHONE, profileName: name }, seconds),
		];
		const names = afterRestart(namesAfter(...named('new', 3)), namesAfter(...named('old', 1)));
		const known = { ...NOTHING, fullName: 'new', profileName: 'new' };
		expect(told(names, PHONE)).toEqual(known);
		noteNames(names, named('late', 2), NOON);
		expect(told(names, PHONE)).toEqual(known);
	});

	test.each([
		['full', { fullName: 'x'.repeat(100) }],
		['first', { firstName: 'x'.repeat(100) }],
		['profile', { profileName: 'x'.repeat(100) }],
		['all', { fullName: 'x'.repeat(40), firstName: 'x'.repeat(30), profileName: 'x'.repeat(30) }],
	])('holds a hundred characters of names of a person, and no more: %s', (_name, known) => {
		const withNames = (told: Pick<Contact, 'firstName' | 'fullName' | 'profileName'>) => {
			const { profileName, ...inBook } = told;
			return namesAfter(
				saved({ ...PHONE, ...inBook }),
				...(profileName === undefined ? [] : [inbound({ ...PHONE, profileName })]),
			);
		};
		expect(told(afterRestart(withNames(known)), PHONE)).toEqual({ ...NOTHING, ...known });
		for (const [kind, name] of Object.entries(known)) {
			const longer = withNames({ ...known, [kind]: `${name}x` });
			expect(told(afterRestart(longer), PHONE)).toEqual(NOTHING);
		}
	});

	test('takes no name that is too long to keep from the process that was told it', () => {
		const long = { fullName: 'x'.repeat(101), profileName: 'y' };
		const names = namesAfter(saved({ ...PHONE, ...long }), inbound({ ...PHONE, ...long }));
		const other = afterRestart(names);
		expect(told(afterRestart(other, names), PHONE)).toEqual({ ...NOTHING, ...long });
	});

	test('keeps one who is told of again, and forgets the one that was told of longest ago', () => {
		const keys = (person: number) => ({ phone: `3460000000${person}` });
		const names = namesAfter(...[1, 2, 3, 4, 5, 6, 7, 8, 1, 9].map((person) => book(keys(person))));
		const after = afterRestart(names);
		const known = [1, 2, 3].map((person) => told(after, keys(person)).fullName);
		expect(known).toEqual(['Marta Soler', undefined, 'Marta Soler']);
	});

	test('lets another process forget a name that was removed, and keeps what that one knows better', () => {
		const other = namesAfter(
			saved({ ...PHONE, ...MARTA }, 1),
			inbound({ ...PHONE, profileName: 'new' }, 9),
		);
		const here = namesAfter(removed(PHONE, 2), inbound({ ...PHONE, profileName: 'old' }, 8));
		expect(told(afterRestart(here, other), PHONE)).toEqual({ ...NOTHING, profileName: 'new' });
	});

	test('leaves out names that are too long to keep, rather than what they were before', () => {
		const long = namesAfter(saved({ ...PHONE, fullName: 'x'.repeat(500) }, 2));
		const other = namesAfter(saved({ ...PHONE, ...MARTA }, 1));
		expect(told(afterRestart(long, other), PHONE)).toEqual(NOTHING);
	});

	test('is those told last, below 2 kB, and memory stays below its bound', () => {
		const names = noNames();
		for (let person = 0; person < 25_000; person++) {
			const keys = { phone: `346${person}`, userId: `ES.${person}` };
			noteNames(names, [saved({ ...keys, fullName: 'x'.repeat(100) })], NOON);
		}
		expect(names.people.all.size).toBe(20_000);
		const stored = storedNames(names);
		expect(stored.at(-1)?.[1]).toBe('ES.24999');
		expect(JSON.stringify(stored).length).toBeLessThan(2_000);
	});
});
