import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	claim,
	noAcceptedEvents,
	restoreEvents,
	storedEvents,
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

	test('without an ID of Meta’s is always fresh', async () => {
		const accepted = noAcceptedEvents();
		const withoutId = named(`800000000000001:webhook.error:#${'0'.repeat(32)}`);
		for (let times = 0; times < 3; times++) {
			const claimed = await claim(accepted, withoutId, 'same', NOW);
			expect(claimed?.fresh).toHaveLength(1);
			claimed?.settle(true);
		}
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
		restoreEvents(restored, storedEvents(accepted));
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

	test('does not wait for a claim that n8n will never answer', async () => {
		const accepted = noAcceptedEvents();
		await claim(accepted, named('a'), 'same', NOW);
		const later = await claim(accepted, named('a'), 'same', NOW + 11 * 60 * 1000);
		expect(idsOf(later?.fresh)).toEqual(['a']);
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
		restoreEvents(after, storedEvents(before));
		const claimed = await claim(after, named('a', 'b', 'c'), 'third', NOW);
		expect(idsOf(claimed?.fresh)).toEqual(['c']);
	});

	test('keeps a history chunk as one hash, and knows the chunk again', async () => {
		const before = noAcceptedEvents();
		const chunk = many(5_000);
		(await claim(before, chunk, 'chunk', NOW))?.settle(true);
		const stored = storedEvents(before);
		expect(stored).toHaveLength(11);

		const after = noAcceptedEvents();
		restoreEvents(after, stored);
		expect((await claim(after, chunk, 'chunk', NOW))?.fresh).toEqual([]);
		expect((await claim(after, chunk, 'another', NOW))?.fresh).toHaveLength(5_000);
	});

	test('stays below 20 kB, and memory below its bound, whatever has come', async () => {
		const accepted = noAcceptedEvents();
		for (let from = 0; from < 120_000; from += 10) {
			(await claim(accepted, many(10, from), `d${from}`, NOW))?.settle(true);
		}
		const remembered = accepted.claims.size + accepted.olderClaims.size;
		expect(remembered).toBeGreaterThan(50_000);
		expect(remembered).toBeLessThanOrEqual(100_000);
		expect((await claim(accepted, many(1_000, 119_000), 'again', NOW))?.fresh).toEqual([]);
		expect(storedEvents(accepted).length).toBeLessThan(20_000);
	});
});
