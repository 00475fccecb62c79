import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import {
	takeoverBody,
	type TakeoverRequest,
} from '../../../nodes/WhatsAppCoexistence/callbacks/takeover-request';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import { packAddress } from '../../../nodes/WhatsAppCoexistence/questions/address';
import { forgetCaught } from '../../../nodes/WhatsAppCoexistence/trigger/caught';
import type { StaticData } from '../../../nodes/WhatsAppCoexistence/trigger/static-data';
import { APP_SECRET } from '../callbacks/neighbours.mts';
import {
	ACCOUNT,
	ask,
	deliver,
	startN8n,
	type N8n,
	type Trigger,
	type TriggerOptions,
} from './webhook-context.mts';
import {
	change,
	CUSTOMER,
	echo,
	inbound,
	NUMBER,
	ofEchoes,
	ofHistory,
	ofMessages,
	webhook,
	type Change,
} from './wire.mts';

const OTHER_ACCOUNT = '900000000000002';
const STARTED = { status: 200, text: '{"message":"Workflow was started"}' };

let n8n: N8n;

beforeAll(async () => {
	n8n = await startN8n();
});
afterAll(async () => await n8n.close());
afterEach(() => {
	expect(n8n.faults.splice(0)).toEqual([]);
	n8n.requests.length = 0;
});

type Json = Record<string, unknown> & { message?: { text?: string; id?: string } };

const jsonOf = (executions: INodeExecutionData[][][]) =>
	executions.flat(2).map(({ json }) => json as Json);
const textsOf = (executions: INodeExecutionData[][][]) =>
	executions.map((outputs) =>
		outputs.flat().map(({ json }) => (json as Json).message?.text ?? String(json.event)),
	);
const withStatus = (status: number, message: string) => ({
	status,
	text: JSON.stringify({ message }),
});

/** What another process of n8n, or this one before a restart, has left. */
const asOfAnother = ({ memory }: StaticData): StaticData => ({
	memory: { ...memory!, writer: 'another' },
});

describe('the handshake', () => {
	const subscribe = async ({ url }: Trigger, token: string) =>
		await ask(url, {
			'hub.mode': 'subscribe',
			'hub.verify_token': token,
			'hub.challenge': '1158201444',
		});
	const who = async ({ url }: Trigger, token: string) =>
		JSON.parse((await ask(url, { 'hub.mode': 'who', 'hub.verify_token': token })).text) as object;

	test.each(['account', 'phoneNumber', 'app'] as const)(
		'answers Meta with the bare challenge where it is registered for %s',
		async (registerFor) => {
			const trigger = n8n.trigger({ parameters: { registerFor } });
			expect(await subscribe(trigger, verifyTokenFor(trigger.url, APP_SECRET))).toEqual({
				status: 200,
				text: '1158201444',
				type: 'text/plain; charset=utf-8',
			});
			expect(await subscribe(trigger, 'another token')).toMatchObject({ status: 403 });
			expect(trigger.executions).toEqual([]);
		},
	);

	test.each([
		['Orders', 'Orders'],
		[undefined, ''],
	])('tells which workflow it is: %s', async (name, workflow) => {
		const trigger = n8n.trigger({ ...(name !== undefined && { name }) });
		expect(await who(trigger, verifyTokenFor(trigger.url, APP_SECRET))).toEqual({
			workflow,
			account: ACCOUNT,
			registerFor: 'account',
		});
	});

	test('is put off while the credential cannot be used', async () => {
		const trigger = n8n.trigger({ credentialError: 'No such credential' });
		expect(await subscribe(trigger, verifyTokenFor(trigger.url, APP_SECRET))).toMatchObject(
			withStatus(503, 'The credential of this trigger cannot be used.'),
		);
		expect(trigger.log.join()).toContain('No such credential');
	});

	test('of a registration by hand needs its own token and no credential', async () => {
		const parameters = { registerFor: 'manual', manualVerification: 'blue-lemon-tree' } as const;
		const trigger = n8n.trigger({ parameters, credentialError: 'No such credential' });
		expect(await subscribe(trigger, 'blue-lemon-tree')).toMatchObject({ status: 200 });
		expect(await who(trigger, 'blue-lemon-tree')).toEqual({
			workflow: '',
			account: '',
			registerFor: 'manual',
		});
	});
});

describe('refused is', () => {
	const body = webhook(ofMessages(inbound('hola')));
	const cases: Array<[string, TriggerOptions, object | string, Record<string, string>, object]> = [
		[
			'a body that is not compressed as it says',
			{},
			body,
			{ 'content-encoding': 'gzip' },
			withStatus(400, 'The body cannot be read.'),
		],
		[
			'what cannot be checked, to be delivered again',
			{ credentialError: 'No such credential' },
			body,
			{},
			withStatus(503, 'The credential of this trigger cannot be used. Deliver it again.'),
		],
		[
			'what is signed with another secret',
			{},
			body,
			{ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
			withStatus(401, 'The signature in X-Hub-Signature-256 is missing or wrong.'),
		],
		['what is no JSON', {}, '{"object":', {}, withStatus(400, 'The body is not JSON.')],
	];

	test.each(cases)('%s', async (_name, options, sent, headers, expected) => {
		const trigger = n8n.trigger(options);
		expect(await deliver(trigger.url, sent, headers)).toMatchObject(expected);
		expect(trigger.executions).toEqual([]);
		expect(trigger.staticData).toEqual({});
	});
});

describe('of accounts of others', () => {
	const quality = (account: string) => ({
		field: 'phone_number_quality_update',
		value: { display_phone_number: '34600111222', event: 'FLAGGED', current_limit: 'TIER_1K' },
		account,
	});
	const all = webhook(
		ofMessages(inbound('own')),
		change('messages', { messages: [inbound('other')] }, OTHER_ACCOUNT),
		quality(OTHER_ACCOUNT),
	);

	test.each([
		['account', ['own', 'account.updated']],
		['phoneNumber', ['own', 'account.updated']],
		['app', ['own', 'other', 'account.updated']],
		['manual', ['own', 'other', 'account.updated']],
	] as const)('a trigger for %s starts with %j', async (registerFor, expected) => {
		const trigger = n8n.trigger({ parameters: { registerFor, groups: ['inbound', 'account'] } });
		await deliver(trigger.url, all);
		expect(textsOf(trigger.executions)).toEqual([expected]);
	});

	test('alone nothing starts', async () => {
		const trigger = n8n.trigger();
		const alone = change('messages', { messages: [inbound('other')] }, OTHER_ACCOUNT);
		expect(await deliver(trigger.url, webhook(alone))).toMatchObject({ status: 200 });
		expect(trigger.executions).toEqual([]);
	});

	test('is nothing of which Meta does not say the account', async () => {
		const trigger = n8n.trigger();
		const { object, entry } = webhook(ofMessages(inbound('whose?')));
		await deliver(trigger.url, { object, entry: entry.map(({ changes }) => ({ changes })) });
		expect(textsOf(trigger.executions)).toEqual([['whose?']]);
	});
});

describe('a delivery', () => {
	test('starts the workflow once, and says when it came', async () => {
		const trigger = n8n.trigger();
		const { timestamp: _, ...timeless } = inbound('when?');
		const body = webhook(ofMessages(inbound('hola', { secondsAgo: 60 }), timeless));
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		expect(trigger.executions).toHaveLength(1);
		const [timed, untimed] = jsonOf(trigger.executions);
		expect(timed!.at).toBe(timed!.occurredAt);
		expect(timed!.serviceWindow).toMatchObject({ opensAt: timed!.occurredAt });
		expect(Math.abs(Date.now() - Date.parse(timed!.receivedAt as string))).toBeLessThan(10_000);
		expect(untimed).toMatchObject({ occurredAt: null, at: timed!.receivedAt });
	});

	test.each([true, false])(
		'leaves with what Meta sent where that is wanted: %s',
		async (includeRaw) => {
			const trigger = n8n.trigger({ parameters: { options: { includeRaw } } });
			await deliver(trigger.url, webhook(ofMessages(inbound('hola'))));
			const [event] = jsonOf(trigger.executions);
			expect('raw' in event!).toBe(includeRaw);
		},
	);

	test('tells what the customer is called that an echo goes to', async () => {
		const trigger = n8n.trigger();
		const contacts = [{ profile: { name: 'Marta' }, wa_id: CUSTOMER }];
		await deliver(
			trigger.url,
			webhook(change('messages', { contacts, messages: [inbound('hola')] })),
		);
		await deliver(trigger.url, webhook(ofEchoes(echo('Hi Marta'))));
		expect(jsonOf(trigger.executions)[1]).toMatchObject({
			event: 'echo.message',
			contact: { phone: CUSTOMER, profileName: 'Marta' },
		});
	});

	test('starts nothing after a restart where it was taken before', async () => {
		const trigger = n8n.trigger();
		const body = webhook(ofMessages(inbound('hola')));
		await deliver(trigger.url, body);
		const after = n8n.trigger({ staticData: asOfAnother(trigger.staticData) });
		expect(await deliver(after.url, body)).toMatchObject({ status: 200 });
		expect(after.executions).toEqual([]);
	});

	test('starts the workflow once in an n8n that does not ask it for its answer', async () => {
		const trigger = n8n.trigger({ readsWebhookResponse: false });
		const body = webhook(ofMessages(inbound('hola')));
		for (let times = 0; times < 2; times++) {
			expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		}
		expect(trigger.executions).toHaveLength(1);
	});

	test('that n8n does not take starts the workflow when it comes again', async () => {
		let isDown = true;
		const trigger = n8n.trigger({
			accept: () => {
				if (isDown) throw new Error('The database is locked');
			},
		});
		const body = webhook(ofMessages(inbound('hola')));
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 500 });
		expect(n8n.faults.splice(0)).toHaveLength(1);
		expect(trigger.staticData).toEqual({});
		isDown = false;
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
	});

	test('of which n8n has not taken another copy is to come again', async () => {
		let giveUp: (error: Error) => void = () => {};
		let isBegun: () => void = () => {};
		const begun = new Promise<void>((resolve) => (isBegun = resolve));
		const trigger = n8n.trigger({
			accept: async () => {
				isBegun();
				await new Promise<void>((_, reject) => (giveUp = reject));
			},
		});
		const body = webhook(ofMessages(inbound('hola')));
		const first = deliver(trigger.url, body);
		await begun;
		const second = deliver(trigger.url, body);
		while (n8n.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		await new Promise((resolve) => setTimeout(resolve, 50));
		giveUp(new Error('The database is locked'));
		expect(await first).toMatchObject({ status: 500 });
		expect(n8n.faults.splice(0)).toHaveLength(1);
		expect(await second).toMatchObject(
			withStatus(503, 'n8n has not taken another copy of this delivery. Deliver it again.'),
		);
	});

	test('of which nothing is wanted starts nothing and leaves nothing in the database', async () => {
		const trigger = n8n.trigger({ parameters: { groups: ['history'] } });
		const body = webhook(ofMessages(inbound('hola')));
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		expect(trigger.executions).toEqual([]);
		expect(trigger.staticData).toEqual({});
	});

	test('of events without rows starts nothing where rows are wanted', async () => {
		const groups = ['history' as const];
		const trigger = n8n.trigger({ parameters: { groups, options: { rows: groups } } });
		expect(await deliver(trigger.url, webhook(ofHistory()))).toMatchObject({ status: 200 });
		expect(trigger.executions).toEqual([]);
	});

	test.each([
		['as they are where rows are wanted', ['history'], 2],
		['together where events are', [], 1],
	] as const)('of a conversation leaves its messages %s', async (_name, rows, items) => {
		const trigger = n8n.trigger({
			parameters: {
				groups: ['history'],
				options: { historyItems: 'perThread', rows: [...rows] },
			},
		});
		await deliver(trigger.url, webhook(ofHistory(inbound('a'), inbound('b'))));
		const messages = jsonOf(trigger.executions).filter(({ event }) => event !== 'history.progress');
		expect(messages).toHaveLength(items);
	});
});

describe('takeovers', () => {
	const requestOf = (more: Partial<TakeoverRequest> = {}): TakeoverRequest => ({
		phoneNumberId: NUMBER,
		contact: { phone: CUSTOMER },
		at: Date.now() - 60_000,
		until: null,
		...more,
	});
	const OFF = { takeoverMinutes: 0, takeoverBegins: '', takeoverEnds: '' };

	async function takeoverAt(url: string, executions: INodeExecutionData[][][]): Promise<unknown> {
		await deliver(url, webhook(ofMessages(inbound('hola'))));
		return jsonOf(executions).at(-1)!.takeover;
	}

	test('that an echo begins are known after a restart, though no echo is wanted', async () => {
		const parameters = { groups: ['inbound' as const] };
		const trigger = n8n.trigger({ parameters });
		await deliver(trigger.url, webhook(ofEchoes(echo('I do it myself', { secondsAgo: 60 }))));
		expect(trigger.executions).toEqual([]);
		const staticData = asOfAnother(trigger.staticData);
		const after = n8n.trigger({ parameters, staticData });
		expect(await takeoverAt(after.url, after.executions)).toMatchObject({ active: true });
	});

	test('that a workflow asks for are noted, and known after a restart', async () => {
		const trigger = n8n.trigger();
		const answer = await deliver(trigger.url, takeoverBody(requestOf()));
		expect(answer).toMatchObject({ status: 200, text: '{"takeover":"noted"}' });
		expect(trigger.executions).toEqual([]);
		const after = n8n.trigger({ staticData: asOfAnother(trigger.staticData) });
		expect(await takeoverAt(after.url, after.executions)).toMatchObject({ active: true });
	});

	test('that a workflow asks for twice are written to the database once', async () => {
		const trigger = n8n.trigger();
		const request = takeoverBody(requestOf());
		await deliver(trigger.url, request);
		trigger.staticData.memory!.writer = 'untouched';
		expect(await deliver(trigger.url, request)).toMatchObject({ text: '{"takeover":"noted"}' });
		expect(trigger.staticData.memory!.writer).toBe('untouched');
	});

	test.each(['url', 'testUrl'] as const)(
		'that a workflow asks for are not noted at %s where the trigger keeps no account',
		async (address) => {
			const trigger = n8n.trigger({ parameters: { options: OFF } });
			const answer = await deliver(trigger[address], takeoverBody(requestOf()));
			expect(answer).toMatchObject({ status: 200, text: '{"takeover":"off"}' });
			expect(trigger.staticData).toEqual({});
		},
	);

	test('that a workflow asks for during a test are noted there, and passed on to production', async () => {
		const production = n8n.trigger();
		const trigger = n8n.trigger({ testStaticData: { passOnTo: { [NUMBER]: production.url } } });
		expect(await deliver(trigger.testUrl, takeoverBody(requestOf()))).toMatchObject({
			status: 200,
			text: '{"takeover":"noted"}',
		});
		expect(await takeoverAt(production.url, production.executions)).toMatchObject({
			active: true,
		});
		expect(await takeoverAt(trigger.url, trigger.executions)).toMatchObject({ active: false });
		expect(await takeoverAt(trigger.testUrl, trigger.testExecutions)).toMatchObject({
			active: true,
		});
	});

	test('that production does not take are noted nowhere, and asked for again', async () => {
		const gone = `${n8n.base.production}gone/whatsapp`;
		const trigger = n8n.trigger({ testStaticData: { passOnTo: { [NUMBER]: gone } } });
		expect(await deliver(trigger.testUrl, takeoverBody(requestOf()))).toMatchObject(
			withStatus(503, 'Production did not take this delivery. Deliver it again.'),
		);
		trigger.testStaticData.passOnTo = {};
		expect(await takeoverAt(trigger.testUrl, trigger.testExecutions)).toMatchObject({
			active: false,
		});
	});

	test('outside of a test are passed on to nobody', async () => {
		const trigger = n8n.trigger({ staticData: { passOnTo: { [NUMBER]: n8n.base.production } } });
		await deliver(trigger.url, takeoverBody(requestOf()));
		expect(n8n.requests).toHaveLength(1);
	});
});

describe('during a test', () => {
	const forget = ({ id }: Trigger) =>
		forgetCaught({ getWorkflow: () => ({ id }), getNode: () => ({ id }) } as never);

	test('the first event is caught, and each goes on to production', async () => {
		const production = n8n.trigger();
		const trigger = n8n.trigger({ testStaticData: { passOnTo: { [NUMBER]: production.url } } });
		for (const text of ['one', 'two']) {
			const body = webhook(ofMessages(inbound(text)));
			expect(await deliver(trigger.testUrl, body)).toMatchObject({ status: 200 });
		}
		expect(textsOf(trigger.testExecutions)).toEqual([['one']]);
		expect(textsOf(production.executions)).toEqual([['one'], ['two']]);
		expect(trigger.executions).toEqual([]);

		forget(trigger);
		await deliver(trigger.testUrl, webhook(ofMessages(inbound('three'))));
		expect(textsOf(trigger.testExecutions)).toEqual([['one'], ['three']]);
	});

	test('the test of another workflow catches its own', async () => {
		const [first, second] = [n8n.trigger(), n8n.trigger()];
		await deliver(first.testUrl, webhook(ofMessages(inbound('one'))));
		await deliver(second.testUrl, webhook(ofMessages(inbound('two'))));
		expect(textsOf(second.testExecutions)).toEqual([['two']]);
	});

	test('what is not wanted does not end it', async () => {
		const trigger = n8n.trigger({ parameters: { groups: ['inbound'] } });
		await deliver(trigger.testUrl, webhook(ofEchoes(echo('not this'))));
		expect(trigger.testExecutions).toEqual([]);
		await deliver(trigger.testUrl, webhook(ofMessages(inbound('this'))));
		expect(textsOf(trigger.testExecutions)).toEqual([['this']]);
	});

	test('a takeover by an echo is told, and production knows nothing of it', async () => {
		const trigger = n8n.trigger({ parameters: { groups: ['inbound'] } });
		await deliver(trigger.testUrl, webhook(ofEchoes(echo('hola', { secondsAgo: 60 }))));
		const body = webhook(ofMessages(inbound('hola')));
		await deliver(trigger.testUrl, body);
		await deliver(trigger.url, body);
		expect(jsonOf(trigger.testExecutions)[0]!.takeover).toMatchObject({ active: true });
		expect(jsonOf(trigger.executions)[0]!.takeover).toMatchObject({ active: false });
	});

	test('what production does not take is to come again, and is caught all the same', async () => {
		const gone = `${n8n.base.production}gone/whatsapp`;
		const trigger = n8n.trigger({ testStaticData: { passOnTo: { [NUMBER]: gone } } });
		const body = webhook(ofMessages(inbound('hola')));
		const refusal = withStatus(503, 'Production did not take this delivery. Deliver it again.');
		expect(await deliver(trigger.testUrl, body)).toMatchObject(refusal);
		expect(textsOf(trigger.testExecutions)).toEqual([['hola']]);
		expect(await deliver(trigger.testUrl, body)).toMatchObject(refusal);
		expect(trigger.testExecutions).toHaveLength(1);
	});
});

describe('an answer to a question', () => {
	let asked = 0;
	const question = () => {
		const address = {
			executionId: String(++asked),
			nodeId: 'ask',
			askedAt: Date.now() - 60_000,
			signature: 'ab'.repeat(32),
		};
		return { address, url: `${n8n.waitingBase}/${asked}/ask` };
	};
	const chosen = (address: ReturnType<typeof question>['address']) => ({
		...inbound(''),
		type: 'interactive',
		interactive: {
			type: 'button_reply',
			button_reply: { id: packAddress(address, 'approve'), title: 'Yes' },
		},
	});
	const resumes = { status: 200, body: '{"resumed":true}' };

	test('that n8n cannot take is to come again, and starts nothing', async () => {
		const { address, url } = question();
		n8n.at(url, () => ({ status: 500, body: '' }));
		const trigger = n8n.trigger();
		expect(await deliver(trigger.url, webhook(ofMessages(chosen(address))))).toMatchObject(
			withStatus(503, 'n8n has not taken an answer that it waits for. Deliver it again.'),
		);
		expect(trigger.executions).toEqual([]);
	});

	test.each([
		[false, [['hola']]],
		[true, [['Yes', 'hola']]],
	])('starts no workflow, unless it is to: %s', async (answersStart, expected) => {
		const { address, url } = question();
		n8n.at(url, () => resumes);
		const trigger = n8n.trigger({ parameters: { options: { answersStart } } });
		const body = webhook(ofMessages(chosen(address), inbound('hola')));
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
		expect(textsOf(trigger.executions)).toEqual(expected);
	});

	test('that nobody waits for is an ordinary message', async () => {
		const { address, url } = question();
		n8n.at(url, () => ({ status: 200, body: 'The execution has ended' }));
		const trigger = n8n.trigger();
		await deliver(trigger.url, webhook(ofMessages(chosen(address))));
		expect(textsOf(trigger.executions)).toEqual([['Yes']]);
	});

	test('is not an event of the workflow later, when nobody knows of the question any more', async () => {
		const { address, url } = question();
		n8n.at(url, () => resumes);
		const trigger = n8n.trigger();
		const body = webhook(ofMessages(chosen(address)));
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		const asForgotten = { 'x-whatsapp-coexistence-answered': '' };
		const after = n8n.trigger({ staticData: asOfAnother(trigger.staticData) });
		for (const { url: address } of [trigger, after]) await deliver(address, body, asForgotten);
		expect([trigger.executions, after.executions]).toEqual([[], []]);
	});

	test('that comes during a test starts the workflow neither there nor in production', async () => {
		const { address, url } = question();
		n8n.at(url, () => resumes);
		const production = n8n.trigger();
		const trigger = n8n.trigger({ testStaticData: { passOnTo: { [NUMBER]: production.url } } });
		const body = webhook(ofMessages(chosen(address)));
		expect(await deliver(trigger.testUrl, body)).toMatchObject({ status: 200 });
		expect([trigger.testExecutions, production.executions]).toEqual([[], []]);
	});

	const withStatusOf = (address: ReturnType<typeof question>['address']): Change =>
		change('messages', {
			statuses: [
				{
					id: `wamid.question.${address.executionId}`,
					status: 'sent',
					timestamp: String(Math.floor(address.askedAt / 1000)),
					recipient_id: CUSTOMER,
					biz_opaque_callback_data: packAddress(address, 'o'),
				},
			],
		});

	test.each([
		['by the owner ends it', 30, 1],
		['that is a greeting of the app does not', 60, 0],
	])('%s', async (_name, automaticReplySeconds, times) => {
		const { address, url } = question();
		let calls = 0;
		n8n.at(url, () => {
			calls++;
			return resumes;
		});
		const trigger = n8n.trigger({ parameters: { options: { automaticReplySeconds } } });
		await deliver(trigger.url, webhook(withStatusOf(address)));
		await deliver(trigger.url, webhook(ofMessages(inbound('hola', { secondsAgo: 50 }))));
		await deliver(trigger.url, webhook(ofEchoes(echo('I am here', { secondsAgo: 5 }))));
		expect(calls).toBe(times);
	});
});

describe('a delivery of more than one execution is to have', () => {
	const many = (count: number, name = 'old') =>
		Array.from({ length: count }, (_, index) => inbound(`${name} ${index}`));
	const sizes = ({ executions }: Trigger) => executions.map((outputs) => outputs.flat().length);
	const refuse = () => {
		throw new Error('The database is locked');
	};

	test.each([
		[1_000, [1_000]],
		[1_001, [1_000, 1]],
		[2_500, [1_000, 1_000, 500]],
	])('of %i messages becomes executions of %j', async (count, expected) => {
		const trigger = n8n.trigger();
		const body = webhook(ofMessages(...many(count)));
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		expect(sizes(trigger)).toEqual(expected);
		expect(n8n.requests).toHaveLength(count > 1_000 ? expected.length + 1 : 1);
	});

	test('becomes one where few of it are wanted', async () => {
		const trigger = n8n.trigger({ parameters: { groups: ['inbound'] } });
		const echoes = many(1_000).map((message) => ({ ...message, to: '34600555666' }));
		const body = webhook(
			ofMessages(inbound('first')),
			ofEchoes(...echoes),
			ofMessages(inbound('last')),
		);
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
		expect(textsOf(trigger.executions)).toEqual([['first', 'last']]);
		expect(n8n.requests).toHaveLength(1);
	});

	test('becomes one where a thousand of it are wanted', async () => {
		const trigger = n8n.trigger({ parameters: { groups: ['inbound'] } });
		const body = webhook(ofEchoes(echo('not this')), ofMessages(...many(1_000)));
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
		expect(sizes(trigger)).toEqual([1_000]);
	});

	test('starts nothing when it comes again, before and after a restart', async () => {
		const trigger = n8n.trigger();
		const body = webhook(ofMessages(...many(1_001)));
		await deliver(trigger.url, body);
		n8n.requests.length = 0;
		const after = n8n.trigger({ staticData: asOfAnother(trigger.staticData) });
		for (const { url } of [trigger, after]) {
			expect(await deliver(url, body)).toMatchObject({ status: 200 });
		}
		expect(sizes(trigger)).toEqual([1_000, 1]);
		expect(sizes(after)).toEqual([]);
		expect(n8n.requests).toHaveLength(2);
	});

	test('of two chunks tells the progress of each', async () => {
		const trigger = n8n.trigger();
		for (const name of ['one', 'two']) {
			await deliver(trigger.url, webhook(ofHistory(...many(1_001, name))));
		}
		expect(sizes(trigger)).toEqual([1_000, 2, 1_000, 2]);
	});

	test('of which n8n refuses a part is to come again, and each message starts one execution', async () => {
		const taking = [() => {}, refuse];
		const trigger = n8n.trigger({ accept: () => taking.shift()?.() });
		const body = webhook(ofMessages(...many(1_001)));
		expect(await deliver(trigger.url, body)).toMatchObject(
			withStatus(503, 'n8n has not taken all of this. Deliver it again.'),
		);
		expect(n8n.faults.splice(0)).toHaveLength(1);
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		expect(sizes(trigger)).toEqual([1_000, 1]);
	});

	test('of which n8n refuses the first part is to come again, too', async () => {
		const taking = [refuse];
		const trigger = n8n.trigger({ accept: () => taking.shift()?.() });
		const body = webhook(ofMessages(...many(1_001)));
		expect(await deliver(trigger.url, body)).toMatchObject(
			withStatus(503, 'n8n has not taken all of this. Deliver it again.'),
		);
		expect(n8n.faults.splice(0)).toHaveLength(1);
		expect(await deliver(trigger.url, body)).toMatchObject({ status: 200 });
		expect(sizes(trigger)).toEqual([1_000, 1]);
	});

	test('becomes one where n8n does not reach itself', async () => {
		const trigger = n8n.trigger({ publicUrl: 'http://127.0.0.1:9/webhook/here/whatsapp' });
		const body = webhook(ofMessages(...many(1_001)));
		expect(await deliver(trigger.url, body)).toMatchObject(STARTED);
		expect(sizes(trigger)).toEqual([1_001]);
	});
});
