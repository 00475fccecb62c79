import { describe, expect, test } from '@jest/globals';

import type { OutputGroup } from '../../../nodes/WhatsAppCoexistence/events/groups';
import { noNewestValues } from '../../../nodes/WhatsAppCoexistence/events/rows';
import type {
	CoexistenceEvent,
	TriggerEvent,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import { toOutputs } from '../../../nodes/WhatsAppCoexistence/trigger/outputs';
import {
	rowOptions,
	withoutRowless,
	type RowItems,
} from '../../../nodes/WhatsAppCoexistence/trigger/rows';

const NOW = Date.parse('2026-11-22T10:00:00Z');

const messageOf = (event: string, id: string) =>
	({
		event,
		eventId: id,
		occurredAt: new Date(NOW).toISOString(),
		contact: { key: '34600333444', phone: '34600333444' },
		direction: 'inbound',
		author: 'customer',
		message: { id, type: 'text', text: 'hola' },
	}) as TriggerEvent;
const EVENTS = [
	messageOf('history.message', 'wamid.1'),
	messageOf('history.message', 'wamid.2'),
	messageOf('inbound.message', 'wamid.3'),
];
const PERSON = { contact_key: '34600333444', phone: '34600333444' };

/** What leaves the outputs that have something, by group. */
function leaving(
	groups: OutputGroup[],
	asRows: OutputGroup[],
	items: RowItems = 'perRow',
	events = EVENTS,
	newest = noNewestValues(),
) {
	const rows = rowOptions(groups, asRows, items);
	const outputs = toOutputs(events, new Map(), rows, newest, NOW);
	const [history = [], contacts = [], , inbound = []] = outputs.map((list) =>
		list.map(({ json }) => json),
	);
	return { history, contacts, inbound };
}

describe('the people in rows of messages', () => {
	const messages: OutputGroup[] = ['history', 'inbound'];
	const wanted: OutputGroup[] = [...messages, 'contacts'];

	test('leave by the output of contacts, each once', () => {
		expect(leaving(wanted, wanted).contacts).toEqual([PERSON]);
	});

	test('leave beside those of the address book, and are not taken from there', () => {
		const contact = { key: 'ES.A', userId: 'ES.A', fullName: 'Marta Soler' };
		const saved = { ...messageOf('contact.saved', 'e1'), contact } as TriggerEvent;
		expect(leaving(wanted, wanted, 'perRow', [saved, ...EVENTS]).contacts).toMatchObject([
			{ contact_key: 'ES.A', full_name: 'Marta Soler' },
			PERSON,
		]);
	});

	test('are told again only where nothing else says who they are', () => {
		const known = { key: 'ES.A', userId: 'ES.A', phone: '34600555666' };
		const message = { ...messageOf('inbound.message', 'wamid.4'), contact: known } as TriggerEvent;
		const newest = noNewestValues();
		const tell = () => leaving(wanted, wanted, 'perRow', [message, ...EVENTS], newest).contacts;
		const person = { contact_key: 'ES.A', user_id: 'ES.A', phone: '34600555666' };
		expect([tell(), tell()]).toEqual([[PERSON, person], [PERSON]]);
	});

	test.each([
		['contacts are wanted as events', wanted, messages, 'perRow'],
		['contacts are not wanted', messages, wanted, 'perRow'],
		['neither is so', messages, messages, 'perRow'],
		['a statement has all rows at once, and finds them there', wanted, wanted, 'together'],
		['events alone are wanted', wanted, [], 'perRow'],
		['messages are wanted as events', wanted, ['contacts'], 'perRow'],
	] as Array<[string, OutputGroup[], OutputGroup[], RowItems]>)(
		'leave by none where %s',
		(_name, groups, asRows, items) => {
			expect(leaving(groups, asRows, items).contacts).toEqual([]);
		},
	);
});

test('a row of which all is older than what was given out before is left out', () => {
	const edited = (id: string, seconds: number) =>
		({
			...messageOf('inbound.edited', id),
			occurredAt: new Date(NOW + seconds * 1000).toISOString(),
		}) as TriggerEvent;
	const edits = [edited('wamid.1', 2), edited('wamid.1', 1), edited('wamid.2', 0)];
	expect(leaving(['inbound'], ['inbound'], 'perRow', edits).inbound).toMatchObject([
		{ wamid: 'wamid.1', edited_at: '2026-11-22T10:00:02.000Z' },
		{ wamid: 'wamid.2', edited_at: '2026-11-22T10:00:00.000Z' },
	]);
});

test('events without a row are left out where rows of their group are wanted', () => {
	const progress = messageOf('history.progress', 'e1') as CoexistenceEvent;
	const update = { event: 'account.updated', value: {} } as CoexistenceEvent;
	const message = EVENTS[0] as CoexistenceEvent;
	const left = (asRows: OutputGroup[]) => {
		const options = rowOptions(['history', 'account'], asRows, 'perRow');
		return withoutRowless([progress, message, update], options).map(({ event }) => event);
	};
	expect(left(['history'])).toEqual(['history.message', 'account.updated']);
	expect(left(['account'])).toEqual(['history.progress', 'history.message']);
	expect(left([])).toEqual(['history.progress', 'history.message', 'account.updated']);
});

test('all rows of an output are one item, events stay as they are, and an empty output stays empty', () => {
	const outputs = leaving(['history', 'inbound'], ['history'], 'together');
	expect(outputs).toEqual({
		history: [{ count: 2, rows: expect.any(String) }],
		contacts: [],
		inbound: [EVENTS[2]],
	});
	expect(JSON.parse(outputs.history[0]!.rows as string)).toMatchObject([
		{ wamid: 'wamid.1', text: 'hola' },
		{ wamid: 'wamid.2', text: 'hola' },
	]);
});
