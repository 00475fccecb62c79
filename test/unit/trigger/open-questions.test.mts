import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type {
	CoexistenceEvent,
	Contact,
	MessageStatusEvent,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	packAddress,
	type QuestionAddress,
} from '../../../nodes/WhatsAppCoexistence/questions/address';
import { writeEnds, type Ends } from '../../../nodes/WhatsAppCoexistence/questions/ends';
import {
	forgetQuestion,
	noteQuestion,
	openQuestionsFor,
} from '../../../nodes/WhatsAppCoexistence/trigger/open-questions';

const ASKED_AT = Date.parse('2026-11-22T10:00:00.400Z');
const NUMBER = '800000000000001';
const ENDS: Ends = { byOwner: true, byText: true, until: Infinity };
type AnsweringEvent = Extract<CoexistenceEvent, { event: 'echo.message' | 'inbound.message' }>;
type Keys = Pick<Contact, 'phone' | 'userId'>;
const PHONE: Keys = { phone: '34600333444' };
const USER_ID: Keys = { userId: 'ES.4815162342ABC' };

let now: number;
let count = 0;
beforeEach(() => {
	now = ASKED_AT + 5_000;
	jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
	for (const address of asked.splice(0)) forgetQuestion(address);
	jest.restoreAllMocks();
});

const asked: QuestionAddress[] = [];
interface Question {
	address: QuestionAddress;
	messageId: string;
	ends: Ends;
}

/** A question of an execution of its own, of which Meta has said nothing yet. */
function question(ends: Partial<Ends> = {}): Question {
	const executionId = String(++count);
	const address = { executionId, nodeId: 'ask', askedAt: ASKED_AT, signature: '0f'.repeat(32) };
	asked.push(address);
	return { address, messageId: `wamid.Q${executionId}`, ends: { ...ENDS, ...ends } };
}

const statusOf = ({ address, messageId, ends }: Question, contact: Keys, more: object = {}) =>
	({
		event: 'message.status',
		status: 'sent',
		phoneNumberId: NUMBER,
		contact,
		message: { id: messageId },
		bizOpaqueCallbackData: packAddress(address, writeEnds(ends)),
		...more,
	}) as MessageStatusEvent;

function ask(contact: Keys, ends?: Partial<Ends>): Question {
	const asked = question(ends);
	noteQuestion(statusOf(asked, contact));
	return asked;
}

const live = (contact: Keys, more: object) => ({
	phoneNumberId: NUMBER,
	contact,
	occurredAt: new Date(ASKED_AT + 3_000).toISOString(),
	...more,
});
const typed = (contact: Keys, quoted?: string, more: object = {}) =>
	live(contact, {
		event: 'inbound.message',
		message: { type: 'text', ...(quoted !== undefined && { replyTo: { messageId: quoted } }) },
		...more,
	}) as AnsweringEvent;
const echo = (contact: Keys) =>
	live(contact, { event: 'echo.message', message: { type: 'image' } }) as AnsweringEvent;

const endedBy = (event: AnsweringEvent, isOwner: () => boolean = () => true) =>
	openQuestionsFor(event, isOwner);

describe('what a customer types ends', () => {
	test('the one question that is open for them', () => {
		const { address } = ask(PHONE);
		expect(endedBy(typed(PHONE))).toEqual([address]);
	});

	test.each(['failed', 'sent'])(
		'nothing where no question was asked, only a message: %s',
		(status) => {
			noteQuestion(statusOf(question(), PHONE, { status, bizOpaqueCallbackData: 'order 7' }));
			expect(endedBy(typed(PHONE))).toEqual([]);
		},
	);

	test('nothing where the status names no message', () => {
		noteQuestion(statusOf(question(), PHONE, { message: { id: null } }));
		expect(endedBy(typed(PHONE))).toEqual([]);
	});

	test('none of several, unless one is quoted', () => {
		const [first] = [ask(PHONE), ask(PHONE)];
		expect(endedBy(typed(PHONE))).toEqual([]);
		expect(endedBy(typed(PHONE, first.messageId))).toEqual([first.address]);
	});

	test('not the one that is open where something else is quoted', () => {
		ask(PHONE);
		expect(endedBy(typed(PHONE, 'wamid.other'))).toEqual([]);
	});

	test('none that is not to end by text, and it is not counted', () => {
		ask(PHONE, { byText: false });
		expect(endedBy(typed(PHONE))).toEqual([]);
		const { address } = ask(PHONE);
		expect(endedBy(typed(PHONE))).toEqual([address]);
	});

	test('nothing where it is no text', () => {
		ask(PHONE);
		expect(endedBy(typed(PHONE, undefined, { message: { type: 'image' } }))).toEqual([]);
	});

	test('nothing of another number of the business', () => {
		ask(PHONE);
		expect(endedBy(typed(PHONE, undefined, { phoneNumberId: '800000000000002' }))).toEqual([]);
	});

	test.each([
		['within the second of the question, since Meta tells whole ones', -400, 1],
		['in the second before', -1_000, 0],
		['long before', -60_000, 0],
	])('a question only if it came after it: %s', (_when, later, ended) => {
		ask(PHONE);
		const occurredAt = new Date(ASKED_AT + later).toISOString();
		expect(endedBy(typed(PHONE, undefined, { occurredAt }))).toHaveLength(ended);
	});

	test('the question where Meta gives no time', () => {
		ask(PHONE);
		expect(endedBy(typed(PHONE, undefined, { occurredAt: null }))).toHaveLength(1);
	});

	test('nothing once the time limit of the question is over', () => {
		ask(PHONE, { until: ASKED_AT + 60_000 });
		expect(endedBy(typed(PHONE))).toHaveLength(1);
		now = ASKED_AT + 60_000;
		expect(endedBy(typed(PHONE))).toEqual([]);
	});
});

describe('the customer is known', () => {
	test.each<[string, Keys, Keys, number]>([
		['by phone', PHONE, PHONE, 1],
		['by user ID', USER_ID, USER_ID, 1],
		['by phone where no user ID was known yet', PHONE, { ...PHONE, ...USER_ID }, 1],
		['by user ID where both are named', { ...PHONE, ...USER_ID }, USER_ID, 1],
		['by phone where only it is named twice', { ...PHONE, ...USER_ID }, PHONE, 1],
		[
			'by a user ID that stays when the phone changes',
			{ ...PHONE, ...USER_ID },
			{ ...USER_ID, phone: '34600999888' },
			1,
		],
		[
			'not by a phone that somebody else has now',
			{ ...PHONE, ...USER_ID },
			{ ...PHONE, userId: 'ES.9' },
			0,
		],
		['not by another phone', PHONE, { phone: '34600999888' }, 0],
		['not by another user ID', USER_ID, { userId: 'ES.9' }, 0],
		['not where nothing of the two is the same', PHONE, USER_ID, 0],
		['not where nothing is named', {}, {}, 0],
	])('%s', (_how, contact, writes, ended) => {
		ask(contact);
		expect(endedBy(typed(writes))).toHaveLength(ended);
	});

	test('by what the statuses have named one after the other', () => {
		const asked = question();
		noteQuestion(statusOf(asked, PHONE));
		noteQuestion(statusOf(asked, USER_ID, { status: 'delivered' }));
		noteQuestion(statusOf(asked, {}, { status: 'read' }));
		expect(endedBy(typed(PHONE))).toHaveLength(1);
		expect(endedBy(typed(USER_ID))).toHaveLength(1);
	});
});

describe('the owner’s answer ends', () => {
	test('all that are to end by it, whatever it is', () => {
		const [first, , third] = [ask(PHONE), ask(PHONE, { byOwner: false }), ask(PHONE)];
		expect(endedBy(echo(PHONE))).toEqual([first.address, third.address]);
	});

	test('nothing where it is an automatic greeting', () => {
		ask(PHONE);
		expect(endedBy(echo(PHONE), () => false)).toEqual([]);
	});

	test.each<[string, () => unknown]>([
		['nothing is open at all', () => {}],
		['nothing is open for them', () => ask(USER_ID)],
		['nothing open ends by it', () => ask(PHONE, { byOwner: false })],
	])('nothing, and nobody is asked whose it is, where %s', (_where, before) => {
		before();
		const isOwner = jest.fn(() => true);
		expect(endedBy(echo(PHONE), isOwner)).toEqual([]);
		expect(isOwner).not.toHaveBeenCalled();
	});
});

describe('a question is not open any more', () => {
	test('where its message has failed', () => {
		const asked = ask(PHONE);
		noteQuestion(statusOf(asked, PHONE, { status: 'failed' }));
		expect(endedBy(typed(PHONE))).toEqual([]);
	});

	test('once it is over, whatever status comes late, and the others stay open', () => {
		const over = ask(PHONE);
		const other = ask(PHONE);
		forgetQuestion(over.address);
		noteQuestion(statusOf(over, PHONE, { status: 'read' }));
		expect(endedBy(typed(PHONE))).toEqual([other.address]);
	});

	test('where 1,000 younger ones are', () => {
		const oldest = ask(PHONE);
		const second = ask(USER_ID);
		for (let asked = 0; asked < 998; asked++) ask({ phone: '34600999888' });
		expect(endedBy(typed(PHONE))).toEqual([oldest.address]);
		ask({ phone: '34600999888' });
		expect(endedBy(typed(PHONE))).toEqual([]);
		expect(endedBy(typed(USER_ID))).toEqual([second.address]);
	});
});

test('one of whose end the last 1,000 have come since may be opened by a late status', () => {
	const first = ask(PHONE);
	forgetQuestion(first.address);
	for (let ended = 0; ended < 999; ended++) forgetQuestion(ask(USER_ID).address);
	noteQuestion(statusOf(first, PHONE));
	expect(endedBy(typed(PHONE))).toEqual([]);
	forgetQuestion(ask(USER_ID).address);
	noteQuestion(statusOf(first, PHONE));
	expect(endedBy(typed(PHONE))).toEqual([first.address]);
});
