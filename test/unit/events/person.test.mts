import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import type { MessageEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import type { JsonObject } from './webhooks.mts';

const MARTA = { profile: { name: 'Marta' }, wa_id: '34600333444', user_id: 'ES.1' };
const LUIS = { profile: { name: 'Luis' }, wa_id: '34600555666', user_id: 'ES.2' };
const BIA = { profile: { name: 'Bia' }, wa_id: '5511987654321' };

const text = (from: JsonObject, index = 0): JsonObject => ({
	...{ id: `wamid.${index}`, timestamp: '1789000701', type: 'text', text: { body: 'hola' } },
	...from,
});

/** Of messages that come with these contacts. */
function personsOf(contacts: JsonObject[], senders: JsonObject[], lists: JsonObject = {}) {
	const value = { contacts, messages: senders.map(text), ...lists };
	const events = parseWebhook({ entry: [{ changes: [{ field: 'messages', value }] }] });
	const messages = events.filter((event) => event.event === 'inbound.message') as MessageEvent[];
	return messages.map(({ contact }) => contact);
}

const namesOf = (...args: Parameters<typeof personsOf>) =>
	personsOf(...args).map(({ profileName }) => profileName);

describe('the name of a customer', () => {
	test.each<[string, JsonObject[], JsonObject[], Array<string | undefined>]>([
		[
			'theirs of several, by user ID or by number',
			[LUIS, MARTA, BIA],
			[{ from_user_id: 'ES.1' }, { from: '34600555666' }, { from: '551187654321' }],
			['Marta', 'Luis', 'Bia'],
		],
		[
			'that of an only contact, for those of several messages that are theirs',
			[MARTA],
			[
				{ from_user_id: 'ES.1' },
				{ from: '34600333444' },
				{ from: '34600999000' },
				{ from_user_id: 'ES.9', from: '34600999000' },
			],
			['Marta', 'Marta', undefined, undefined],
		],
		[
			'nobody’s, where an only contact without a user ID is somebody else',
			[BIA],
			[{ from: '34600999000' }, { from: '34600999001' }],
			[undefined, undefined],
		],
		['that of an only contact of an only message, which names nobody', [MARTA], [{}], ['Marta']],
		[
			'that of an only contact of an only message, known by the other ID',
			[BIA],
			[{ from_user_id: 'ES.9' }],
			['Bia'],
		],
		[
			'nobody’s, where the only contact of an only message has another user ID',
			[MARTA],
			[{ from_user_id: 'ES.9' }],
			[undefined],
		],
		['nobody’s of several, where the message names nobody', [MARTA, LUIS], [{}], [undefined]],
		['the first of two for one person', [BIA, { ...BIA, profile: { name: 'B' } }], [BIA], ['Bia']],
	])('is %s', (_, contacts, senders, names) => {
		const from = senders.map(({ wa_id, ...sender }) => (wa_id ? { from: wa_id } : sender));
		expect(namesOf(contacts, from)).toEqual(names);
	});

	test.each([
		'automatic_events',
		'calls',
		'events',
		'groups',
		'message_echoes',
		'messages',
		'statuses',
		'user_actions',
		'user_id_update',
		'user_preferences',
	])('is not that of an only contact, where there are two items: one in %s', (list) => {
		const items = list === 'messages' ? [text({}), text({}, 1)] : [{ id: '1' }];
		expect(new Set(namesOf([MARTA], [{}], { [list]: items }))).toEqual(new Set([undefined]));
	});
});

describe('what a contact has beside the name', () => {
	const eventWith = (profile: JsonObject) => {
		const messages = [text({ from: '34600333444' })];
		return parseWebhook({ contacts: [{ ...MARTA, ...profile }], messages }).at(0)!;
	};

	test.each([
		['by itself', { username: '@marta.g' }],
		['on the profile', { profile: { name: 'Marta', username: 'marta.g' } }],
		['in both places', { username: '@marta.g', profile: { name: 'Marta', username: 'marta.g' } }],
	])('is the username, %s', (_, profile) => {
		const event = eventWith(profile);
		expect(event).toMatchObject({ contact: { username: 'marta.g', profileName: 'Marta' } });
		expect(event).not.toHaveProperty('extra');
	});

	test('is left over under its name, where it is another username', () => {
		const profile = { name: 'Marta', username: 'marta.g' };
		expect(eventWith({ username: 'marta', profile }).extra).toEqual({
			contact: { username: 'marta' },
		});
	});
});

test.each([[undefined], [null], [[]]])('no contacts are needed: %p', (contacts) => {
	const messages = [text({ from: '34600333444' })];
	expect(parseWebhook({ contacts, messages })).toMatchObject([
		{ event: 'inbound.message', contact: { key: '34600333444', profileName: undefined } },
	]);
});

test('a message that only has what system messages have is about its only contact', () => {
	const system = { body: 'Marta changed', wa_id: '34600777888' };
	expect(namesOf([MARTA], [{ system }])).toEqual(['Marta']);
});

describe('a system message', () => {
	const body = 'Marta changed from 34600333444 to 34600777888';
	const contactOf = (system: JsonObject, beside: JsonObject = {}) => {
		const messages = [{ id: 'wamid.1', type: 'system', system }];
		const event = parseWebhook({ messages, ...beside }).at(0)! as MessageEvent;
		return event.contact;
	};

	test('is about whom its text names beside the new number', () => {
		expect(contactOf({ body, wa_id: '34600777888' })).toMatchObject({ key: '34600333444' });
	});

	test('is about whom its fields name, where they do, and not whom its text names', () => {
		const system = { body, wa_id: '34600777888', previous_user_id: 'ES.1' };
		expect(contactOf(system)).toMatchObject({ key: 'ES.1', phone: undefined });
	});

	test.each([[{ wa_id: '34600777888' }], [{ body: 'Marta changed', wa_id: '34600777888' }]])(
		'is about nobody where nothing names them, even beside an only contact: %j',
		(system) => {
			const contacts = [{ wa_id: '34600777888', profile: { name: 'Marta' } }];
			expect(contactOf(system, { contacts })).toMatchObject({ key: null, profileName: undefined });
		},
	);
});
