import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { fixtureNames, loadFixture } from './fixtures.mts';

/** Everything in a webhook, at any depth. */
function partsOf(value: unknown): unknown[] {
	const parts = typeof value === 'object' && value !== null ? Object.values(value) : [];
	return parts.flatMap((part) => [part, ...partsOf(part)]);
}

/** Meta prints a part of this value beside it; the event has both in one. */
const PUT_TOGETHER = 'account/template-status-rejection-outside';

/** What Meta's objects call the thing that an event is about. */
function idOf(raw: unknown): unknown {
	return (raw as { id?: unknown }).id;
}

describe('raw', () => {
	test.each(fixtureNames)('changes nothing else in %s', (name) => {
		const body = loadFixture(name);
		const withRaw = parseWebhook(body, { keepRaw: true });
		expect(withRaw.map(({ raw: _raw, ...event }) => event)).toEqual(parseWebhook(body));
	});

	test.each(fixtureNames)('is left out of %s unless asked for', (name) => {
		for (const event of parseWebhook(loadFixture(name))) expect(event).not.toHaveProperty('raw');
	});

	test.each(fixtureNames.filter((name) => name !== PUT_TOGETHER))(
		'is a part of %s that was not copied',
		(name) => {
			const body = loadFixture(name);
			const parts = new Set([body, ...partsOf(body)]);
			const raws = parseWebhook(body, { keepRaw: true }).map(({ raw }) => raw);
			expect(raws.filter((raw) => raw !== undefined && !parts.has(raw))).toEqual([]);
		},
	);

	test('is left out only for a chunk without metadata', () => {
		const without = fixtureNames.flatMap((name) =>
			parseWebhook(loadFixture(name), { keepRaw: true }).filter(({ raw }) => raw === undefined),
		);
		for (const event of without) {
			expect(event).toMatchObject({ event: 'history.progress' });
			expect(event).not.toHaveProperty('phase', expect.any(Number));
		}
		expect(without.length).toBeGreaterThan(0);
	});

	test('is the message itself, whatever it came in', () => {
		for (const name of ['inbound/text', 'history/chunk', 'echoes/media']) {
			const events = parseWebhook(loadFixture(name), { keepRaw: true });
			const messages = events.filter((event) => 'isHistory' in event);
			expect(messages.length).toBeGreaterThan(0);
			for (const { raw, message } of messages) expect(idOf(raw)).toBe(message.id);
		}
	});

	test('is the metadata of a chunk, not its messages', () => {
		const events = parseWebhook(loadFixture('history/chunk'), { keepRaw: true });
		const progress = events.find(({ event }) => event === 'history.progress');
		expect(progress).toMatchObject({
			raw: { phase: expect.any(Number), chunk_order: expect.any(Number) },
		});
		expect(progress?.raw).not.toHaveProperty('threads');
	});

	test('is the item of the list for statuses, errors and the address book', () => {
		const rawOf = (name: string) =>
			parseWebhook(loadFixture(name), { keepRaw: true }).map(({ raw }) => raw);
		for (const raw of rawOf('contacts/add')) expect(raw).toHaveProperty('action', 'add');
		for (const raw of rawOf('statuses/failed')) expect(raw).toHaveProperty('status', 'failed');
		expect(rawOf('history/declined')).toContainEqual(expect.objectContaining({ code: 2593109 }));
	});
});
