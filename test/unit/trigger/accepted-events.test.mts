import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	acceptWhole,
	claim,
	isAcceptedWhole,
	noAcceptedEvents,
	restoreEvents,
	storedEvents,
	type AcceptedEvents,
} from '../../../nodes/WhatsAppCoexistence/trigger/accepted-events';
import { runs } from '../depth.mts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const DAY = 24 * 60 * 60 * 1000;

const named = (...ids: string[]) => ids.map((eventId) => ({ eventId })) as CoexistenceEvent[];
const idsOf = (events: CoexistenceEvent[] = []) => events.map(({ eventId }) => eventId);
const many = (count: number, from = 0) =>
	named(...Array.from({ length: count }, (_, index) => `e${from + index}`));

describe('an event', () => {
	test('that was accepted is not fresh again, in whatever company it comes', async () => {
		const accepted = noAcceptedEvents();
		(await claim(accepted, named('a', 'b'), 'first', NOW))?.settle(true);
		const again = await claim(accepted, named('b', 'c'), 'second', NOW);
		expect(idsOf(again?.fresh)).toEqual(['c']);
	});

	test('twice in one delivery is fresh once', async () => {
		const claimed = await claim(noAcceptedEvents(), named('a', 'a'), 'first', NOW);
		expect(idsOf(claimed?.fresh)).toEqual(['a']);
	});

	test('of a delivery that n8n refused is fresh again', async () => {
		const accepted = noAcceptedEvents();
		(await claim(accepted, named('a'), 'first', NOW))?.settle(false);
		expect(idsOf((await claim(accepted, named('a'), 'first', NOW))?.fresh)).toEqual(['a']);
	});

	describe('without an ID of Meta’s', () => {
		const CONTENT_ID = `900000000000001:account.updated:#${'0'.repeat(32)}`;
		const withoutId = (occurredAt: string | null, count = 1) =>
			Array.from({ length: count }, () => ({
				eventId: CONTENT_ID,
				occurredAt,
			})) as CoexistenceEvent[];
		const DATED = withoutId('2026-11-22T09:59:00.000Z');
		const TIMELESS = withoutId(null);

		async function freshIn(
			accepted: AcceptedEvents,
			events: CoexistenceEvent[],
			digest: string,
			at = NOW,
		): Promise<number | undefined> {
			const claimed = await claim(accepted, events, digest, at);
			claimed?.settle(true);
			return claimed?.fresh.length;
		}

		test('is known by its delivery, and is another in another', async () => {
			const accepted = noAcceptedEvents();
			expect(await freshIn(accepted, DATED, 'first')).toBe(1);
			expect(await freshIn(accepted, DATED, 'first', NOW + 7 * DAY)).toBe(0);
			expect(await freshIn(accepted, DATED, 'next')).toBe(1);
		});

		test('is known after a restart', async () => {
			const before = noAcceptedEvents();
			await freshIn(before, DATED, 'first');
			const after = noAcceptedEvents();
			restoreEvents(after, storedEvents(before), NOW);
			expect(await freshIn(after, DATED, 'first')).toBe(0);
		});

		test('waits like the others while its delivery is under way', async () => {
			const accepted = noAcceptedEvents();
			const first = await claim(accepted, DATED, 'same', NOW);
			const second = claim(accepted, DATED, 'same', NOW);
			first?.settle(true);
			expect((await second)?.fresh).toEqual([]);
		});

		test('stands in a delivery as often as Meta says so', async () => {
			const accepted = noAcceptedEvents();
			const thrice = withoutId('2026-11-22T09:59:00.000Z', 3);
			expect(await freshIn(accepted, thrice, 'first')).toBe(3);
			expect(await freshIn(accepted, thrice, 'first')).toBe(0);
		});

		test('and without a time is taken for a copy within an hour, as Meta can honestly send it again', async () => {
			const accepted = noAcceptedEvents();
			expect(await freshIn(accepted, TIMELESS, 'first')).toBe(1);
			expect(await freshIn(accepted, TIMELESS, 'first', NOW + 59 * 60_000)).toBe(0);
			expect(await freshIn(accepted, TIMELESS, 'first', NOW + 61 * 60_000)).toBe(1);
			expect(storedEvents(accepted)).toBe('');
		});
	});

	test('of progress is known by its delivery: the next onboarding reports the same', async () => {
		const accepted = noAcceptedEvents();
		const progress = [{ event: 'history.progress', eventId: '0:1:50' }] as CoexistenceEvent[];
		const freshIn = async (digest: string) => {
			const claimed = await claim(accepted, progress, digest, NOW);
			claimed?.settle(true);
			return claimed?.fresh.length;
		};
		expect([await freshIn('first'), await freshIn('first'), await freshIn('next')]).toEqual([
			1, 0, 1,
		]);
		const restored = noAcceptedEvents();
		restoreEvents(restored, storedEvents(accepted), NOW);
		expect((await claim(restored, progress, 'next', NOW))?.fresh).toEqual([]);
	});

	test('is forgotten after eight days', async () => {
		const accepted = noAcceptedEvents();
		// A large delivery, of which the database keeps one hash only.
		(await claim(accepted, many(30), 'first', NOW))?.settle(true);
		const within = await claim(accepted, many(1), 'second', NOW + 7 * DAY);
		const after = await claim(accepted, many(1), 'third', NOW + 9 * DAY);
		expect([idsOf(within?.fresh), idsOf(after?.fresh)]).toEqual([[], ['e0']]);
	});
});

describe('a copy that comes while the first is under way', () => {
	test('waits, and is nothing new once the first was accepted', async () => {
		const accepted = noAcceptedEvents();
		const first = await claim(accepted, named('a'), 'same', NOW);
		const second = claim(accepted, named('a'), 'same', NOW);
		first?.settle(true);
		expect((await second)?.fresh).toEqual([]);
	});

	test('has to be delivered again where the first was refused', async () => {
		const accepted = noAcceptedEvents();
		const first = await claim(accepted, named('a'), 'same', NOW);
		const second = claim(accepted, named('a', 'b'), 'more', NOW);
		first?.settle(false);
		await expect(second).resolves.toBeUndefined();
		expect(idsOf((await claim(accepted, named('a', 'b'), 'more', NOW))?.fresh)).toEqual(['a', 'b']);
	});

	test('of more than a thousand messages is known as a whole', async () => {
		const accepted = noAcceptedEvents();
		const chunk = many(5_000);
		const first = await claim(accepted, chunk, 'chunk', NOW);
		const second = claim(accepted, chunk, 'chunk', NOW);
		first?.settle(true);
		expect(first?.fresh).toHaveLength(5_000);
		expect((await second)?.fresh).toEqual([]);
		expect((await claim(accepted, chunk, 'chunk', NOW))?.fresh).toEqual([]);
	});

	test('waits some seconds, and is then to be delivered again, however long n8n takes with the first', async () => {
		const accepted = noAcceptedEvents();
		const { timeout } = AbortSignal;
		const hundredTimesFaster = jest.spyOn(AbortSignal, 'timeout');
		hundredTimesFaster.mockImplementation((milliseconds) => timeout(milliseconds / 100));
		const first = await claim(accepted, named('a'), 'same', NOW);
		const second = claim(accepted, named('b', 'a'), 'more', NOW);
		const anHourLater = claim(accepted, named('a'), 'same', NOW + 60 * 60_000);
		await expect(Promise.all([second, anHourLater])).resolves.toEqual([undefined, undefined]);
		const waits = hundredTimesFaster.mock.calls.map(([milliseconds]) => milliseconds);
		expect(Math.min(...waits)).toBeGreaterThan(1_000);
		expect(Math.max(...waits)).toBeLessThan(10_000);
		hundredTimesFaster.mockRestore();

		first?.settle(true);
		expect(idsOf((await claim(accepted, named('b', 'a'), 'more', NOW))?.fresh)).toEqual(['b']);
	});

	test('however deliveries overlap and whatever n8n takes, none waits for ever, and each event is accepted at most once', async () => {
		const deliveries = fc.array(
			fc.record({ ids: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')), accept: fc.boolean() }),
			{ maxLength: 8 },
		);
		await fc.assert(
			fc.asyncProperty(deliveries, async (plan) => {
				const accepted = noAcceptedEvents();
				const counts: Record<string, number> = {};
				const run = plan.map(async ({ ids, accept }, index) => {
					const claimed = await claim(accepted, named(...ids), `d${index}`, NOW);
					await Promise.resolve();
					if (claimed === undefined) return;
					for (const id of idsOf(claimed.fresh)) if (accept) counts[id] = (counts[id] ?? 0) + 1;
					claimed.settle(accept);
				});
				await Promise.all(run);
				expect(Math.max(0, ...Object.values(counts))).toBeLessThanOrEqual(1);
				const states = [...accepted.claims.values()].map(({ state }) => state);
				expect(states).not.toContain('pending');
			}),
			{ numRuns: runs(10_000), seed: 20261122 },
		);
	});
});

describe('what n8n stores', () => {
	test('lets another process know what was accepted', async () => {
		const before = noAcceptedEvents();
		(await claim(before, named('a'), 'first', NOW))?.settle(true);
		(await claim(before, named('b'), 'second', NOW))?.settle(true);
		await claim(before, named('c'), 'under way', NOW);

		const after = noAcceptedEvents();
		restoreEvents(after, storedEvents(before), NOW);
		const claimed = await claim(after, named('a', 'b', 'c'), 'third', NOW);
		expect(idsOf(claimed?.fresh)).toEqual(['c']);
	});

	test('keeps a history chunk as one hash, and knows the chunk again', async () => {
		const before = noAcceptedEvents();
		const chunk = many(5_000);
		(await claim(before, chunk, 'chunk', NOW))?.settle(true);
		const stored = storedEvents(before);
		expect(stored).toHaveLength(8);

		const after = noAcceptedEvents();
		restoreEvents(after, stored, NOW);
		expect((await claim(after, chunk, 'chunk', NOW))?.fresh).toEqual([]);
		expect((await claim(after, chunk, 'another', NOW))?.fresh).toHaveLength(5_000);
	});

	test('knows a delivery in pieces by itself once n8n has all of them', async () => {
		const before = noAcceptedEvents();
		expect(isAcceptedWhole(before, 'whole')).toBe(false);
		acceptWhole(before, 'whole', NOW);
		const after = noAcceptedEvents();
		restoreEvents(after, storedEvents(before), NOW);
		for (const accepted of [before, after]) {
			expect(isAcceptedWhole(accepted, 'whole')).toBe(true);
			expect(isAcceptedWhole(accepted, 'another')).toBe(false);
			expect((await claim(accepted, many(5_000), 'whole', NOW))?.fresh).toEqual([]);
		}
	});

	test('stays below 13 kB where another process has stored as much, whose events are the younger', async () => {
		const [one, other] = [noAcceptedEvents(), noAcceptedEvents()];
		for (let from = 0; from < 3_000; from += 10) {
			const accepted = from < 1_500 ? one : other;
			(await claim(accepted, many(10, from), `d${from}`, NOW))?.settle(true);
		}
		restoreEvents(one, storedEvents(other), NOW);
		expect(storedEvents(one)).toBe(storedEvents(other));
		expect(storedEvents(one)).toHaveLength(1_500 * 8);
	});

	test('falls below 1 kB after a while where two processes take turns, too', async () => {
		const processes = [noAcceptedEvents(), noAcceptedEvents()];
		let stored = '';
		const sizes: number[] = [];
		for (let second = 0; second < 20 * 60; second++) {
			const accepted = processes[second % 2]!;
			const now = NOW + second * 1000;
			restoreEvents(accepted, stored, now);
			const isBusy = second < 60;
			const events = isBusy ? many(20, second * 20) : named(`later ${second}`);
			if (isBusy || second % 15 === 0) {
				(await claim(accepted, events, `d${second}`, now))?.settle(true);
			}
			stored = storedEvents(accepted);
			sizes.push(stored.length);
		}
		expect(Math.max(...sizes)).toBeGreaterThan(1_000 * 8);
		expect(sizes.at(-1)).toBeLessThanOrEqual(100 * 8);
	});

	test('stays below 13 kB however much comes at once, below 1 kB after a while, and memory below its bound', async () => {
		const accepted = noAcceptedEvents();
		for (let from = 0; from < 120_000; from += 10) {
			(await claim(accepted, many(10, from), `d${from}`, NOW))?.settle(true);
		}
		const remembered = accepted.claims.size + accepted.olderClaims.size;
		expect(remembered).toBeGreaterThan(50_000);
		expect(remembered).toBeLessThanOrEqual(100_000);
		expect((await claim(accepted, many(1_000, 119_000), 'again', NOW))?.fresh).toEqual([]);
		expect(storedEvents(accepted)).toHaveLength(1_500 * 8);

		const later = NOW + 10 * 60_000;
		(await claim(accepted, named('later'), 'later', later))?.settle(true);
		expect(storedEvents(accepted)).toHaveLength(100 * 8);
		const after = noAcceptedEvents();
		restoreEvents(after, storedEvents(accepted), later);
		expect(
			(await claim(after, [...many(99, 119_901), ...named('later')].slice(-20), 'x', later))?.fresh,
		).toEqual([]);
	});
});
