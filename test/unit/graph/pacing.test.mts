import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { paceMessages } from '../../../nodes/WhatsAppCoexistence/graph/paced-messages';
import { createPace, type NumberState } from '../../../nodes/WhatsAppCoexistence/graph/pacing';
import type { Graph } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { runs } from '../depth.mts';
import { virtualClock, type VirtualClock } from './virtual-clock.mts';

const NUMBER = '800000000000001';

/** Milliseconds that a message takes to Meta, and its answer back. */
interface Way {
	there: number;
	back: number;
}

interface Arrival {
	person: string;
	at: number;
}

/** A Graph API that is so far away, with the times at which messages arrive there. */
function distantMeta(clock: VirtualClock, wayOf: (message: number) => Way) {
	const arrivals: Arrival[] = [];
	let messages = 0;
	const graph: Graph = {
		root: 'https://graph.facebook.com/v26.0',
		businessAccountId: '900000000000001',
		appId: '700000000000001',
		messagesPerSecond: 20,
		rehearses: false,
		shown: ({ method, path }) => ({ method, url: path }),
		async call<T>({ body }: { body?: { to?: unknown } }): Promise<T> {
			const { there, back } = wayOf(messages++);
			await clock.sleep(there);
			arrivals.push({ person: String(body?.to), at: clock.now() });
			await clock.sleep(back);
			return {} as T;
		},
	};
	return { graph, arrivals };
}

async function send(graph: Graph, person: string): Promise<void> {
	await graph.call({ method: 'POST', path: `/${NUMBER}/messages`, body: { to: person } });
}

function mostInOneSecond(arrivals: Arrival[]): number {
	const times = arrivals.map(({ at }) => at).sort((a, b) => a - b);
	return Math.max(
		...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
	);
}

const people = (count: number) =>
	Array.from({ length: count }, (_, index) => String(34600333000 + index));

describe('the pace of a number', () => {
	it('reaches twenty messages a second at any distance', async () => {
		for (const distance of [2, 150, 400]) {
			const clock = virtualClock();
			const { graph } = distantMeta(clock, () => ({ there: distance / 2, back: distance / 2 }));
			const paced = paceMessages(graph, createPace(), clock);
			const start = clock.now();
			await clock.run(Promise.all(people(200).map(async (person) => await send(paced, person))));
			const seconds = (clock.now() - start) / 1000;
			// The first two seconds are as much longer as the way is.
			expect(seconds).toBeLessThan((200 / 20) * 1.05 + (2 * distance) / 1000);
		}
	});

	it('never lets more than twenty arrive in a second, however uneven the way is', async () => {
		const slack = fc.nat({ max: 300 });
		await fc.assert(
			fc.asyncProperty(
				fc.record({ there: fc.nat({ max: 100 }), back: fc.nat({ max: 100 }) }),
				fc.array(fc.record({ there: slack, back: slack }), { minLength: 60, maxLength: 60 }),
				async (shortest, slacks) => {
					const clock = virtualClock();
					// The first message takes the shortest way; the others may take longer.
					const { graph, arrivals } = distantMeta(clock, (message) => ({
						there: shortest.there + (message === 0 ? 0 : slacks[message]!.there),
						back: shortest.back + (message === 0 ? 0 : slacks[message]!.back),
					}));
					const paced = paceMessages(graph, createPace(), clock);
					await clock.run(Promise.all(people(60).map(async (person) => await send(paced, person))));
					expect(arrivals).toHaveLength(60);
					expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(20);
				},
			),
			{ numRuns: runs(500) },
		);
	});

	it('never lets more than twenty arrive in a second while connections are being opened', async () => {
		const opening = fc.array(fc.integer({ min: 200, max: 900 }), { minLength: 20, maxLength: 20 });
		await fc.assert(
			fc.asyncProperty(opening, fc.nat({ max: 100 }), async (delays, wayMs) => {
				const clock = virtualClock();
				// The first messages go out at once, each on a connection that is not open yet.
				const { graph, arrivals } = distantMeta(clock, (message) => ({
					there: wayMs + (delays[message] ?? 0),
					back: wayMs,
				}));
				const paced = paceMessages(graph, createPace(), clock);
				await clock.run(Promise.all(people(80).map(async (person) => await send(paced, person))));
				expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(20);
			}),
			{ numRuns: runs(500) },
		);
	});

	it('keeps to its share, so that several processes stay below twenty together', async () => {
		const way = fc.record({ there: fc.nat({ max: 300 }), back: fc.nat({ max: 300 }) });
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(2, 4),
				fc.array(way, { minLength: 120, maxLength: 120 }),
				async (processes, ways) => {
					const clock = virtualClock();
					// The first message of each takes the shortest way.
					const { graph, arrivals } = distantMeta(clock, (message) =>
						message < processes ? { there: 0, back: 0 } : ways[message]!,
					);
					const shared = { ...graph, messagesPerSecond: 20 / processes };
					const paced = Array.from({ length: processes }, () =>
						paceMessages(shared, createPace(), clock),
					);
					const start = clock.now();
					await clock.run(
						Promise.all(
							people(120).map(
								async (person, index) => await send(paced[index % processes]!, person),
							),
						),
					);
					expect(arrivals).toHaveLength(120);
					expect(mostInOneSecond(arrivals)).toBeLessThanOrEqual(20);
					expect(clock.now() - start).toBeLessThan(12_000);
				},
			),
			{ numRuns: runs(250) },
		);
	});

	it('hardly holds up the first messages', async () => {
		const clock = virtualClock();
		const { graph, arrivals } = distantMeta(clock, () => ({ there: 50, back: 50 }));
		const paced = paceMessages(graph, createPace(), clock);
		const start = clock.now();
		await clock.run(Promise.all(people(20).map(async (person) => await send(paced, person))));
		expect(arrivals[0]!.at - start).toBe(50);
		expect(clock.now() - start).toBeLessThanOrEqual(600);
	});

	it('counts each number on its own', () => {
		const pace = createPace();
		for (const person of people(20)) pace.sent(NUMBER, person, 0);
		expect(pace.delay(NUMBER, '34600444000', 100)).toBeGreaterThan(0);
		expect(pace.delay('800000000000002', '34600444000', 100)).toBe(0);
	});

	it('is silent until the end of a pause, and a shorter pause does not end it', () => {
		const pace = createPace();
		pace.pause(NUMBER, 4_000, 0);
		pace.pause(NUMBER, 2_000, 0);
		expect(pace.delay(NUMBER, '34600333444', 1_000)).toBe(3_000);
		expect(pace.delay(NUMBER, '34600333444', 4_000)).toBe(0);
	});
});

describe('what is remembered', () => {
	it('is bounded, for numbers and for people', () => {
		const numbers = new Map<string, NumberState>();
		const pace = createPace(numbers);
		let now = 0;
		for (let message = 0; message < 20_000; message++) {
			now += 400;
			const number = String(800000000000000 + (message % 4_000));
			pace.sent(number, String(message), now);
			pace.answered(number, String(message), now, now + 50);
		}
		expect(numbers.size).toBeLessThanOrEqual(500);
		const people = [...numbers.values()].reduce((sum, { wholeAt }) => sum + wholeAt.size, 0);
		expect(people).toBeLessThanOrEqual(5_000);
	});

	it('is not forgotten while it counts', () => {
		const numbers = new Map<string, NumberState>();
		const pace = createPace(numbers);
		pace.pause(NUMBER, 60_000, 0);
		pace.sent('800000000000002', '34600333444', 0);
		for (let number = 0; number < 2_000; number++) pace.delay(`9${number}`, '34600333444', 30_000);
		expect(pace.delay(NUMBER, '34600333444', 30_000)).toBe(30_000);
		expect(numbers.get('800000000000002')?.unanswered).toBe(1);
	});
});

describe('the pace towards one person', () => {
	/** Meta's rule: a message every six seconds, of which 45 can be borrowed from the future. */
	function refused(arrivals: Arrival[]): number {
		let wholeAt = 0;
		let refusals = 0;
		for (const { at } of arrivals) {
			const next = Math.max(wholeAt, at) + 6_000;
			if (next - at > 45 * 6_000) refusals++;
			else wholeAt = next;
		}
		return refusals;
	}

	it('stays below the pair rate of Meta, burst included', async () => {
		const clock = virtualClock();
		const { graph, arrivals } = distantMeta(clock, (message) => ({
			there: (message * 37) % 200,
			back: (message * 53) % 200,
		}));
		const paced = paceMessages(graph, createPace(), clock);
		await clock.run(
			(async () => {
				for (let sent = 0; sent < 60; sent++) await send(paced, '34600333444');
			})(),
		);
		expect(refused(arrivals)).toBe(0);
	});

	it('uses the burst before it slows down', async () => {
		const clock = virtualClock();
		const { graph, arrivals } = distantMeta(clock, () => ({ there: 1, back: 1 }));
		const paced = paceMessages(graph, createPace(), clock);
		await clock.run(
			(async () => {
				for (let sent = 0; sent < 47; sent++) await send(paced, '34600333444');
			})(),
		);
		const pauses = arrivals.slice(1).map(({ at }, index) => at - arrivals[index]!.at);
		expect(Math.max(...pauses.slice(0, 44))).toBeLessThan(1_100);
		expect(pauses.at(-1)).toBeGreaterThan(5_000);
		expect(pauses.at(-1)).toBeLessThanOrEqual(6_000);
	});

	it('does not hold up other people', () => {
		const pace = createPace();
		for (let sent = 0; sent < 45; sent++) {
			pace.sent(NUMBER, '34600333444', sent * 100);
			pace.answered(NUMBER, '34600333444', sent * 100, sent * 100 + 50);
		}
		expect(pace.delay(NUMBER, '34600333444', 4_600)).toBeGreaterThan(0);
		expect(pace.delay(NUMBER, '34600333555', 4_600)).toBe(0);
	});
});
