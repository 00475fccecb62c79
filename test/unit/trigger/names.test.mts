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
const USER_ID: Keys = { userId: 'ES.4815162342ABC' };
const BOTH: Keys = { ...PHONE, ...USER_ID };

const MARTA = { fullName: 'Marta Soler', firstName: 'Marta' };
const RENAMED = { fullName: 'Marta Soler (florist)', firstName: 'Marta' };

function eventOf(name: string, contact: object, secondsAfterNoon = 0, phoneNumberId = NUMBER) {
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
function told(names: Names, contact: object, name = 'echo.message', number = NUMBER) {
	const event = eventOf(name, { ...contact }, 0, number);
	addNames(names, [event]);
	const { fullName, firstName, profileName } = (event as { contact: Contact }).contact;
	return { fullName, firstName, profileName };
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
		expect(told(names, { phone: '34600999888' })).toEqual(NOTHING);
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
	function restored(names: Names, into = noNames()): Names {
		restoreNames(into, structuredClone(storedNames(names)));
		return into;
	}

	test('carries the names over a restart', () => {
		const before = namesAfter(
			saved({ ...BOTH, ...MARTA }),
			inbound({ ...PHONE, profileName: 'm' }),
		);
		expect(told(restored(before), USER_ID)).toEqual({ ...MARTA, profileName: 'm' });
	});

	test('lets another process forget a name that was removed, and keeps what that one knows better', () => {
		const other = namesAfter(
			saved({ ...PHONE, ...MARTA }, 1),
			inbound({ ...PHONE, profileName: 'new' }, 9),
		);
		const here = namesAfter(removed(PHONE, 2), inbound({ ...PHONE, profileName: 'old' }, 8));
		expect(told(restored(here, other), PHONE)).toEqual({ ...NOTHING, profileName: 'new' });
	});

	test('leaves out names that are too long to keep, rather than what they were before', () => {
		const long = namesAfter(saved({ ...PHONE, fullName: 'x'.repeat(500) }, 2));
		const other = namesAfter(saved({ ...PHONE, ...MARTA }, 1));
		expect(told(restored(long, other), PHONE)).toEqual(NOTHING);
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
