import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction, type ActionRun } from '../engine/run-node.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

/** Each test sends from a number of its own: the pace of a number is remembered between executions. */
const numbers = ['800000000000001', '800000000000002'] as const;

async function sendTexts(
	texts: Array<{ to: string; text: string }>,
	more: Partial<ActionRun> & { from?: string } = {},
) {
	const { from = numbers[0], ...run } = more;
	return await runAction({
		credential: meta.credential,
		parameters: {
			resource: 'message',
			operation: 'sendText',
			phoneNumberId: { __rl: true, mode: 'id', value: from },
			to: '={{ $json.to }}',
			text: '={{ $json.text }}',
		},
		items: texts.map((json) => ({ json })),
		...run,
	});
}

const person = (index: number) => String(34600333000 + index);
const fault = async (options: object) =>
	await meta.control.post('/faults', { method: 'POST', path: '/messages$', ...options });
const graphError = (code: number) => ({ error: { code, message: `(#${code}) Injected` } });

/** What Meta took, as the bodies of the texts by person. */
function taken(): Map<string, string[]> {
	const texts = new Map<string, string[]>();
	for (const { recipient, body } of meta.world.sentMessages) {
		const { text } = body as { text: { body: string } };
		texts.set(recipient, [...(texts.get(recipient) ?? []), text.body]);
	}
	return texts;
}

function mostInOneSecond(times: number[]): number {
	const sorted = [...times].sort((a, b) => a - b);
	return Math.max(
		...sorted.map((from, index) => sorted.slice(index).filter((at) => at < from + 1000).length),
	);
}

describe('a share of the limit', () => {
	it.each([
		['as the credential says', 5, 5],
		['all of it where the credential is of an earlier version', undefined, 20],
		['all of it where the credential says more', 80, 20],
		['all of it where the credential says nothing that can be', 0, 20],
	])('is %s', async (_, messagesPerSecond, expected) => {
		const people = Array.from({ length: expected + 5 }, (__, index) => person(index));
		const { error } = await sendTexts(
			people.map((to) => ({ to, text: 'Hello' })),
			{ credential: { ...meta.credential, messagesPerSecond } },
		);
		expect(error).toBeUndefined();
		const times = meta.world.sentMessages.map(({ at }) => at);
		expect(times).toHaveLength(people.length);
		expect(mostInOneSecond(times)).toBeLessThanOrEqual(expected);
		expect(Math.max(...times) - Math.min(...times)).toBeLessThan(3_000);
	});
});

describe('a thousand texts to a thousand people', () => {
	it('go out each once, never above the limit, whatever Meta refuses', async () => {
		const injected = { throughput: 3, pair: 3, maintenance: 3, outage: 3, unknown: 3 };
		await fault({ times: injected.pair, status: 400, body: graphError(131056) });
		await fault({ times: injected.throughput, status: 400, body: graphError(130429) });
		await fault({ times: injected.maintenance, status: 500, body: graphError(131057) });
		await fault({ times: injected.outage, status: 503, body: graphError(131016) });
		await fault({ times: injected.unknown, status: 502, body: '<html>Bad Gateway</html>' });

		const people = Array.from({ length: 1000 }, (_, index) => person(index));
		const { items } = await sendTexts(
			people.map((to) => ({ to, text: `Hello ${to}` })),
			{ continueOnFail: true },
		);

		expect(mostInOneSecond(meta.world.sentMessages.map(({ at }) => at))).toBeLessThanOrEqual(20);

		const requests = await meta.control.get<RecordedRequest[]>('/requests');
		const refusals = requests.filter(({ status }) => status !== 200).length;
		expect(refusals).toBe(Object.values(injected).reduce((sum, times) => sum + times));

		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(people.map((_, item) => ({ item })));
		const unknown = items.filter(({ json }) => 'error' in json);
		expect(unknown).toHaveLength(injected.outage + injected.unknown);
		for (const { json } of unknown) expect(json.error).toMatchObject({ outcomeUnknown: true });

		const texts = taken();
		expect(texts.size).toBe(1000 - injected.outage - injected.unknown);
		for (const [to, bodies] of texts) expect(bodies).toEqual([`Hello ${to}`]);
	}, 240_000);
});

describe('texts to the same person', () => {
	it('arrive in the order of the items, also where one of them is refused at first', async () => {
		await fault({ times: 1, status: 400, body: graphError(131056) });
		await fault({ times: 1, status: 500, body: graphError(131057) });
		const texts = Array.from({ length: 30 }, (_, index) => ({
			to: `+34 600 333 00${index % 3}`,
			text: `Text ${index}`,
		}));
		const { items, error } = await sendTexts(texts, { from: numbers[1] });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(30);
		for (const bodies of taken().values()) {
			const order = bodies.map((body) => Number(body.slice(5)));
			expect(order).toEqual([...order].sort((a, b) => a - b));
			expect(order).toHaveLength(10);
		}
	}, 60_000);

	it('give outcomes in the order of the items', async () => {
		await fault({ times: 1, delayMs: 300 });
		const texts = Array.from({ length: 5 }, (_, index) => ({ to: person(index), text: 'Hi' }));
		const { items } = await sendTexts(texts, { from: numbers[1] });
		expect(items.map(({ json }) => json.recipient)).toEqual(texts.map(({ to }) => to));
	});
});

describe('a cancelled execution', () => {
	it('sends nothing more', async () => {
		const people = Array.from({ length: 100 }, (_, index) => person(index));
		await sendTexts(
			people.map((to) => ({ to, text: 'Hello' })),
			{ from: numbers[1], cancelAfterMs: 1_500 },
		);
		// What was under way may still arrive.
		await sleep(2_500);
		const sent = meta.world.sentMessages.length;
		expect(sent).toBeGreaterThan(0);
		expect(sent).toBeLessThan(60);
		await sleep(2_500);
		expect(meta.world.sentMessages).toHaveLength(sent);
	});
});

describe('an unsuccessful item', () => {
	const texts = [
		{ to: person(0), text: 'One' },
		{ to: 'nobody', text: 'Two' },
		{ to: person(2), text: 'Three' },
	];

	it('stops the run and is named', async () => {
		const { error } = await sendTexts(texts, { from: numbers[1] });
		expect(error?.context?.itemIndex).toBe(1);
	});

	it('is not what makes “Retry on Fail” send the others twice', async () => {
		const { error } = await sendTexts(texts, { from: numbers[1], retryOnFail: true });
		expect(error?.context?.itemIndex).toBe(1);
		expect([...taken().values()].every((bodies) => bodies.length === 1)).toBe(true);
	});

	it('does not make “Retry on Fail” repeat what may have arrived', async () => {
		await fault({ when: 'after', dropConnection: true });
		const { error } = await sendTexts([texts[0]!], { from: numbers[1], retryOnFail: true });
		expect(error?.description).toContain('not known whether Meta');
		expect(taken().get(person(0))).toEqual(['One']);
	});

	it.each([1, 2, 131000, 131016])(
		'of code %i, which Meta may have taken, is sent once',
		async (code) => {
			await fault({ when: 'after', status: 500, body: graphError(code) });
			const { error } = await sendTexts([texts[0]!], { from: numbers[1], retryOnFail: true });
			expect(error?.description).toContain('not known whether Meta');
			expect(taken().get(person(0))).toEqual(['One']);
		},
	);

	it('is tried again by “Retry on Fail” where Meta has not taken it', async () => {
		await fault({ status: 400, body: graphError(131049) });
		const { items, error } = await sendTexts([texts[0]!], { from: numbers[1], retryOnFail: true });
		expect(error).toBeUndefined();
		expect(items[0]!.json.recipient).toBe(person(0));
	});
});
