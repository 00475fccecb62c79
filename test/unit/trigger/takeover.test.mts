import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { CoexistenceEvent, Contact } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { markServiceWindows } from '../../../nodes/WhatsAppCoexistence/trigger/service-window';
import {
	isTakenOver,
	markTakeovers,
	noTakeovers,
	noteRequest,
	noteTakeovers,
	restoreTakeovers,
	storedTakeovers,
	type TakeoverOptions,
	type Takeovers,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover';
import {
	commandIn,
	compileWords,
	wordOfBoth,
	type TakeoverWords,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover-words';

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
		contact,
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
		expect(takeoverOf(events[0]!)?.active).toBe(true);
	});
});

describe('that something has changed, which n8n is to store, is said', () => {
	const GREETINGS = { ...OPTIONS, automaticReplySeconds: 2 };
	const changes = (takeovers: Takeovers, event: CoexistenceEvent, options = GREETINGS) =>
		noteTakeovers(takeovers, [event], options, ECHO_AT);

	test('where a takeover begins, is prolonged, or turns out to be a greeting', () => {
		const takeovers = noTakeovers();
		expect(changes(takeovers, echo(PHONE, 0))).toBe(true);
		expect(changes(takeovers, echo(PHONE, 60))).toBe(true);
		expect(changes(noTakeovers(), echo(PHONE, 1))).toBe(true);
		const greeted = noTakeovers();
		changes(greeted, echo(PHONE, 1));
		expect(changes(greeted, inbound(PHONE, 0))).toBe(true);
	});

	test('and where one of several events does so', () => {
		const events = [echo(PHONE), inbound(USER_ID, 1), echo(USER_ID, -120, 'meta_bot')];
		expect(noteTakeovers(noTakeovers(), events, OPTIONS, ECHO_AT)).toBe(true);
	});

	test('where nothing does, not', () => {
		const takeovers = noTakeovers();
		changes(takeovers, echo(PHONE, 60));
		expect(changes(takeovers, inbound(PHONE, 30))).toBe(false);
		expect(changes(takeovers, live('history.message', PHONE))).toBe(false);
		expect(changes(takeovers, echo(PHONE, 0, 'meta_bot'))).toBe(false);
		expect(changes(takeovers, echo({}, 0))).toBe(false);
		expect(changes(takeovers, echo(PHONE), { ...OPTIONS, minutes: 0 })).toBe(false);
	});
});

describe('a greeting that is delivered before the message that it answers', () => {
	const GREETINGS = { ...OPTIONS, automaticReplySeconds: 5 };
	const told = (events: CoexistenceEvent[]) => {
		const message = inbound(PHONE, 200);
		deliver(noTakeovers(), [...events, message], GREETINGS);
		return takeoverOf(message);
	};

	test('begins nothing', () => {
		expect(told([echo(PHONE, 12), inbound(PHONE, 10)])?.active).toBe(false);
		expect(told([echo(PHONE, 12), inbound(PHONE, 12)])?.active).toBe(false);
	});

	test('and what the owner wrote before or after it goes on', () => {
		expect(told([echo(PHONE, 0), echo(PHONE, 12), inbound(PHONE, 10)])?.until).toBe(
			'2026-11-22T11:00:12.000Z',
		);
		expect(told([echo(PHONE, 12), echo(PHONE, 40), inbound(PHONE, 10)])?.since).toBe(
			'2026-11-22T10:00:12.000Z',
		);
		expect(told([echo(PHONE, 12), inbound(PHONE, 20)])?.active).toBe(true);
	});

	test('is told by the last message of a customer, whichever of two IDs that came with', () => {
		const both = [inbound(PHONE, 10), inbound(USER_ID, 0), inbound(BOTH, -10), echo(PHONE, 12)];
		expect(told(both)?.active).toBe(false);
	});
});

test.each([60 * 60, 3 * 60 * 60])(
	'what begins %i seconds after an echo is another takeover, also where that echo is late',
	(seconds) => {
		for (const order of [
			[0, seconds],
			[seconds, 0],
		]) {
			const message = inbound(PHONE, seconds + 1);
			deliver(noTakeovers(), [...order.map((second) => echo(PHONE, second)), message]);
			expect(takeoverOf(message)?.since).toBe(new Date(ECHO_AT + seconds * 1000).toISOString());
		}
	},
);

test('an edit of somebody of whom nothing is known says that there is no takeover', () => {
	const edit = live('inbound.edited', PHONE);
	deliver(noTakeovers(), [edit]);
	expect(takeoverOf(edit)?.active).toBe(false);
});

test.each(['inbound.message', 'inbound.edited'])('%s says whether there is a takeover', (event) => {
	const message = live(event, PHONE, 1);
	deliver(noTakeovers(), [echo(PHONE), message]);
	expect(takeoverOf(message)?.active).toBe(true);
});

test.each(['inbound.deleted', 'history.message', 'echo.message', 'status.updated'])(
	'%s says nothing of a takeover',
	(event) => {
		const other = { ...live(event, PHONE, 1), author: 'business_app' } as CoexistenceEvent;
		deliver(noTakeovers(), [echo(PHONE), other]);
		expect(other).not.toHaveProperty('takeover');
	},
);

describe('whether the owner has the conversation that an event is of', () => {
	const takeovers = noTakeovers();
	deliver(takeovers, [echo(PHONE)]);
	const holds = (event: object) => isTakenOver(takeovers, event as CoexistenceEvent, ECHO_AT);

	test('depends on the time of the event', () => {
		expect(holds(live('status.updated', PHONE, 60 * 60 - 1))).toBe(true);
		expect(holds(live('status.updated', PHONE, 60 * 60))).toBe(false);
	});

	test('or on the present, where the event has none', () => {
		expect(holds({ ...live('status.updated', PHONE), occurredAt: null })).toBe(true);
	});

	test('is denied for who is not known, and for what is of nobody', () => {
		expect(holds(live('status.updated', USER_ID))).toBe(false);
		expect(holds({ event: 'account.updated', phoneNumberId: NUMBER, occurredAt: null })).toBe(
			false,
		);
		expect(holds({ ...live('error.received', PHONE), contact: undefined })).toBe(false);
	});
});

describe('what a workflow asks', () => {
	const requested = (takeovers: Takeovers, at: number, until: number | null) =>
		noteRequest(takeovers, {
			phoneNumberId: NUMBER,
			contact: { phone: '34600333444' },
			at: ECHO_AT + at * 1000,
			until: until === null ? null : ECHO_AT + until * 1000,
		});
	const toldAt = (takeovers: Takeovers, seconds: number) => {
		const message = inbound(PHONE, seconds);
		deliver(takeovers, [message]);
		return takeoverOf(message);
	};

	test('begins a takeover until a time, or until it is ended', () => {
		const takeovers = noTakeovers();
		expect(requested(takeovers, 0, 600)).toBe(true);
		expect(toldAt(takeovers, 599)?.until).toBe('2026-11-22T10:10:00.000Z');
		expect(toldAt(takeovers, 600)?.active).toBe(false);
		expect(requested(takeovers, 1, null)).toBe(true);
		expect(toldAt(takeovers, 999_999)?.active).toBe(true);
	});

	test('ends one', () => {
		const takeovers = noTakeovers();
		deliver(takeovers, [echo(PHONE)]);
		expect(requested(takeovers, 1, 1)).toBe(true);
		expect(toldAt(takeovers, 2)).toEqual({ active: false, since: null, until: null });
	});

	test('is nothing where the same or something newer was asked before', () => {
		const takeovers = noTakeovers();
		requested(takeovers, 10, 600);
		expect(requested(takeovers, 10, 10)).toBe(false);
		expect(requested(takeovers, 5, 5)).toBe(false);
		expect(toldAt(takeovers, 11)?.active).toBe(true);
	});

	test('survives a restart, and the next one', () => {
		const first = noTakeovers();
		requested(first, 0, 600);
		const second = noTakeovers();
		restoreTakeovers(second, structuredClone(storedTakeovers(first, ECHO_AT)));
		const third = noTakeovers();
		restoreTakeovers(third, structuredClone(storedTakeovers(second, ECHO_AT)));
		expect(toldAt(third, 1)?.until).toBe('2026-11-22T10:10:00.000Z');
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
		expect(takeoverOf(message)).toEqual({
			active: true,
			since: '2026-11-22T10:00:00.000Z',
			until: '2026-11-22T11:00:00.000Z',
		});
	});

	const [BEGAN, ENDS] = [ECHO_AT / 1000, ECHO_AT / 1000 + 3600];

	test.each([
		[PHONE, [NUMBER, '', PHONE.phone, BEGAN, ENDS, BEGAN]],
		[USER_ID, [NUMBER, USER_ID.userId, '', BEGAN, ENDS, BEGAN]],
	])('of %o is six values, until it is over', (contact, stored) => {
		const takeovers = noTakeovers();
		deliver(takeovers, [echo(contact)]);
		expect(storedTakeovers(takeovers, ENDS * 1000 - 1)).toEqual([stored]);
		expect(storedTakeovers(takeovers, ENDS * 1000)).toEqual([]);
	});

	test('does not take people for one who have no user ID, or no phone', () => {
		const before = noTakeovers();
		const people = [PHONE, USER_ID, { phone: '34600555666' }, { userId: 'ES.1' }];
		deliver(
			before,
			people.map((contact, index) => echo(contact, index)),
		);
		const after = noTakeovers();
		restoreTakeovers(after, structuredClone(storedTakeovers(before, ECHO_AT)));
		const messages = people.map((contact) => inbound(contact, 10));
		deliver(after, messages);
		expect(messages.map((message) => takeoverOf(message)?.since)).toEqual(
			people.map((_, index) => new Date(ECHO_AT + index * 1000).toISOString()),
		);
	});

	test('and is read again changes nothing, nor does what is of nobody', () => {
		const takeovers = noTakeovers();
		deliver(takeovers, [echo(PHONE, 0), echo(USER_ID, 1)]);
		const stored = structuredClone(storedTakeovers(takeovers, ECHO_AT));
		restoreTakeovers(takeovers, [stored[0]!, [NUMBER, '', '', BEGAN, ENDS]]);
		expect(storedTakeovers(takeovers, ECHO_AT)).toEqual(stored);
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

	test('says the same of what comes late as before a restart', () => {
		const before = noTakeovers();
		deliver(before, [echo(PHONE, 0), echo(PHONE, 600)]);
		const after = noTakeovers();
		restoreTakeovers(after, structuredClone(storedTakeovers(before, ECHO_AT)));
		const ended = (takeovers: Takeovers) => {
			noteRequest(takeovers, {
				phoneNumberId: NUMBER,
				contact: { phone: '34600333444' },
				at: ECHO_AT + 300_000,
				until: ECHO_AT + 300_000,
			});
			const message = inbound(PHONE, 700);
			deliver(takeovers, [message]);
			return takeoverOf(message);
		};
		expect(ended(after)).toEqual({
			active: true,
			since: '2026-11-22T10:10:00.000Z',
			until: '2026-11-22T11:10:00.000Z',
		});
		expect(ended(after)).toEqual(ended(before));
	});

	test('is who was written to last, whoever was first', () => {
		const takeovers = noTakeovers();
		const first = { phone: '34600000000' };
		deliver(takeovers, [echo(first)]);
		for (let person = 1; person < 300; person++) {
			deliver(takeovers, [echo({ phone: `346${person}` }, 1)]);
		}
		deliver(takeovers, [echo(first, 2), echo({ phone: '346300' }, 3)]);
		const phones = storedTakeovers(takeovers, ECHO_AT).map(([, , phone]) => phone);
		expect(phones).toHaveLength(300);
		expect(phones.slice(-2)).toEqual([first.phone, '346300']);
		expect(phones[0]).toBe('3462');
	});

	test('has no room for one that is over where there are 300 others', () => {
		const takeovers = noTakeovers();
		const asked = { phoneNumberId: NUMBER, at: ECHO_AT };
		const ask = (person: number, until: number | null) =>
			noteRequest(takeovers, { ...asked, contact: { phone: `347${person}` }, until });
		ask(0, null);
		ask(1, ECHO_AT + 600_000);
		ask(2, ECHO_AT);
		for (let person = 3; person < 300; person++) ask(person, null);
		const stored = () => storedTakeovers(takeovers, ECHO_AT).map(([, , phone]) => phone);
		ask(300, null);
		expect(stored().slice(0, 3)).toEqual(['3470', '3471', '3473']);
		// None is over now; one ends by itself.
		ask(301, null);
		expect(stored().slice(0, 3)).toEqual(['3470', '3473', '3474']);
		ask(302, null);
		expect(stored().slice(0, 2)).toEqual(['3473', '3474']);
	});

	test('is nothing of who has turned out to be another', () => {
		const takeovers = noTakeovers();
		deliver(takeovers, [echo(PHONE), echo(USER_ID, 1), inbound(BOTH, 2)]);
		const people = storedTakeovers(takeovers, ECHO_AT).map(([, ...keys]) => keys.slice(0, 2));
		expect(people).toEqual([[USER_ID.userId, PHONE.phone]]);
	});

	test('is the youngest 300 takeovers that are not over, below 27 kB', () => {
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
		expect(JSON.stringify(stored).length).toBeLessThan(27_000);
		expect(storedTakeovers(takeovers, ECHO_AT + 61 * 60_000)).toEqual([]);
	});
});

describe('commands', () => {
	const WORDS: TakeoverOptions = { ...OPTIONS, words: compileWords('#me', '#bot') };
	const said = (text: string, seconds = 0, contact = PHONE) =>
		({
			...echo(contact, seconds),
			message: { type: 'text', text, forwarded: false },
		}) as unknown as CoexistenceEvent;
	const after = (
		events: CoexistenceEvent[],
		{ takeovers = noTakeovers(), at = 120, who = PHONE } = {},
	) => {
		const message = inbound(who, at);
		for (const event of [...events, message]) {
			const now = Date.parse(event.occurredAt ?? '');
			noteTakeovers(takeovers, [event], WORDS, now);
			markTakeovers(takeovers, [event], WORDS, now);
		}
		return takeoverOf(message);
	};
	const hours = (count: number) => count * 60 * 60;

	test('hold in whatever order they and messages are delivered', () => {
		const events = () => [
			said('hola', 0),
			said('#me 2h', 10),
			said('hola', 20),
			said('#bot', 30),
			said('#me', 40),
			said('#bot', 50),
			said('hola', 60),
		];
		const expected = after(events());
		expect(expected).toEqual({
			active: true,
			since: '2026-11-22T10:01:00.000Z',
			until: '2026-11-22T11:01:00.000Z',
		});
		fc.assert(
			fc.property(
				fc.shuffledSubarray([...events().keys()], { minLength: events().length }),
				(order) => {
					const shuffled = order.map((place) => events()[place]!);
					expect(after(shuffled)).toEqual(expected);
				},
			),
		);
	});

	test('a takeover that is to be ended goes on for a year', () => {
		expect(after([said('#me')], { at: hours(24 * 365) })).toEqual({
			active: true,
			since: '2026-11-22T10:00:00.000Z',
			until: null,
		});
	});

	test('it is kept when 20,000 others have been heard of, and 300 others taken over', () => {
		const takeovers = noTakeovers();
		after([said('#me')], { takeovers });
		for (let person = 0; person < 21_000; person++) {
			noteTakeovers(takeovers, [echo({ phone: `347${person}` })], OPTIONS, ECHO_AT);
		}
		expect(takeovers.people.all.size).toBe(20_000);
		expect(after([], { takeovers })?.active).toBe(true);
		const next = noTakeovers();
		restoreTakeovers(next, structuredClone(storedTakeovers(takeovers, ECHO_AT)));
		expect(after([], { takeovers: next })).toEqual({
			active: true,
			since: '2026-11-22T10:00:00.000Z',
			until: null,
		});
	});

	test('of more than 300 that are to be ended, the one that began first is not stored', () => {
		const takeovers = noTakeovers();
		for (let person = 0; person <= 300; person++) {
			noteTakeovers(takeovers, [said('#me', 0, { phone: `347${person}` })], WORDS, ECHO_AT);
		}
		const stored = storedTakeovers(takeovers, ECHO_AT + hours(1000) * 1000);
		expect(stored).toHaveLength(300);
		expect(stored[0]![2]).toBe('3471');
	});

	test('between two processes, the one that knows the newer command tells the other', () => {
		const [one, other] = [noTakeovers(), noTakeovers()];
		after([said('#me', 0)], { takeovers: one });
		after([said('#me', 0), said('#bot', 60)], { takeovers: other });
		const exchange = (from: Takeovers, to: Takeovers) =>
			restoreTakeovers(to, structuredClone(storedTakeovers(from, ECHO_AT + 90_000)));
		// The older knowledge is the last writer.
		exchange(one, other);
		expect(after([], { takeovers: other })?.active).toBe(false);
		exchange(other, one);
		expect(after([], { takeovers: one })?.active).toBe(false);
	});

	test('what one process saw the owner write after a command that the other saw stays', () => {
		const [one, other] = [noTakeovers(), noTakeovers()];
		after([said('hola', 70)], { takeovers: one });
		after([said('#bot', 60)], { takeovers: other });
		restoreTakeovers(one, storedTakeovers(other, ECHO_AT + 90_000));
		expect(after([], { takeovers: one })).toEqual({
			active: true,
			since: '2026-11-22T10:01:10.000Z',
			until: '2026-11-22T11:01:10.000Z',
		});
	});

	test('of the same second as a message decide, whichever was heard of first', () => {
		for (const events of [
			[said('hola', 10), said('#bot', 10)],
			[said('#bot', 10), said('hola', 10)],
		]) {
			expect(after(events)?.active).toBe(false);
		}
		expect(after([said('hola', 10), said('hola', 20), said('#bot', 10)])?.since).toBe(
			'2026-11-22T10:00:20.000Z',
		);
	});

	test('that come late leave what was said after them', () => {
		expect(after([said('hola', 70), said('hola', 80), said('#bot', 60)])?.since).toBe(
			'2026-11-22T10:01:10.000Z',
		);
		expect(after([said('hola', 20), said('#me', 10)])?.since).toBe('2026-11-22T10:00:10.000Z');
	});

	test('and one at the very end of a takeover begins another', () => {
		const told = after([said('hola', 0), said('#me', hours(1))], { at: hours(2) });
		expect(told?.since).toBe('2026-11-22T11:00:00.000Z');
	});

	test('change nothing where they, or a message, are older than the last one', () => {
		const takeovers = noTakeovers();
		const changes = (event: CoexistenceEvent) => noteTakeovers(takeovers, [event], WORDS, ECHO_AT);
		expect(changes(said('#me', 10))).toBe(true);
		expect(['#me', '#bot', 'hola'].map((text) => changes(said(text, 5)))).toEqual(
			Array(3).fill(false),
		);
		expect(changes(inbound(PHONE, 5))).toBe(false);
	});

	test('what one process knows of a command, and the other of messages, is put together', () => {
		const told = (mine: CoexistenceEvent[], others: CoexistenceEvent[]) => {
			const [one, other] = [noTakeovers(), noTakeovers()];
			after(mine, { takeovers: one });
			after(others, { takeovers: other });
			restoreTakeovers(other, structuredClone(storedTakeovers(one, ECHO_AT + 90_000)));
			return after([], { takeovers: other });
		};
		expect(told([said('hola', 20)], [said('#me', 10)])).toEqual({
			active: true,
			since: '2026-11-22T10:00:10.000Z',
			until: null,
		});
		expect(told([said('hola', 0), said('hola', 70)], [said('#bot', 60)])).toEqual({
			active: true,
			since: '2026-11-22T10:01:10.000Z',
			until: '2026-11-22T11:01:10.000Z',
		});
	});

	test('are stored with when they end; null: until they are ended', () => {
		const takeovers = noTakeovers();
		after([said('#me', 1)], { takeovers });
		after([said('#me 1h', 2, USER_ID)], { takeovers });
		const since = ECHO_AT / 1000;
		expect(storedTakeovers(takeovers, ECHO_AT)).toEqual([
			[NUMBER, '', PHONE.phone, since + 1, 0, 0, since + 1, null],
			[NUMBER, USER_ID.userId, '', since + 2, 0, 0, since + 2, since + 3602],
		]);
	});

	test('that ended something are stored for a day, the last 20 of them', () => {
		const takeovers = noTakeovers();
		for (let person = 0; person < 30; person++) {
			noteTakeovers(takeovers, [said('#bot', 0, { phone: `347${person}` })], WORDS, ECHO_AT);
		}
		const stored = storedTakeovers(takeovers, ECHO_AT);
		expect(stored.map(([, , phone]) => phone)).toEqual(
			Array.from({ length: 20 }, (_, index) => `347${index + 10}`),
		);
		expect(JSON.stringify(stored).length).toBeLessThan(1_500);
		expect(storedTakeovers(takeovers, ECHO_AT + hours(24) * 1000)).toEqual([]);
	});

	test('what n8n stored before there were any is read', () => {
		const takeovers = noTakeovers();
		const since = ECHO_AT / 1000;
		restoreTakeovers(takeovers, [[NUMBER, '', '34600333444', since, since + 3600]]);
		expect(after([], { takeovers })?.until).toBe('2026-11-22T11:00:00.000Z');
		expect(after([said('#bot', 60)], { takeovers })?.active).toBe(false);
	});

	test('work where messages start no takeover', () => {
		const takeovers = noTakeovers();
		const options = { ...WORDS, minutes: 0 };
		const first = inbound(PHONE, 10);
		const second = inbound(PHONE, 20);
		const third = inbound(PHONE, 30);
		const earlier = inbound(PHONE, -1);
		deliver(takeovers, [said('hola', 0), earlier, first, said('#me', 11), second], options);
		deliver(takeovers, [said('#bot', 21), third], options);
		const told = [earlier, first, second, third].map((message) => takeoverOf(message)?.active);
		expect(told).toEqual([false, false, true, false]);
	});

	test.each(['echo.message', 'echo.edited'])('are said on %s', (event) => {
		const [begins, ends, other] = ['#me', '#bot', 'hola'].map(
			(text, second) => ({ ...said(text, second), event }) as CoexistenceEvent,
		);
		const told = after([begins!, ends!, other!]);
		expect(begins).toHaveProperty('takeoverCommand', 'begin');
		expect(ends).toHaveProperty('takeoverCommand', 'end');
		expect(other).not.toHaveProperty('takeoverCommand');
		// What was corrected is no new message.
		expect(told?.active).toBe(event === 'echo.message');
	});

	test.each(['history.message', 'inbound.message', 'echo.deleted'])('are none in %s', (event) => {
		const command = { ...said('#me'), event } as CoexistenceEvent;
		expect(after([command])?.active).toBe(false);
		expect(command).not.toHaveProperty('takeoverCommand');
	});

	test.each([
		[24 * 60 * 60, 'begin'],
		[24 * 60 * 60 + 1, undefined],
	])('that arrive %i s later are %s', (seconds, action) => {
		const command = said('#me');
		const now = ECHO_AT + seconds * 1000;
		const takeovers = noTakeovers();
		noteTakeovers(takeovers, [command], { ...WORDS, minutes: 0 }, now);
		markTakeovers(takeovers, [command], { ...WORDS, minutes: 0 }, now);
		expect('takeoverCommand' in command ? command.takeoverCommand : undefined).toBe(action);
		expect(storedTakeovers(takeovers, now)).toHaveLength(action === undefined ? 0 : 1);
	});

	test('one that is not a greeting’s to end goes on when the customer writes', () => {
		const options = { ...WORDS, automaticReplySeconds: 60 };
		for (const greeting of [[], [said('Welcome!', 6)]]) {
			const message = inbound(PHONE, 100);
			const events = [said('#me 2h', 5), ...greeting, inbound(PHONE, 0), message];
			deliver(noTakeovers(), events, options);
			expect(takeoverOf(message)).toEqual({
				active: true,
				since: '2026-11-22T10:00:05.000Z',
				until: '2026-11-22T12:00:05.000Z',
			});
		}
	});

	test.each(['meta_bot', 'unknown'])('are none where no person typed them: %s', (author) => {
		const events = [{ ...said('#me'), author } as CoexistenceEvent];
		expect(after(events)?.active).toBe(false);
		expect(events[0]).not.toHaveProperty('takeoverCommand');
	});

	test.each([
		['#me2h', 2 * 60],
		['#ME 2 Hours', 2 * 60],
		['＃me 1 hr', 60],
		['#me 45min', 45],
		['#me 45 m.', 45],
		['#me 1 minute', 1],
		['#me 3d', 3 * 24 * 60],
		['#​me 3 days', 3 * 24 * 60],
	])('“%s” lasts %i minutes', (text, minutes) => {
		const until = after([said(text)], { at: 1 })?.until ?? '';
		expect((Date.parse(until) - ECHO_AT) / 60_000).toBe(minutes);
	});

	test.each(['#me 0h', '#me 2', '#me 2 months', '#me 2h please', '#meet', '# m e !', '#bots'])(
		'“%s” is none',
		(text) => {
			const event = said(text);
			expect(after([event])?.until).toBe('2026-11-22T11:00:00.000Z');
			expect(event).not.toHaveProperty('takeoverCommand');
		},
	);

	test('several words may stand for the same, and a word may be a sentence', () => {
		const words = compileWords('#me, Your turn, boss', '🤖️; The assistant takes over.\n#bot');
		const commandOf = (text: string) =>
			commandIn(said(text) as never, words as TakeoverWords)?.action;
		expect(['your turn', 'BOSS', '🤖', 'the assistant takes over', '#bot'].map(commandOf)).toEqual([
			'begin',
			'begin',
			'end',
			'end',
			'end',
		]);
	});

	test.each([
		['#me', '#ME.', '#me'],
		['#me', '#bot, #me 2h', '#me2h'],
		['#me', '#bot', undefined],
		['', '#bot', undefined],
	])('the words “%s” and “%s” are at odds over %s', (begin, end, word) => {
		expect(wordOfBoth(compileWords(begin, end))).toBe(word);
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
