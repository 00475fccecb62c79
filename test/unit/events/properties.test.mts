import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import {
	coexistenceEventSchema,
	type CoexistenceEvent,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import { isoTime } from '../../../nodes/WhatsAppCoexistence/events/time';
import { lostValues } from '../../fuzz/lost-values.mts';
import { fixtureNames, loadFixture } from './fixtures.mts';
import {
	countItems,
	historyChunk,
	type Json,
	type JsonObject,
	messagingChange,
	webhook,
	webhookOf,
} from './webhooks.mts';
import { runs } from '../depth.mts';

const RUNS = { seed: 20_261_101, numRuns: runs(10_000) };

const fixtures = fixtureNames.map((name) => loadFixture(name) as JsonObject);

function isContainer(value: unknown): value is JsonObject | Json[] {
	return typeof value === 'object' && value !== null;
}

/** A copy of a JSON value in which the part that the steps lead to is another value, or missing. */
function mutate(body: Json, steps: number[], replacement: Json | undefined): Json {
	const copy = structuredClone(body);
	let parent = copy;
	for (const [depth, step] of steps.entries()) {
		if (!isContainer(parent)) break;
		const keys = Object.keys(parent);
		if (keys.length === 0) break;
		const key = keys[step % keys.length]!;
		const child = (parent as JsonObject)[key];
		if (depth === steps.length - 1 || !isContainer(child)) {
			if (replacement !== undefined) (parent as JsonObject)[key] = replacement;
			else if (Array.isArray(parent)) parent.splice(Number(key), 1);
			else delete parent[key];
			break;
		}
		parent = child;
	}
	return copy;
}

const mutatedFixture = fc
	.tuple(
		fc.constantFrom(...fixtures),
		fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }),
		fc.option(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, { nil: undefined }),
	)
	.map(([body, steps, replacement]) => mutate(body, steps, replacement));

/** The same JSON with every object changed, except under the keys to keep. */
function mapObjects(
	value: Json,
	change: (object: JsonObject, key: string) => JsonObject,
	keep = new Set<string>(),
	key = '',
): Json {
	if (keep.has(key) || !isContainer(value)) return value;
	if (Array.isArray(value)) return value.map((item) => mapObjects(item, change, keep, key));
	const members = Object.entries(value).map(([name, member]) => [
		name,
		mapObjects(member, change, keep, name),
	]);
	return change(Object.fromEntries(members), key);
}

/** @param dropped names of keys; `threads.id` means the `id` of a thread */
function dropKeys(body: Json, dropped: readonly string[]): Json {
	return mapObjects(body, (object, key) =>
		Object.fromEntries(
			Object.entries(object).filter(
				([name]) => !dropped.includes(name) && !dropped.includes(`${key}.${name}`),
			),
		),
	);
}

function withoutExtra(events: CoexistenceEvent[]): string {
	return JSON.stringify(events.map(({ extra: _extra, ...event }) => event));
}

function wamids(events: CoexistenceEvent[]): Array<string | null> {
	return events.flatMap((event) => ('message' in event ? [event.message.id] : []));
}

/** Every list of items and every item in a webhook, as a function that puts something else there. */
function itemPlaces(body: JsonObject): Array<(replacement: string) => void> {
	const lists = new Set([
		'entry',
		'changes',
		'history',
		'threads',
		'messages',
		'message_echoes',
		'statuses',
		'state_sync',
		'errors',
		'contacts',
		'user_preferences',
	]);
	const places: Array<(replacement: string) => void> = [];
	const visit = (value: Json): void => {
		if (!isContainer(value)) return;
		for (const [key, member] of Object.entries(value)) {
			if ((lists.has(key) && Array.isArray(member)) || key === 'value') {
				places.push((replacement) => ((value as JsonObject)[key] = replacement));
			}
			if (lists.has(key) && Array.isArray(member)) {
				member.forEach((_, index) => places.push((replacement) => (member[index] = replacement)));
			}
			visit(member);
		}
	};
	visit(body);
	return places;
}

describe('parseWebhook', () => {
	test('gives events of the contract for any JSON value', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (body) => {
				for (const event of parseWebhook(body)) coexistenceEventSchema.parse(event);
			}),
			RUNS,
		);
	});

	test('gives events of the contract for damaged webhooks', () => {
		fc.assert(
			fc.property(mutatedFixture, (body) => {
				for (const event of parseWebhook(body)) coexistenceEventSchema.parse(event);
			}),
			RUNS,
		);
	});

	test('gives the same for the same, and leaves the body as it was', () => {
		fc.assert(
			fc.property(mutatedFixture, (body) => {
				const before = JSON.stringify(body);
				const first = JSON.stringify(parseWebhook(body));
				expect(JSON.stringify(body)).toBe(before);
				expect(JSON.stringify(parseWebhook(JSON.parse(before)))).toBe(first);
			}),
			RUNS,
		);
	});

	test('loses no item', () => {
		fc.assert(
			fc.property(webhook, (body) => {
				expect(parseWebhook(body)).toHaveLength(countItems(body));
			}),
			RUNS,
		);
	});

	test('shows whatever stands in the place of an item or of a list', () => {
		fc.assert(
			fc.property(fc.constantFrom(...fixtures), fc.nat(), (fixture, choice) => {
				const body = structuredClone(fixture);
				const places = itemPlaces(body);
				fc.pre(places.length > 0);
				places[choice % places.length]!('something else');
				expect(JSON.stringify(parseWebhook(body))).toContain('"something else"');
			}),
			RUNS,
		);
	});

	test('gives the same for one POST of many changes as for many POSTs of one', () => {
		fc.assert(
			fc.property(fc.array(messagingChange, { maxLength: 5 }), (changes) => {
				const together = parseWebhook(webhookOf(changes));
				const apart = changes.flatMap((change) => parseWebhook(webhookOf([change])));
				expect(JSON.stringify(together)).toBe(JSON.stringify(apart));
			}),
			RUNS,
		);
	});

	test('loses no item with the phone numbers, the user IDs or both', () => {
		const phones = [
			'from',
			'to',
			'wa_id',
			'phone_number',
			'recipient_id',
			'recipient_participant_id',
			'display_phone_number',
			'threads.id',
		];
		const userIds = [
			'user_id',
			'from_user_id',
			'to_user_id',
			'recipient_user_id',
			'recipient_participant_user_id',
			'previous_user_id',
		];
		const dropped = fc.constantFrom(phones, userIds, [...phones, ...userIds]);
		fc.assert(
			fc.property(webhook, dropped, (body, keys) => {
				const events = parseWebhook(dropKeys(body, keys));
				expect(events).toHaveLength(countItems(body));
				expect(wamids(events).sort()).toEqual(wamids(parseWebhook(body)).sort());
			}),
			RUNS,
		);
	});

	test('shows every value of Meta’s somewhere, also under keys that nobody has heard of', () => {
		fc.assert(
			fc.property(webhook, (body) => {
				let number = 0;
				const extended = mapObjects(body, (object) => ({
					...object,
					new_key: `new ${number++}`,
					new_object: { inside: [`new ${number++}`, number++] },
				}));
				expect(lostValues(extended, parseWebhook(extended), isoTime, true)).toEqual([]);
			}),
			RUNS,
		);
	});

	test('puts what nobody has heard of on no other field than extra', () => {
		// Handed on as they are, with whatever is new in them.
		const handedOn = new Set([
			'location',
			'reaction',
			'interactive',
			'system',
			'revoke',
			'hologram',
			'calls',
			'groups',
			'user_actions',
		]);
		fc.assert(
			fc.property(
				fc.array(messagingChange, { minLength: 1, maxLength: 3 }),
				fc.stringMatching(/^new_[a-z]{1,8}$/),
				fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
				(changes, key, value) => {
					const body = webhookOf(changes);
					const extended = mapObjects(body, (object) => ({ ...object, [key]: value }), handedOn);
					const isListOfItems = (event: CoexistenceEvent) =>
						event.event === 'unrecognized' && Object.keys(event.value as object).includes(key);
					const known = parseWebhook(extended).filter((event) => !isListOfItems(event));
					expect(withoutExtra(known)).toBe(withoutExtra(parseWebhook(body)));
				},
			),
			RUNS,
		);
	});

	test('has no extra for what Meta documents', () => {
		fc.assert(
			fc.property(messagingChange, (change) => {
				for (const { event, extra } of parseWebhook(webhookOf([change]))) {
					// In what is made here people write who are not in the chat, or not the only contact of an only
					// item, and edits quote `M0`.
					if (extra === undefined || event === 'history.message') continue;
					const { webhook, edit: _edit, threads: _threads, contact: _contact, ...rest } = extra;
					const beside = webhook as { value?: JsonObject } | undefined;
					expect(rest).toEqual({});
					if (beside !== undefined) expect(Object.keys(beside)).toEqual(['value']);
					const value = beside?.value ?? {};
					expect({ ...value, contacts: [] }).toEqual({ contacts: [] });
				}
			}),
			RUNS,
		);
	});

	test('gives the same set of events in whatever order history chunks arrive', () => {
		const byId = (a: CoexistenceEvent, b: CoexistenceEvent) => (a.eventId < b.eventId ? -1 : 1);
		const chunks = fc.array(historyChunk, { minLength: 2, maxLength: 4 });
		const twoOrders = chunks.chain((list) =>
			fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
		);
		fc.assert(
			fc.property(twoOrders, ([sent, arrived]) => {
				const inOrder = sent.flatMap((chunk) => parseWebhook(webhookOf([chunk])));
				const shuffled = arrived.flatMap((chunk) => parseWebhook(webhookOf([chunk])));
				expect(JSON.stringify(shuffled.sort(byId))).toBe(JSON.stringify(inOrder.sort(byId)));
			}),
			RUNS,
		);
	});

	test('looks at each contact as often where there are many messages', () => {
		const phone = (n: number) => String(34_600_000_000 + n);
		const looksWith = (field: string, count: number) => {
			let looks = 0;
			const numbers = Array.from({ length: count }, (_, n) => n);
			const messages = numbers.map((n) => ({ id: `wamid.${n}`, from: phone(n), type: 'text' }));
			const contacts = numbers.map((n) => ({
				get wa_id() {
					looks++;
					return phone(count - n);
				},
				profile: { name: 'x' },
			}));
			const lists = { messages, statuses: messages, message_echoes: messages, calls: messages };
			parseWebhook({ entry: [{ changes: [{ field, value: { contacts, ...lists } }] }] });
			return looks;
		};
		for (const field of ['messages', 'history']) {
			expect(looksWith(field, 400)).toBeLessThan(4.1 * looksWith(field, 100));
		}
	});

	test('gives every item of a delivery an event ID of its own', () => {
		fc.assert(
			fc.property(webhook, (body) => {
				const ids = parseWebhook(body).map(({ eventId }) => eventId);
				expect(new Set(ids).size).toBe(ids.length);
			}),
			RUNS,
		);
	});
});
