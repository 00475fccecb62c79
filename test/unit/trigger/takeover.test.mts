import { describe, expect, test } from '@jest/globals';

import type { CoexistenceEvent, Contact } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { markServiceWindows } from '../../../nodes/WhatsAppCoexistence/trigger/service-window';
import {
	markTakeovers,
	noTakeovers,
	noteTakeovers,
	restoreTakeovers,
	storedTakeovers,
	type TakeoverOptions,
	type Takeovers,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover';

const ECHO_AT = Date.parse('2026-11-22T10:00:00Z');
const OPTIONS: TakeoverOptions = { minutes: 60, automaticReplySeconds: 0 };

const PHONE: Keys = { phone: '34600333444' };
const USER_ID: Keys = { userId: 'ES.4815162342ABC' };
const BOTH: Keys = { ...PHONE, ...USER_ID };

type Keys = Pick<Contact, 'phone' | 'userId'>;

const NUMBER = '800000000000001';

const live = (event: string, contact: Keys, secondsAfterEcho = 0, phoneNumberId = NUMBER) =>
	({
		event,
		phoneNumberId,
		contact: { key: null, ...contact },
		occurredAt: new Date(ECHO_AT + secondsAfterEcho * 1000).toISOString(),
	}) as CoexistenceEvent;
const echo = (contact: Keys, seconds = 0, author = 'business_app') =>
	({ ...live('echo.message', contact, seconds), author }) as CoexistenceEvent;
const inbound = (contact: Keys, seconds = 0) => live('inbound.message', contact, seconds);

/** One delivery after the other, as the trigger treats them. */
function deliver(takeovers: Takeovers, events: CoexistenceEvent[], options = OPTIONS): void {
	for (const event of events) {
		noteTakeovers(takeovers, [event], options, ECHO_AT);
		markTakeovers(takeovers, [event], options, ECHO_AT);
	}
}
const takeoverOf = (event: CoexistenceEvent) => ('takeover' in event ? event.takeover : undefined);

describe('after an echo', () => {
	test.each([
		['phone, then phone', PHONE, PHONE],
		['user ID, then user ID', USER_ID, USER_ID],
		['phone, then both', PHONE, BOTH],
		['user ID, then both', USER_ID, BOTH],
		['both, then phone', BOTH, PHONE],
		['both, then user ID', BOTH, USER_ID],
	])('a message of the same contact says so: %s', (_name, first, second) => {
		const message = inbound(second, 1);
		deliver(noTakeovers(), [echo(first), message]);
		expect(takeoverOf(message)).toEqual({
			active: true,
			since: '2026-11-22T10:00:00.000Z',
			until: '2026-11-22T11:00:00.000Z',
		});
	});

	test('by phone, a message by user ID says so once an event has named both', () => {
		const message = inbound(USER_ID, 2);
		deliver(noTakeovers(), [echo(PHONE), live('inbound.message', BOTH, 1), message]);
		expect(takeoverOf(message)?.active).toBe(true);
	});

	test('two who were thought to be two, and each taken over, become one with the longer time', () => {
		const message = inbound(PHONE, 3);
		deliver(noTakeovers(), [echo(PHONE, 0), echo(USER_ID, 60), inbound(BOTH, 2), message]);
		expect(takeoverOf(message)?.until).toBe('2026-11-22T11:01:00.000Z');
	});

	test('on one number of the business, a message to another of its numbers does not', () => {
		const other = live('inbound.message', BOTH, 1, '800000000000002');
		const same = inbound(BOTH, 1);
		deliver(noTakeovers(), [echo(BOTH), other, same]);
		expect([takeoverOf(other)?.active, takeoverOf(same)?.active]).toEqual([false, true]);
	});

	test('a message of another contact does not', () => {
		const message = inbound({ phone: '34600555666' }, 1);
		deliver(noTakeovers(), [echo(PHONE), message]);
		expect(takeoverOf(message)).toEqual({ active: false, since: null, until: null });
	});

	test.each([
		[59 * 60 + 59, true],
		[60 * 60, false],
	])('a message %i seconds later says %s', (seconds, active) => {
		const message = inbound(PHONE, seconds);
		deliver(noTakeovers(), [echo(PHONE), message]);
		expect(takeoverOf(message)?.active).toBe(active);
	});

	test('another one prolongs the takeover, and does not begin it anew', () => {
		const message = inbound(PHONE, 90 * 60);
		deliver(noTakeovers(), [echo(PHONE), echo(PHONE, 45 * 60), message]);
		expect(takeoverOf(message)).toEqual({
			active: true,
			since: '2026-11-22T10:00:00.000Z',
			until: '2026-11-22T11:45:00.000Z',
		});
	});
});

describe('owner and customer at the same time', () => {
	test.each([0, 1, 2])(
		'a message sent %i s before the echo but delivered after it says so',
		(gap) => {
			const message = inbound(PHONE, -gap);
			deliver(noTakeovers(), [echo(PHONE), message]);
			expect(takeoverOf(message)?.active).toBe(true);
		},
	);

	test.each([0, 1, 2])(
		'a message delivered before an echo that was sent %i s earlier cannot know',
		(gap) => {
			const message = inbound(PHONE, gap);
			deliver(noTakeovers(), [message, echo(PHONE)]);
			expect(takeoverOf(message)?.active).toBe(false);
		},
	);

	test('in one delivery the echo counts, wherever it stands', () => {
		const events = [inbound(PHONE, 1), echo(PHONE)];
		const takeovers = noTakeovers();
		noteTakeovers(takeovers, events, OPTIONS, ECHO_AT);
		markTakeovers(takeovers, events, OPTIONS, ECHO_AT);
		expect(takeoverOf(events[0])?.active).toBe(true);
	});
});

describe('what starts no takeover', () => {
	test('history', () => {
		const message = inbound(PHONE, 1);
		deliver(noTakeovers(), [live('history.message', PHONE), message]);
		expect(takeoverOf(message)?.active).toBe(false);
	});

	test.each(['meta_bot', 'unknown'])('what no person typed: %s', (author) => {
		const message = inbound(PHONE, 1);
		deliver(noTakeovers(), [echo(PHONE, 0, author), message]);
		expect(takeoverOf(message)?.active).toBe(false);
	});

	test('an automatic greeting, where the user left those out', () => {
		const options = { ...OPTIONS, automaticReplySeconds: 2 };
		const message = inbound(PHONE, 5);
		deliver(noTakeovers(), [inbound(PHONE, 0), echo(PHONE, 1), message], options);
		expect(takeoverOf(message)?.active).toBe(false);

		const slower = inbound(PHONE, 5);
		deliver(noTakeovers(), [inbound(PHONE, 0), echo(PHONE, 2), slower], options);
		expect(takeoverOf(slower)?.active).toBe(true);
	});

	test('anything, where it is switched off', () => {
		const message = inbound(PHONE, 1);
		deliver(noTakeovers(), [echo(PHONE), message], { ...OPTIONS, minutes: 0 });
		expect(takeoverOf(message)).toBeUndefined();
	});
});

describe('what n8n stores', () => {
	test('carries takeovers over a restart', () => {
		const before = noTakeovers();
		deliver(before, [echo(BOTH)]);
		const after = noTakeovers();
		restoreTakeovers(after, structuredClone(storedTakeovers(before, ECHO_AT)));
		const message = inbound(USER_ID, 1);
		deliver(after, [message]);
		expect(takeoverOf(message)?.until).toBe('2026-11-22T11:00:00.000Z');
	});

	test('carries the takeover of one who has just turned out to be two', () => {
		const before = noTakeovers();
		deliver(before, [inbound(USER_ID), echo(PHONE), inbound(BOTH, 1)]);
		const after = noTakeovers();
		restoreTakeovers(after, storedTakeovers(before, ECHO_AT));
		const message = inbound(USER_ID, 2);
		deliver(after, [message]);
		expect(takeoverOf(message)?.active).toBe(true);
	});

	test('is the youngest 300 takeovers that are not over, below 24 kB', () => {
		const takeovers = noTakeovers();
		for (let person = 0; person < 25_000; person++) {
			noteTakeovers(
				takeovers,
				[echo({ phone: `346${person}`, userId: `ES.${person}` })],
				OPTIONS,
				0,
			);
		}
		expect(takeovers.people.all.size).toBe(20_000);
		expect(takeovers.people.byKey.size).toBe(40_000);
		const stored = storedTakeovers(takeovers, ECHO_AT);
		expect(stored).toHaveLength(300);
		expect(stored.at(-1)?.[2]).toBe('34624999');
		expect(JSON.stringify(stored).length).toBeLessThan(24_000);
		expect(storedTakeovers(takeovers, ECHO_AT + 61 * 60_000)).toEqual([]);
	});
});

test('the service window opens with a live message of a customer, and with nothing else', () => {
	const events = [
		inbound(PHONE),
		echo(PHONE),
		live('history.message', PHONE),
		live('inbound.edited', PHONE),
	];
	markServiceWindows(events);
	expect(
		events.map((event) => ('serviceWindow' in event ? event.serviceWindow : undefined)),
	).toEqual([
		{ opensAt: '2026-11-22T10:00:00.000Z', expiresAt: '2026-11-23T10:00:00.000Z' },
		undefined,
		undefined,
		undefined,
	]);
});
