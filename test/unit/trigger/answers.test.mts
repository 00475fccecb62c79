import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	packAddress,
	resumeUrl,
	type QuestionAddress,
} from '../../../nodes/WhatsAppCoexistence/questions/address';
import { writeEnds } from '../../../nodes/WhatsAppCoexistence/questions/ends';
import { takeAnswers } from '../../../nodes/WhatsAppCoexistence/trigger/answers';
import {
	httpRequest,
	startNeighbours,
	type Answer,
	type Asked,
	type Neighbours,
} from '../callbacks/neighbours.mts';
import { strict, withoutPauses } from './hook-context.mts';

const BODY = Buffer.from('{"as": "it came"}');
const SIGNATURE = 'sha256=0123';
const ANSWERED = 'x-whatsapp-coexistence-answered';
const NUMBER = '800000000000001';
const CONTACT = { phone: '34600333444' };

const RESUMED: Answer = { status: 200, body: '{"resumed":true}' };
const RUNNING: Answer = { status: 409, body: '{"message":"The execution is running already"}' };

let n8n: Neighbours;
let warnings: string[];
beforeEach(async () => {
	n8n = await startNeighbours();
	warnings = [];
});
afterEach(async () => {
	jest.restoreAllMocks();
	await n8n.close();
});

const waitingBase = () => new URL('/prefix/webhook-waiting', n8n.base.production).href;

/** n8n with a delivery, which brings this header where another trigger has handed it on. */
function delivery(answered?: string): IWebhookFunctions {
	return strict({
		getHeaderData: () => (answered === undefined ? {} : { [ANSWERED]: answered }),
		helpers: strict({ httpRequest }),
		logger: strict({ warn: (message: string) => void warnings.push(message) }),
		evaluateExpression: (expression: string) => {
			if (expression !== '{{ $execution.resumeUrl }}') throw new Error(expression);
			return `${waitingBase()}/77?signature=of-another`;
		},
	});
}

const take = async (
	events: CoexistenceEvent[],
	{ answered, isOwner = true }: { answered?: string; isOwner?: boolean } = {},
) => await takeAnswers(delivery(answered), events, BODY, SIGNATURE, () => isOwner);

let executions = 0;
/** A question of an execution of its own. */
const question = (askedAt = Date.now()): QuestionAddress => ({
	executionId: `4${++executions}`,
	nodeId: 'ask',
	askedAt,
	signature: '0f'.repeat(32),
});

/** The execution that waits for it, or what else n8n says; with what came to it. */
function waits(address: QuestionAddress, ...answers: Answer[]): Asked[] {
	const came: Asked[] = [];
	const [url = ''] = resumeUrl(waitingBase(), address).split('?');
	n8n.at(url, (asked) => {
		came.push(asked);
		return answers[Math.min(came.length, answers.length) - 1]!;
	});
	return came;
}

let messages = 0;
const live = (event: string, message: object, more: object = {}) =>
	({
		event,
		eventId: `event-${++messages}`,
		phoneNumberId: NUMBER,
		contact: CONTACT,
		occurredAt: new Date().toISOString(),
		message: { id: `wamid.${messages}`, ...message },
		...more,
	}) as CoexistenceEvent;
const chosen = (address: QuestionAddress, own = 'yes') =>
	live('inbound.message', {
		type: 'interactive',
		answer: { kind: 'button', title: 'Yes', id: packAddress(address, own) },
	});
const typed = () => live('inbound.message', { type: 'text' });
const echo = () => live('echo.message', { type: 'text' });
const statusOf = (address: QuestionAddress) =>
	live(
		'message.status',
		{ id: `wamid.of-${address.executionId}` },
		{
			status: 'sent',
			bizOpaqueCallbackData: packAddress(
				address,
				writeEnds({ byOwner: true, byText: true, until: Infinity }),
			),
		},
	);

const answerIdOf = (event: CoexistenceEvent) =>
	(event as unknown as { message: { answer: { id: string } } }).message.answer.id;

describe('an answer', () => {
	test('resumes the execution that waits for it, and starts no workflow', async () => {
		const address = question();
		const came = waits(address, RESUMED);
		const [other, answer] = [typed(), chosen(address)];
		expect(await take([other, answer])).toEqual({
			events: new Set([answer]),
			headers: { [ANSWERED]: '1' },
		});
		expect(came).toMatchObject([
			{
				query: Object.fromEntries(new URL(resumeUrl(waitingBase(), address)).searchParams),
				headers: {
					'content-type': 'application/json',
					'x-hub-signature-256': SIGNATURE,
					'x-whatsapp-coexistence-answer': '1',
				},
				body: String(BODY),
			},
		]);
	});

	test('leaves with the user’s own ID, whether or not anybody waited for it', async () => {
		const [waiting, over] = [question(), question()];
		waits(waiting, RESUMED);
		const answers = [chosen(waiting, 'yes'), chosen(over, 'no.really')];
		await take(answers);
		expect(answers.map(answerIdOf)).toEqual(['yes', 'no.really']);
	});

	test('that comes again resumes nothing, and starts nothing', async () => {
		const address = question();
		const came = waits(address, RESUMED);
		const [answer, copy] = [chosen(address), chosen(address)];
		Object.assign(copy, { eventId: answer.eventId });
		expect((await take([answer]))?.events.size).toBe(1);
		expect((await take([copy]))?.events).toEqual(new Set([copy]));
		expect(came).toHaveLength(1);
	});

	test('that comes twice at once is taken once', async () => {
		const address = question();
		const came = waits(address, RESUMED);
		const answer = chosen(address);
		const taken = await Promise.all([take([structuredClone(answer)]), take([answer])]);
		expect(taken.map((each) => each?.events.size)).toEqual([1, 1]);
		expect(came).toHaveLength(1);
	});

	test.each([
		[
			'one after the other',
			async (...events: CoexistenceEvent[]) => {
				const [first, second] = events.map((event) => [event]);
				return [await take(first!), await take(second!)];
			},
		],
		['in one delivery', async (...events: CoexistenceEvent[]) => [await take(events)]],
		[
			'at once',
			async (...events: CoexistenceEvent[]) =>
				await Promise.all(events.map(async (event) => await take([event]))),
		],
	])(
		'that is the second to a question is an ordinary message, though its execution is running by then: %s',
		async (_how, taking) => {
			const address = question();
			const came = waits(address, RESUMED, RUNNING);
			const [first, second] = [chosen(address), chosen(address)];
			const taken = await taking(first, second);
			expect(taken.flatMap((each) => [...each!.events])).toEqual([first]);
			expect(came).toHaveLength(1);
		},
	);

	test('that is the second is taken where n8n failed at the first', async () => {
		const address = question();
		waits(address, { status: 500 }, RESUMED);
		const second = chosen(address);
		expect(await take([chosen(address)])).toBeUndefined();
		expect((await take([second]))?.events).toEqual(new Set([second]));
	});

	test('of the owner is looked for no more once a question has ended', async () => {
		const address = question();
		const came = waits(address, RESUMED, RUNNING);
		await take([statusOf(address)]);
		expect((await take([echo(), echo(), echo()]))?.events.size).toBe(0);
		expect(came).toHaveLength(1);
	});
});

describe('nobody waits any more', () => {
	test.each<[string, Answer]>([
		['it is over or waits elsewhere', { status: 200, body: '<html>over</html>' }],
		['it has finished', { status: 409, body: 'The execution "4" has finished already.' }],
		['n8n does not know it', { status: 404, body: '{"code":404}' }],
		['the signature is another’s', { status: 401 }],
	])('so the answer is an ordinary message: %s', async (_what, answer) => {
		const address = question();
		const came = waits(address, answer);
		expect(await take([chosen(address)])).toEqual({
			events: new Set(),
			headers: { [ANSWERED]: '' },
		});
		expect(came).toHaveLength(1);
	});

	test('of a question that was asked too long ago to be on its way', async () => {
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now);
		const address = question(Date.now() - 120_000);
		const came = waits(address, RUNNING);
		expect((await take([chosen(address)]))?.events.size).toBe(0);
		expect(came).toHaveLength(1);
	});

	test('and it is said where the signature is another’s, and only there', async () => {
		const [first, second, third] = [question(), question(), question()];
		waits(first, { status: 401 });
		waits(second, { status: 404, body: '{"code":404}' });
		waits(third, RESUMED);
		await take([chosen(first), chosen(second), chosen(third)]);
		expect(warnings).toEqual([
			`WhatsApp Coexistence Trigger: an answer names execution ${first.executionId}, but is not signed for it. It is taken for an ordinary message. If a question of yours stays open, its node has to use a credential of the same Meta app.`,
		]);
	});
});

describe('n8n cannot tell', () => {
	test.each<[string, Answer]>([
		['it does not answer', 'hangs up'],
		['it has failed', { status: 500 }],
		['a proxy has lost it', { status: 502 }],
		['it is asked too much', { status: 429 }],
		['a proxy does not find it', { status: 404, body: 'Not Found' }],
	])('so Meta has to deliver again, and the next delivery is taken: %s', async (_what, answer) => {
		const address = question();
		waits(address, answer, RESUMED);
		const event = chosen(address);
		expect(await take([structuredClone(event)])).toBeUndefined();
		expect((await take([event]))?.events).toEqual(new Set([event]));
	});
});

describe('n8n has no room for the execution that is to go on', () => {
	test('so Meta has to deliver again until it has, which resumes nothing anew', async () => {
		const timeout = AbortSignal.timeout.bind(AbortSignal);
		const waited = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(20));
		const address = question();
		let makeRoom: (answer: Answer) => void = () => {};
		const room = new Promise<Answer>((resolve) => (makeRoom = resolve));
		const came: Asked[] = [];
		n8n.at(resumeUrl(waitingBase(), address).split('?')[0]!, async (asked) => {
			came.push(asked);
			return await room;
		});
		const event = chosen(address);
		expect(await take([structuredClone(event)])).toBeUndefined();
		expect(await take([structuredClone(event)])).toBeUndefined();
		expect(waited.mock.calls).toEqual([[20_000], [20_000]]);
		makeRoom(RESUMED);
		expect((await take([event]))?.events).toEqual(new Set([event]));
		expect(came).toHaveLength(1);
	});
});

describe('the question is still on its way', () => {
	test('so n8n is asked again until its execution waits', async () => {
		const pauses = withoutPauses([200]);
		const address = question(Date.now() - 119_000);
		const came = waits(address, RUNNING, RESUMED);
		expect((await take([chosen(address)]))?.events.size).toBe(1);
		expect(came).toHaveLength(2);
		expect(pauses).toEqual([200]);
	});

	test('so Meta has to deliver again where that lasts for seconds', async () => {
		const pauses = withoutPauses([200, 400, 800, 1_600]);
		const address = question();
		const came = waits(address, RUNNING);
		expect(await take([chosen(address)])).toBeUndefined();
		expect(came).toHaveLength(5);
		expect(pauses).toEqual([200, 400, 800, 1_600]);
	});
});

describe('what names no question', () => {
	test('is none of our business where none is open', async () => {
		expect(await take([typed(), echo()])).toEqual({ events: new Set(), headers: {} });
		expect(n8n.asked).toEqual([]);
	});

	test('resumes what was asked of that customer, where it is typed', async () => {
		const address = question();
		waits(address, RESUMED);
		const answer = typed();
		expect((await take([statusOf(address)]))?.headers).toEqual({});
		expect((await take([answer]))?.events).toEqual(new Set([answer]));
		expect(await take([typed()])).toEqual({ events: new Set(), headers: {} });
	});

	test('is no answer where it is old, no message, or what an echo repeats', async () => {
		const [open, repeated] = [question(), question()];
		const came = [open, repeated].map((address) => waits(address, RESUMED));
		await take([statusOf(open)]);
		const events = [
			live('history.message', { type: 'text' }),
			live('contact.saved', {}),
			{ ...chosen(repeated), event: 'echo.message' } as CoexistenceEvent,
		];
		expect(await take(events, { isOwner: false })).toEqual({ events: new Set(), headers: {} });
		expect(came).toEqual([[], []]);
		await take([statusOf(open), typed()]);
	});

	test('is an ordinary event too, where the owner has answered, and ends all questions', async () => {
		const open = [question(), question()];
		const came = open.map((address) => waits(address, RESUMED));
		await take(open.map(statusOf));
		expect(await take([echo()], { isOwner: false })).toEqual({ events: new Set(), headers: {} });
		expect(await take([echo()])).toEqual({ events: new Set(), headers: { [ANSWERED]: '' } });
		expect(came.map(({ length }) => length)).toEqual([1, 1]);
		expect(await take([echo()])).toEqual({ events: new Set(), headers: {} });
	});

	test('ends nothing any more once nobody waits, but it does after n8n has failed', async () => {
		const address = question();
		waits(address, { status: 500 }, { status: 200, body: 'over' });
		await take([statusOf(address)]);
		expect(await take([typed()])).toBeUndefined();
		expect(await take([typed()])).toEqual({ events: new Set(), headers: { [ANSWERED]: '' } });
		expect(await take([typed()])).toEqual({ events: new Set(), headers: {} });
	});
});

describe('a trigger that another has handed the delivery to', () => {
	test.each([
		['the first and the third', '0,2', [0, 2]],
		['none', '', []],
	])(
		'takes its word for which were answers, and asks nobody: %s',
		async (_which, answered, places) => {
			const address = question();
			const events = [typed(), chosen(address), typed()];
			expect(await take(events, { answered })).toEqual({
				events: new Set(places.map((place) => events[place])),
				headers: { [ANSWERED]: answered },
			});
			expect(answerIdOf(events[1]!)).toBe('yes');
			expect(n8n.asked).toEqual([]);
		},
	);

	test('does so of a question too that it knows nothing of', async () => {
		const events = [typed(), typed()];
		expect(await take(events, { answered: '1' })).toEqual({
			events: new Set([events[1]]),
			headers: { [ANSWERED]: '1' },
		});
	});
});

test('1,000 answers are known, the oldest no more', async () => {
	const first = question();
	const came = waits(first, RESUMED);
	const answer = chosen(first);
	await take([structuredClone(answer)]);
	const others = Array.from({ length: 999 }, () => question());
	for (const address of others) waits(address, RESUMED);
	await take(others.map((address) => chosen(address)));
	await take([structuredClone(answer)]);
	expect(came).toHaveLength(1);
	const next = question();
	waits(next, RESUMED);
	await take([chosen(next)]);
	await take([structuredClone(answer)]);
	expect(came).toHaveLength(2);
});
