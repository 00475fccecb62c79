import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import {
	hasRow,
	isNewsOf,
	keepNewest,
	noNewestValues,
	peopleIn,
	restoreNewest,
	rowOf,
	storedNewest,
	type MessageRow,
	type Row,
} from '../../../nodes/WhatsAppCoexistence/events/rows';
import {
	contactRowSchema,
	messageRowSchema,
} from '../../../nodes/WhatsAppCoexistence/events/rows/schema';
import { fixtureNames, loadFixture } from './fixtures.mts';
import { runs } from '../depth.mts';
import { webhook, webhookOf, type JsonObject } from './webhooks.mts';

const RUNS = { seed: 20_261_126, numRuns: runs(4_000) };

type Table = Record<string, Record<string, unknown>>;

/** What n8n's upserts make of rows with *Map Automatically*: by key, and a column at a time. */
function upserted(rows: Row[]): Table {
	const table: Table = {};
	for (const row of rows) {
		const key = 'wamid' in row ? row.wamid : row.contact_key;
		table[key] = { ...table[key], ...row };
	}
	return table;
}

/** The rows that leave one trigger when these webhooks come one after the other. */
function rowsOf(bodies: JsonObject[]): Row[] {
	const newest = noNewestValues();
	return bodies
		.flatMap((body) => parseWebhook(body))
		.flatMap((event) => rowOf(event) ?? [])
		.flatMap((row) => keepNewest(newest, row) ?? []);
}

/** The same, with n8n started again before each of them. */
function rowsWithRestarts(bodies: JsonObject[]): Row[] {
	let stored = '';
	return bodies.flatMap((body) => {
		const newest = noNewestValues();
		restoreNewest(newest, stored);
		const rows = parseWebhook(body)
			.flatMap((event) => rowOf(event) ?? [])
			.flatMap((row) => keepNewest(newest, row) ?? []);
		stored = storedNewest(newest);
		return rows;
	});
}

const parse = (row: Row) => ('wamid' in row ? messageRowSchema : contactRowSchema).parse(row);

const BUSINESS = '34600111222';
const PEER = { phone: '34600333444', userId: 'ES.4815162342ABC' };

function change(field: string, value: JsonObject): JsonObject {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: '800000000000001' };
	return webhookOf([{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }]);
}

const live = (message: JsonObject) =>
	change('messages', {
		messages: [{ from: PEER.phone, from_user_id: PEER.userId, ...message }],
	});

function old(message: JsonObject): JsonObject {
	const context = { wa_id: PEER.phone, user_id: PEER.userId };
	const messages = [{ from: PEER.phone, ...message }];
	const metadata = { phase: 1, chunk_order: 1, progress: 50 };
	return change('history', {
		history: [{ metadata, threads: [{ id: PEER.phone, context, messages }] }],
	});
}

/** All that Meta sends about one message: itself, its media, edits and a deletion. */
function aboutMessage(wamid: string): fc.Arbitrary<JsonObject[]> {
	const sent = { id: wamid, timestamp: '1780000000' };
	const image = { type: 'image', image: { id: 'M1', mime_type: 'image/jpeg', caption: 'Roses' } };
	const origin = fc.constantFrom<JsonObject[]>(
		[live({ ...sent, type: 'text', text: { body: 'When?' } })],
		[live({ ...sent, ...image })],
		[old({ ...sent, ...image })],
		[
			old({ ...sent, type: 'media_placeholder' }),
			change('history', { messages: [{ ...sent, from: PEER.phone, ...image }] }),
		],
		[old({ ...sent, ...image }), live({ ...sent, ...image })],
	);
	const edit = fc
		.record({ at: fc.integer({ min: 1, max: 3 }), body: fc.constantFrom('A', 'B', 'C') })
		.map(({ at, body }) =>
			live({
				id: `wamid.edit.${at}${body}`,
				timestamp: String(1_780_000_000 + at),
				type: 'edit',
				edit: { original_message_id: wamid, message: { type: 'text', text: { body } } },
			}),
		);
	const revoke = live({
		id: `${wamid}.revoked`,
		timestamp: '1780000009',
		type: 'revoke',
		revoke: { original_message_id: wamid },
	});
	return fc
		.tuple(origin, fc.array(edit, { maxLength: 3 }), fc.boolean())
		.map(([first, edits, isRevoked]) => [...first, ...edits, ...(isRevoked ? [revoke] : [])]);
}

/** Savings and removals of one person in the phone's address book. */
const aboutContact: fc.Arbitrary<JsonObject[]> = fc.array(
	fc
		.record({
			at: fc.integer({ min: 1, max: 4 }),
			name: fc.constantFrom('Marta', 'Marta Gil', null),
		})
		.map(({ at, name }) =>
			change('smb_app_state_sync', {
				state_sync: [
					{
						type: 'contact',
						action: name === null ? 'remove' : 'add',
						contact: {
							phone_number: PEER.phone,
							...(name !== null && { full_name: name, first_name: 'Marta' }),
						},
						metadata: { timestamp: String(1_780_000_000 + at) },
					},
				],
			}),
		),
	{ maxLength: 4 },
);

const everything = fc
	.tuple(aboutMessage('wamid.1'), aboutMessage('wamid.2'), aboutContact)
	.map((parts) => parts.flat());

const MARTA = {
	contact_key: 'ES.4815162342ABC',
	contact_phone: '34600333444',
	contact_user_id: 'ES.4815162342ABC',
};
const LUZ = { contact_key: '34600777888', contact_phone: '34600777888' };
const NUMBER = { phone_number_id: '800000000000001' };
const FROM_CUSTOMER = { direction: 'inbound', author: 'customer' };
const FROM_OWNER = { direction: 'outbound', author: 'business_app' };
const OLD = { ...NUMBER, from_history: true };

/** By the fixture: what its events write. */
const ROWS: Record<string, Array<Record<string, unknown>>> = {
	'history/chunk': [
		{
			wamid: 'wamid.IN1',
			sent_at: '2026-09-10T00:26:41.000Z',
			...MARTA,
			...FROM_CUSTOMER,
			type: 'text',
			text: 'hola',
			...OLD,
		},
		{
			wamid: 'wamid.OUT60',
			sent_at: '2026-09-10T00:27:40.000Z',
			...MARTA,
			...FROM_OWNER,
			type: 'text',
			text: '¿qué tal?',
			...OLD,
		},
	],
	'history/media-placeholder': [
		{
			wamid: 'wamid.IN2',
			sent_at: '2026-09-10T00:26:42.000Z',
			...MARTA,
			...FROM_CUSTOMER,
			...OLD,
		},
		{
			wamid: 'wamid.OUT3',
			sent_at: '2026-09-10T00:26:43.000Z',
			...MARTA,
			...FROM_OWNER,
			...OLD,
		},
	],
	'history/media-follow-up': [
		{
			wamid: 'wamid.IN2',
			type: 'image',
			text: 'mira',
			...OLD,
			media_id: '700000000000001',
			media_type: 'image/jpeg',
		},
	],
	'echoes/of-a-bot': [
		{ author: 'meta_bot', wamid: 'wamid.EB1', text: 'soy el asistente' },
		{ author: 'business_app', wamid: 'wamid.EB2', text: 'soy yo' },
		{ wamid: 'wamid.EB3', text: '¿quién?' },
	].map((row) => ({
		...row,
		...LUZ,
		...NUMBER,
		direction: 'outbound',
		type: 'text',
		sent_at: '2026-09-10T00:38:21.000Z',
	})),
	'echoes/edit-caption': [
		{ wamid: 'wamid.E1', edited_text: 'nuevo', edited_at: '2026-09-10T00:36:40.000Z' },
	],
	// The names of the two stand beside their messages.
	'echoes/several-customers': [
		{
			wamid: 'wamid.E1',
			sent_at: '2026-09-10T00:33:21.000Z',
			...MARTA,
			...FROM_OWNER,
			type: 'text',
			text: 'a Marta',
			...NUMBER,
		},
		{
			wamid: 'wamid.E2',
			sent_at: '2026-09-10T00:33:22.000Z',
			contact_key: '34600555666',
			contact_phone: '34600555666',
			...FROM_OWNER,
			type: 'text',
			text: 'a Luis',
			...NUMBER,
		},
		{ wamid: 'wamid.E1', deleted_at: '2026-09-10T00:35:00.000Z' },
	],
	'history/no-business-number': [
		{ wamid: 'wamid.IN1', sent_at: '2026-09-10T00:26:41.000Z', text: 'hola', ...FROM_CUSTOMER },
		{ wamid: 'wamid.OUT2', sent_at: '2026-09-10T00:26:42.000Z', text: 'buenas', ...FROM_OWNER },
		{ wamid: 'wamid.NOBODY', sent_at: '2026-09-10T00:26:43.000Z', text: '¿quién?' },
	].map((row) => ({
		...row,
		contact_key: '34600333444',
		contact_phone: '34600333444',
		type: 'text',
		...OLD,
	})),
	'inbound/edit-without-message': [
		{ wamid: 'wamid.M0', edited_text: '', edited_at: '2026-09-10T00:38:21.000Z' },
	],
	'inbound/revoke': [{ wamid: 'wamid.M0', deleted_at: '2026-09-10T00:38:21.000Z' }],
	'inbound/reply': [
		{
			...{
				wamid: 'wamid.M1',
				sent_at: '2026-09-10T00:38:21.000Z',
				...MARTA,
				contact_name: 'Marta',
			},
			...FROM_CUSTOMER,
			type: 'text',
			text: 'vale',
			reply_to: 'wamid.E1',
			...NUMBER,
		},
	],
	'inbound/system-changed-number': [
		{
			wamid: 'wamid.S1',
			sent_at: '2026-09-10T00:40:01.000Z',
			...FROM_CUSTOMER,
			...NUMBER,
			contact_key: 'ES.NEW',
			contact_phone: '34600555666',
			contact_user_id: 'ES.NEW',
			previous_phone: '34600333444',
			previous_user_id: 'ES.OLD',
			type: 'system',
			text: 'Marta cambió de 34600333444 a 34600555666',
		},
		{
			wamid: 'wamid.S2',
			sent_at: '2026-09-10T00:40:02.000Z',
			...FROM_CUSTOMER,
			...NUMBER,
			contact_key: '34600333444',
			contact_phone: '34600333444',
			type: 'system',
			text: 'Marta cambió de número',
		},
	],
	'statuses/failed-after-delivered': [
		{ delivered_at: '2026-09-10T00:43:20.000Z' },
		{
			failed_at: '2026-09-10T00:43:20.000Z',
			failure: 'Message undeliverable',
			failure_code: 131026,
		},
	].map((row) => ({ wamid: 'wamid.OUT9', ...row, ...MARTA, ...NUMBER, direction: 'outbound' })),
	'contacts/add': [
		{
			contact_key: 'ES.4815162342ABC',
			phone: '34600333444',
			user_id: 'ES.4815162342ABC',
			username: 'marta.g',
			full_name: 'Marta Gil',
			first_name: 'Marta',
		},
		{
			contact_key: '34600555666',
			phone: '34600555666',
			username: '',
			full_name: '',
			first_name: '',
		},
		{
			contact_key: 'ES.1623420815DEF',
			user_id: 'ES.1623420815DEF',
			username: 'luis.p',
			full_name: '',
			first_name: '',
		},
	].map((row) => ({
		...row,
		in_address_book: true,
		saved_at: '2026-09-10T00:30:00.000Z',
		changed_at: '2026-09-10T00:30:00.000Z',
	})),
	'contacts/remove': [
		{
			contact_key: '34600333444',
			phone: '34600333444',
			in_address_book: false,
			changed_at: '2026-09-10T00:31:40.000Z',
		},
	],
	'account/user-id-update': [
		{
			contact_key: 'ES.NEW',
			user_id: 'ES.NEW',
			phone: '34600333444',
			previous_user_id: 'ES.OLD',
		},
	],
};

test.each(Object.entries(ROWS))(
	'the events of %s write these columns and no other',
	(name, rows) => {
		expect(parseWebhook(loadFixture(name)).flatMap((event) => rowOf(event) ?? [])).toEqual(rows);
	},
);

test.each(fixtureNames)('which events of %s write anything is known beforehand', (name) => {
	const events = parseWebhook(loadFixture(name));
	expect(events.map(hasRow)).toEqual(events.map((event) => rowOf(event) !== undefined));
});

describe('a message that failed', () => {
	const title = { title: 'Undeliverable' };
	const message = { ...title, message: 'Message undeliverable' };
	const details = { ...message, error_data: { details: 'The number is not on WhatsApp' } };

	test.each([
		['the details', details, 'The number is not on WhatsApp'],
		['the message, where there are no details', message, 'Message undeliverable'],
		['the title, where there is nothing else', title, 'Undeliverable'],
		['nothing, where nothing is told', {}, undefined],
	])('says why: %s', (_, error, failure) => {
		const status = { id: 'wamid.1', status: 'failed', timestamp: '1780000000' };
		const statuses = [{ ...status, errors: [{ code: 131026, ...error }] }];
		const rows = rowsOf([change('messages', { statuses })]) as MessageRow[];
		expect(rows.map((row) => [row.failure_code, row.failure])).toEqual([[131026, failure]]);
	});
});

describe('a new user ID', () => {
	test.each<[string, JsonObject, object[]]>([
		[
			'of somebody who is known by it alone',
			{ user_id: { current: 'ES.2' } },
			[{ contact_key: 'ES.2', user_id: 'ES.2' }],
		],
		[
			'that is the one before',
			{ user_id: { previous: 'ES.2', current: 'ES.2' } },
			[{ contact_key: 'ES.2', user_id: 'ES.2' }],
		],
		[
			'in the place of another',
			{ wa_id: PEER.phone, user_id: { previous: 'ES.1', current: 'ES.2' } },
			[{ contact_key: 'ES.2', user_id: 'ES.2', phone: PEER.phone, previous_user_id: 'ES.1' }],
		],
		['that is not told', { user_id: { previous: 'ES.1' } }, []],
	])('%s, is a row of a contact', (_, item, rows) => {
		expect(rowsOf([change('user_id_update', { user_id_update: [item] })])).toStrictEqual(rows);
	});

	test('is a row wherever it stands', () => {
		const user_id_update = [{ user_id: { current: 'ES.2' } }];
		expect(rowsOf([change('messages', { user_id_update })])).toEqual([
			{ contact_key: 'ES.2', user_id: 'ES.2' },
		]);
	});
});

test('an address-book entry of nobody writes nothing', () => {
	const state_sync = [{ type: 'contact', action: 'add', contact: { full_name: 'Marta Gil' } }];
	expect(rowsOf([change('smb_app_state_sync', { state_sync })])).toEqual([]);
});

test('each status of a message has a column of its own', () => {
	const columns = parseWebhook(loadFixture('statuses/every-status'))
		.flatMap((event) => Object.keys(rowOf(event) ?? {}))
		.filter((column) => column.endsWith('_at'));
	const expected = ['sent_at', 'delivered_at', 'read_at', 'played_at', 'failed_at', 'deleted_at'];
	expect(columns).toEqual(expected);
});

describe('rows', () => {
	test('of any webhook keep to their schema and leave out what they do not know', () => {
		fc.assert(
			fc.property(webhook, (body) => {
				for (const row of rowsOf([body])) {
					parse(row);
					expect(Object.values(row)).not.toContain(undefined);
				}
			}),
			RUNS,
		);
	});

	test.each(fixtureNames)('of the fixture %s keep to their schema', (name) => {
		for (const row of rowsOf([loadFixture(name) as JsonObject])) parse(row);
	});

	test('end in the same table, in whatever order they come and however often', () => {
		const shuffledToo = everything.chain((bodies) =>
			fc.tuple(
				fc.constant(bodies),
				fc.shuffledSubarray([...bodies, ...bodies], {
					minLength: bodies.length * 2,
					maxLength: bodies.length * 2,
				}),
			),
		);
		fc.assert(
			fc.property(shuffledToo, ([bodies, shuffled]) => {
				expect(upserted(rowsOf(shuffled))).toEqual(upserted(rowsOf(bodies)));
			}),
			RUNS,
		);
	});

	test('say the newest edit and the newest name', () => {
		fc.assert(
			fc.property(everything, (bodies) => {
				const table = upserted(rowsOf(bodies));
				for (const wamid of ['wamid.1', 'wamid.2']) {
					const edits = bodies
						.flatMap((body) => parseWebhook(body))
						.flatMap((event) =>
							event.event === 'inbound.edited' && event.message.originalId === wamid
								? [`${event.occurredAt} ${event.message.text}`]
								: [],
						);
					const { edited_at, edited_text } = table[wamid]!;
					expect(
						edits.length === 0 ? undefined : `${String(edited_at)} ${String(edited_text)}`,
					).toBe(edits.sort().at(-1));
				}
			}),
			RUNS,
		);
	});

	test('say when the newest edit and the newest name were made, however often n8n was restarted', () => {
		const times = (rows: Row[]) =>
			Object.entries(upserted(rows)).map(([key, { edited_at, saved_at, changed_at }]) => [
				key,
				edited_at,
				saved_at,
				changed_at,
			]);
		fc.assert(
			fc.property(everything, (bodies) => {
				expect(times(rowsWithRestarts(bodies))).toEqual(times(rowsOf(bodies)));
			}),
			RUNS,
		);
	});

	test('keep of the last changes what n8n stores in 200 characters', () => {
		const newest = noNewestValues();
		for (let edit = 0; edit < 30; edit++) {
			const edited_at = new Date(1_780_000_000_000 + edit * 1_000).toISOString();
			keepNewest(newest, { wamid: `wamid.${edit}`, edited_text: 'New', edited_at });
		}
		const stored = storedNewest(newest);
		expect(stored.length).toBeLessThanOrEqual(200);
		const restarted = noNewestValues();
		restoreNewest(restarted, stored);
		const late = (wamid: string) =>
			keepNewest(restarted, {
				wamid,
				edited_text: 'Old',
				edited_at: new Date(1_779_999_999_000).toISOString(),
			});
		expect(late('wamid.29')).toBeUndefined();
		expect(late('wamid.18')).toBeUndefined();
		expect(late('wamid.1')).toBeDefined();
	});

	test('are remembered by when they last changed, not by when they first did', () => {
		const edit = (wamid: string, second: number): Row => {
			const edited_at = new Date(1_780_000_000_000 + second * 1_000).toISOString();
			return { wamid, edited_text: 'New', edited_at };
		};
		const newest = noNewestValues();
		for (let n = 0; n < 12; n++) keepNewest(newest, edit(`wamid.${n}`, 1));
		keepNewest(newest, edit('wamid.0', 2));
		keepNewest(newest, edit('wamid.12', 1));
		const restarted = noNewestValues();
		restoreNewest(restarted, storedNewest(newest));
		expect(keepNewest(restarted, edit('wamid.0', 0))).toBeUndefined();
		expect(keepNewest(restarted, edit('wamid.1', 0))).toBeDefined();
	});

	describe('of two changes', () => {
		const edited_at = '2026-09-10T00:00:00.000Z';
		const saved = { saved_at: edited_at, changed_at: edited_at, in_address_book: true };
		const name = { full_name: 'Marta', first_name: 'Marta', username: 'marta' };
		const edit = (edited_text: string): Row => ({ wamid: 'wamid.1', edited_text, edited_at });
		const saving = (columns: object): Row => ({ contact_key: '1', ...saved, ...name, ...columns });

		test.each<[string, Row, Row]>([
			['edits', edit('A'), edit('B')],
			['names', saving({}), saving({ full_name: 'Marta Gil' })],
			['first names', saving({}), saving({ first_name: 'M.' })],
			['usernames', saving({}), saving({ username: 'marta.g' })],
			[
				'names that run into one another',
				saving({ full_name: 'Marta', first_name: 'Gil' }),
				saving({ full_name: 'MartaG', first_name: 'il' }),
			],
			[
				'a removal and a saving',
				saving({}),
				{ contact_key: '1', changed_at: edited_at, in_address_book: false },
			],
		])('in the same second the same wins, whichever comes first: %s', (_, a, b) => {
			const table = (...rows: Row[]) => {
				const newest = noNewestValues();
				return upserted(rows.flatMap((row) => keepNewest(newest, { ...row }) ?? []));
			};
			expect(table(a, b)).toEqual(table(b, a));
		});

		test('the older leaves out all that the newer says, and nothing else', () => {
			const newest = noNewestValues();
			const later = '2026-09-10T00:00:01.000Z';
			keepNewest(newest, saving({ saved_at: later, changed_at: later }));
			expect(keepNewest(newest, saving({ phone: '34600333444' }))).toEqual({
				contact_key: '1',
				phone: '34600333444',
			});
			expect(keepNewest(newest, saving({}))).toBeUndefined();
		});

		test('the same, told twice, is given out twice: the first may not have been stored', () => {
			const newest = noNewestValues();
			expect(keepNewest(newest, edit('A'))).toEqual(edit('A'));
			expect(keepNewest(newest, edit('A'))).toEqual(edit('A'));
		});

		test('the newer counts, whichever was stored last', () => {
			const storedAt = (time: string) => {
				const newest = noNewestValues();
				keepNewest(newest, { wamid: 'wamid.1', edited_text: 'A', edited_at: time });
				return storedNewest(newest);
			};
			const newest = noNewestValues();
			restoreNewest(newest, storedAt('2026-09-10T00:00:01.000Z'));
			restoreNewest(newest, storedAt('2026-09-09T00:00:00.000Z'));
			expect(keepNewest(newest, edit('B'))).toBeUndefined();
		});
	});

	test('that have nothing but their key are rows all the same', () => {
		const row = { wamid: 'wamid.1' };
		expect(keepNewest(noNewestValues(), row)).toEqual(row);
	});

	test('take no more memory than for 40,000 changes, and 12 over restarts', () => {
		const edited = (wamid: string): Row => ({ wamid, edited_at: '2026-09-10T00:00:00.000Z' });
		const newest = noNewestValues();
		for (let n = 0; n < 40_000; n++) newest.values.set(String(n), '');
		keepNewest(newest, edited('wamid.1'));
		expect(newest.values.size).toBe(40_000);
		isNewsOf({ contact_key: 'ES.1', user_id: 'ES.1' }, newest, 0);
		expect(newest.values.size).toBe(40_000);

		const other = noNewestValues();
		for (let n = 0; n < 12; n++) keepNewest(other, edited(`wamid.other.${n}`));
		restoreNewest(newest, storedNewest(other));
		expect(newest.lastChanges.size).toBe(12);
	});

	test('of a placeholder leave type, text and file to its media', () => {
		const placeholder = old({ id: 'wamid.1', timestamp: '1', type: 'media_placeholder' });
		const [row] = rowsOf([placeholder]);
		expect(Object.keys(row!)).not.toEqual(
			expect.arrayContaining([expect.stringMatching(/^(type|text|media_.*)$/)]),
		);
	});
});

describe('the people in rows of messages', () => {
	const ofMarta = { contact_key: 'ES.1', contact_phone: '34600333444', contact_user_id: 'ES.1' };
	const marta = { contact_key: 'ES.1', phone: '34600333444', user_id: 'ES.1' };

	test.each<[string, object[], object[]]>([
		['nobody, where none is named', [{ text: 'Hi', contact_phone: '34600333444' }], []],
		['one, by phone number and user ID', [ofMarta], [marta]],
		[
			'one by a phone number alone',
			[{ contact_key: '34600333444', contact_phone: '34600333444' }],
			[{ contact_key: '34600333444', phone: '34600333444' }],
		],
		[
			'one by a user ID alone',
			[{ contact_key: 'ES.1', contact_user_id: 'ES.1' }],
			[{ contact_key: 'ES.1', user_id: 'ES.1' }],
		],
		['one, who wrote twice', [ofMarta, { ...ofMarta, text: 'Hi' }], [marta]],
		[
			'several, in the order in which they wrote',
			[ofMarta, { contact_key: 'ES.2', contact_user_id: 'ES.2' }],
			[marta, { contact_key: 'ES.2', user_id: 'ES.2' }],
		],
		[
			'a new number beside the person before it',
			[ofMarta, { ...ofMarta, contact_phone: '34600555666', previous_phone: '34600333444' }],
			[marta, { ...marta, phone: '34600555666', previous_phone: '34600333444' }],
		],
		[
			'a new user ID beside the person before it',
			[
				ofMarta,
				{ ...ofMarta, contact_key: 'ES.2', contact_user_id: 'ES.2', previous_user_id: 'ES.1' },
			],
			[marta, { ...marta, contact_key: 'ES.2', user_id: 'ES.2', previous_user_id: 'ES.1' }],
		],
		[
			'one who is the same as before a change',
			[
				{ ...ofMarta, previous_phone: '34600555666' },
				{ ...ofMarta, previous_user_id: 'ES.0' },
			],
			[
				{ ...marta, previous_phone: '34600555666' },
				{ ...marta, previous_user_id: 'ES.0' },
			],
		],
	])('are %s', (_, messages, people) => {
		const rows = messages.map((columns, n) => ({ wamid: `wamid.${n}`, ...columns }));
		expect(peopleIn(rows)).toStrictEqual(people);
	});
});

describe('a person with a user ID', () => {
	const person = { contact_key: 'ES.1', phone: '34600333444', user_id: 'ES.1' };
	const MINUTE = 60_000;

	test('is news again after ten minutes', () => {
		const newest = noNewestValues();
		expect([0, 9, 10, 19].map((minute) => isNewsOf(person, newest, minute * MINUTE))).toEqual([
			true,
			false,
			true,
			false,
		]);
	});

	test('is not news because of another', () => {
		const newest = noNewestValues();
		const other = { contact_key: 'ES.2', user_id: 'ES.2' };
		expect([person, other, person].map((each) => isNewsOf(each, newest, 0))).toEqual([
			true,
			true,
			false,
		]);
	});

	test('is news each time while the user ID is not known', () => {
		const newest = noNewestValues();
		const unknown = { contact_key: '34600333444', phone: '34600333444' };
		expect([unknown, unknown].map((each) => isNewsOf(each, newest, 0))).toEqual([true, true]);
	});

	test('is news again after a change to another user ID', () => {
		const newest = noNewestValues();
		const changed = { ...person, contact_key: 'ES.2', user_id: 'ES.2', previous_user_id: 'ES.1' };
		expect([person, changed, person].map((each) => isNewsOf(each, newest, 0))).toEqual([
			true,
			true,
			true,
		]);
	});
});
