import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { OUTPUT_GROUPS } from '../../../nodes/WhatsAppCoexistence/events/groups';
import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { triggerProperties } from '../../../nodes/WhatsAppCoexistence/trigger/parameters';
import {
	compileSelection,
	faultOfContacts,
	MESSAGE_TYPES,
	OTHER,
	select,
	type SelectionChoice,
	STATUSES,
} from '../../../nodes/WhatsAppCoexistence/trigger/selection';
import { fixtureNames, loadFixture } from '../events/fixtures.mts';

const EVERYTHING: SelectionChoice = {
	groups: [...OUTPUT_GROUPS],
	phoneNumberIds: [],
	messageTypes: [],
	statuses: [],
	ignoredContacts: '',
	onlyContacts: '',
	minimumAge: 0,
	maximumAge: 0,
};
const RECEIVED_AT = Date.parse('2026-11-22T10:00:00Z');

/** One event of every kind at least, of messages of every type, and about several people. */
const events = fixtureNames.flatMap((name) => parseWebhook(loadFixture(name)));

function selected(choice: Partial<SelectionChoice>, from = events): CoexistenceEvent[] {
	return select(from, compileSelection({ ...EVERYTHING, ...choice }), RECEIVED_AT);
}

const isMessage = (event: CoexistenceEvent) => 'isHistory' in event;
const typeOf = (event: CoexistenceEvent) => ('isHistory' in event ? event.message.type : '');
const isStatus = ({ event }: CoexistenceEvent) => event === 'message.status';
const statusOf = (event: CoexistenceEvent) => ('status' in event ? event.status : '');
const contactOf = (event: CoexistenceEvent) => ('contact' in event ? event.contact : undefined);

test('everything passes where nothing is chosen', () => {
	expect(selected({})).toEqual(events);
});

test('no event passes that belongs to no chosen group', () => {
	const names = new Set(selected({ groups: ['echoes', 'contacts'] }).map(({ event }) => event));
	expect([...names].sort()).toEqual([
		'contact.removed',
		'contact.saved',
		'echo.edited',
		'echo.message',
		'echo.revoked',
	]);
});

describe('phone numbers', () => {
	test('only the chosen ones pass, and events that name none', () => {
		const [first] = events.filter(({ phoneNumberId }) => phoneNumberId !== null);
		const chosen = first!.phoneNumberId as string;
		const ids = new Set(selected({ phoneNumberIds: [chosen] }).map((event) => event.phoneNumberId));
		expect(ids).toEqual(new Set([chosen, null]));
	});

	test('several may be chosen, and events of another do not pass', () => {
		const of = (phoneNumberId: string | null) => ({ ...events[0]!, phoneNumberId });
		const [one, two, three, none] = [of('1'), of('2'), of('3'), of(null)];
		const passing = selected({ phoneNumberIds: ['1', '3'] }, [one, two, three, none]);
		expect(passing).toEqual([one, three, none]);
	});
});

describe('message types', () => {
	test('only messages of the chosen types pass, whether old, live or echoed', () => {
		const chosen = selected({ messageTypes: ['text', 'image'] });
		expect(chosen.filter(isMessage)).toEqual(
			events.filter((event) => ['text', 'image'].includes(typeOf(event))),
		);
		expect(new Set(chosen.filter(isMessage).map(({ event }) => event.split('.')[0]))).toEqual(
			new Set(['history', 'echo', 'inbound']),
		);
	});

	test('other events pass whatever the types', () => {
		const others = (some: CoexistenceEvent[]) => some.filter((event) => !isMessage(event));
		expect(others(selected({ messageTypes: ['text'] }))).toEqual(others(events));
	});

	test('“other” stands for what has no name in the list', () => {
		const types = selected({ messageTypes: [OTHER] })
			.filter(isMessage)
			.map(typeOf);
		expect(types).toContain('request_welcome');
		expect(types.filter((type) => (MESSAGE_TYPES as readonly string[]).includes(type))).toEqual([]);
	});
});

describe('statuses', () => {
	test('failures alone', () => {
		const statuses = selected({ statuses: ['failed'] }).filter(isStatus);
		expect(statuses.length).toBeGreaterThan(0);
		expect(new Set(statuses.map(statusOf))).toEqual(new Set(['failed']));
	});

	test('do not touch what is no status', () => {
		const others = (some: CoexistenceEvent[]) => some.filter((event) => !isStatus(event));
		expect(others(selected({ statuses: ['failed'] }))).toEqual(others(events));
	});

	test('“other” stands for what Meta invents', () => {
		const statusesOf = (choice: Partial<SelectionChoice>) => [
			...new Set(selected(choice).filter(isStatus).map(statusOf)),
		];
		const listed = statusesOf({ statuses: [...STATUSES] });
		const other = statusesOf({ statuses: [OTHER] });
		expect(other.length).toBeGreaterThan(0);
		expect([...listed, ...other].sort()).toEqual(statusesOf({}).sort());
	});
});

describe('only these contacts', () => {
	test.each([
		['+34 600 333 444', 'phone', '34600333444'],
		['34600555666; ES.4815162342ABC', 'userId', 'ES.4815162342ABC'],
	] as const)('“%s” leaves in all events of that %s', (onlyContacts, key, value) => {
		const ofThem = events.filter((event) => contactOf(event)?.[key] === value);
		expect(ofThem.length).toBeGreaterThan(0);
		expect(selected({ onlyContacts })).toEqual(expect.arrayContaining(ofThem));
	});

	test('leave out everybody else’s, and leave in what is about nobody', () => {
		const passed = new Set(selected({ onlyContacts: '34600333444' }));
		for (const event of events) {
			const contact = contactOf(event);
			expect(passed.has(event)).toBe(contact === undefined || contact.phone === '34600333444');
		}
	});

	test('come after those to ignore', () => {
		const both = { onlyContacts: '34600333444', ignoredContacts: '34600333444' };
		expect(selected(both).some((event) => contactOf(event) !== undefined)).toBe(false);
	});
});

describe('contacts to ignore', () => {
	test.each([
		['+34 600 333 444', 'phone', '34600333444'],
		['0034-600-333-444', 'phone', '34600333444'],
		[' (34) 600.333.444 ', 'phone', '34600333444'],
		['\u202a+34\u00a0600\u2011333\u2011444\u202c', 'phone', '34600333444'],
		['+34(0)600 333 444', 'phone', '34600333444'],
		['34600555666, 34600333444', 'phone', '34600333444'],
		['34600555666\n34600333444', 'phone', '34600333444'],
		['ES.4815162342ABC', 'userId', 'ES.4815162342ABC'],
		['34600555666;ES.4815162342ABC;', 'userId', 'ES.4815162342ABC'],
	] as const)('“%s” leaves out events of that %s', (ignoredContacts, key, value) => {
		const ofThem = (some: CoexistenceEvent[]) =>
			some.filter((event) => contactOf(event)?.[key] === value);
		expect(ofThem(events).length).toBeGreaterThan(0);
		expect(ofThem(selected({ ignoredContacts }))).toEqual([]);
	});

	test('leave everybody else’s events alone, and those of nobody', () => {
		const of = new Set(
			events.filter((event) => !selected({ ignoredContacts: '34600333444' }).includes(event)),
		);
		expect(of.size).toBeGreaterThan(0);
		for (const event of of) expect(contactOf(event)?.phone).toBe('34600333444');
	});

	test.each([
		['+34 600 333 444, ES.4815162342ABC\r\n0034600333555', undefined],
		['+34 600 333 444, Marta', { entry: 'Marta', fault: expect.stringContaining('has “M” in it') }],
		['600 333', { entry: '600 333', fault: expect.stringContaining('has 6 digits') }],
	])('“%s” are read one by one, and the first that is nobody is named', (text, fault) => {
		expect(faultOfContacts(text)).toEqual(fault);
	});

	test.each(['', ' , ;\n'])('“%s” stands for nobody', (ignoredContacts) => {
		expect(selected({ ignoredContacts })).toEqual(events);
	});
});

describe('age', () => {
	/** A webhook with a message, an echo, a status, an old message and a contact, all of that age. */
	const eventsAged = (seconds: number) => {
		const timestamp = String(RECEIVED_AT / 1000 - seconds);
		const message = { from: '34600333444', id: 'wamid.M1', timestamp, type: 'request_welcome' };
		const value = {
			metadata: { display_phone_number: '34600111222', phone_number_id: '800000000000001' },
			history: [{ threads: [{ id: '34600333444', messages: [message] }] }],
			state_sync: [{ type: 'contact', action: 'add', contact: {}, metadata: { timestamp } }],
			message_echoes: [{ ...message, from: '34600111222', to: '34600333444' }],
			messages: [message],
			statuses: [{ id: 'wamid.M2', status: 'read', timestamp }],
		};
		return parseWebhook({ entry: [{ changes: [{ field: 'messages', value }] }] });
	};
	const LIVE = ['echo.message', 'inbound.message', 'message.status'];
	const namesOf = (some: CoexistenceEvent[]) => some.map(({ event }) => event);

	test.each([
		['at most 60 s', { maximumAge: 60 }, 60, true],
		['at most 60 s', { maximumAge: 60 }, 61, false],
		['at most 60 s', { maximumAge: 60 }, -5, true],
		['at least 60 s', { minimumAge: 60 }, 60, true],
		['at least 60 s', { minimumAge: 60 }, 59, false],
		['from 10 to 20 s', { minimumAge: 10, maximumAge: 20 }, 15, true],
		['from 10 to 20 s', { minimumAge: 10, maximumAge: 20 }, 25, false],
		['no limit', { minimumAge: 0, maximumAge: 0 }, 10_000_000, true],
	])('%s: %o, live events of %i s pass: %s', (_name, choice, seconds, passes) => {
		const aged = eventsAged(seconds);
		const live = namesOf(selected(choice, aged)).filter((name) => LIVE.includes(name));
		expect(live.sort()).toEqual(passes ? LIVE : []);
	});

	test('never matters for history, the address book and events without a time', () => {
		const others = namesOf(eventsAged(100)).filter((name) => !LIVE.includes(name));
		expect(others).toEqual(expect.arrayContaining(['history.message', 'contact.saved']));
		expect(namesOf(selected({ maximumAge: 1 }, eventsAged(100)))).toEqual(others);

		const timeless = events.filter(({ occurredAt }) => occurredAt === null);
		expect(timeless.length).toBeGreaterThan(0);
		expect(selected({ maximumAge: 1 }, timeless)).toEqual(timeless);
	});
});

describe('the choice on the node', () => {
	const optionsOf = (name: string) => {
		const collection = triggerProperties.find((property) => property.name === 'options');
		const option = collection?.options?.find((candidate) => candidate.name === name);
		const values = (option as { options: Array<{ value: string }> }).options;
		return values.map(({ value }) => value).sort();
	};

	test.each([
		['messageTypes', MESSAGE_TYPES],
		['statuses', STATUSES],
	])('of %s offers all that are known, and all others', (name, known) => {
		expect(optionsOf(name)).toEqual([...known, OTHER].sort());
	});
});
