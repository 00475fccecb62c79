import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { textContent, type Content } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { ask, ASK, askingWorkflow, type Asked, eventually } from './asking.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

jest.setTimeout(300_000);

const [number] = defaultWorld().phoneNumbers;
const people = inventPeople(40, 11, 0);

let stage: Stage;
let asking: string;
/** Two workflows on the same number: what one takes, the other one does not take for a message either. */
let triggers: string[];
let customer: Person;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	const parameters = { groups: ['inbound', 'echoes'], options: { automaticReplySeconds: 0 } };
	triggers = await Promise.all(
		['first', 'second'].map((webhookId) =>
			rest.createWorkflow(stage.workflow({ webhookId, parameters })),
		),
	);
	const { credentials } = stage.workflow({ webhookId: 'any' }).nodes[0];
	asking = await rest.createWorkflow(askingWorkflow(credentials));
	for (const id of [...triggers, asking]) {
		await expect(rest.publish(id)).resolves.toEqual({ status: 'published' });
	}
});
afterAll(async () => await stage?.stop());

beforeEach(() => {
	customer = people.shift()!;
});

/** The parameters of the node that asks, from now on. */
async function asks(parameters: JsonObject): Promise<Asked> {
	const { rest, url } = stage.n8n;
	const { nodes } = await rest.workflow(asking);
	const node = nodes.find(({ name }) => name === ASK)!;
	const { resource, operation, phoneNumberId, to, message } = node.parameters;
	node.parameters = { resource, operation, phoneNumberId, to, message, ...parameters };
	await rest.updateWorkflow(asking, { nodes });
	await expect(rest.publish(asking)).resolves.toEqual({ status: 'published' });
	return await ask({ rest, meta: stage.meta.control, url }, asking, customer.phone!);
}

const BUTTONS = {
	responseType: 'buttons',
	buttons: {
		values: [
			{ title: 'Friday', id: 'day.fri' },
			{ title: 'Later', id: 'later' },
		],
	},
};

/** The ID that leads back, of the choice with this title. */
function idOf({ question }: Asked, title: string): string {
	const { buttons = [], sections = [] } = (question.body as any).interactive.action;
	const choices = [
		...buttons.map(({ reply }: any) => reply),
		...sections.flatMap(({ rows }: any) => rows),
	];
	return choices.find((choice: any) => choice.title === title).id;
}

let wamids = 0;
const head = () => ({
	id: `wamid.ask.${wamids++}`,
	timestamp: Math.floor(Date.now() / 1000),
});

async function deliver(update: object, copies = 1): Promise<void> {
	await stage.meta.control.post('/deliver', { ...update, copies });
	await stage.meta.control.post('/drain');
}

/** What the customer sends: as Meta delivers it. */
async function sends(content: Content, copies = 1): Promise<string> {
	const each = head();
	await deliver(inboundMessage(number, customer, each, content), copies);
	return each.id;
}

const pressed = ({ question }: Asked, id: string, title: string): Content => ({
	context: { from: number.displayPhoneNumber, id: question.id },
	type: 'interactive',
	interactive: { type: 'button_reply', button_reply: { id, title } },
});

/** As on the phone page. */
async function presses(asked: Asked, title: string): Promise<void> {
	const { firstName: _, ...who } = customer;
	const choice = idOf(asked, title);
	const messageId = asked.question.id;
	await stage.meta.control.post('/phone/chooses', { customer: who, messageId, choice });
	await stage.meta.control.post('/drain');
}

/** The events of this customer that started a workflow, by workflow. */
const started = () =>
	triggers.map((id) =>
		startedExecutions(stage, id)
			.flatMap(({ events }) => events)
			.filter(({ contact }) => (contact as JsonObject).userId === customer.userId),
	);

/** n8n before 2.8 answers Meta before it has stored what is started. */
async function expectStarted(events: object[][]): Promise<void> {
	await eventually(() => expect(started()).toMatchObject(events));
}

describe('what was pressed goes to the execution that waits for it, and starts nothing', () => {
	test('a button, n8n restarted meanwhile', async () => {
		const asked = await asks(BUTTONS);
		await expect(asked.status()).resolves.toBe('waiting');
		await stage.n8n.restart();
		await presses(asked, 'Friday');
		await expect(asked.result()).resolves.toMatchObject({
			answeredBy: 'customer',
			id: 'day.fri',
			text: 'Friday',
			approved: null,
			fields: null,
			contact: { key: customer.userId, phone: customer.phone },
			answeredAt: expect.any(String),
			messageId: expect.stringMatching(/^wamid\./),
			question: { messageId: asked.question.id, askedAt: expect.any(String) },
		});
		expect(started()).toEqual([[], []]);
	});

	test.each([
		['Approve', true],
		['Decline', false],
	])('“%s” of an approval', async (title, approved) => {
		const asked = await asks({});
		await presses(asked, title);
		await expect(asked.result()).resolves.toMatchObject({ approved, text: title });
		expect(started()).toEqual([[], []]);
	});

	test('a row of a list', async () => {
		const row = { title: 'Roses', id: 'r'.repeat(90) };
		const sections = { values: [{ rows: { values: [row, { title: 'Tulips', id: 'tulips' }] } }] };
		const asked = await asks({ responseType: 'list', buttonText: 'Choose', sections });
		await presses(asked, 'Roses');
		await expect(asked.result()).resolves.toMatchObject({ id: row.id, text: 'Roses' });
		expect(started()).toEqual([[], []]);
	});

	test('a form', async () => {
		const asked = await asks({
			responseType: 'form',
			flowId: { __rl: true, mode: 'id', value: '900500000000001' },
			buttonText: 'Book',
		});
		const { firstName: _, ...who } = customer;
		const fields = { day: 'Friday', guests: '4' };
		const messageId = asked.question.id;
		await stage.meta.control.post('/phone/fills-in', { customer: who, messageId, fields });
		await stage.meta.control.post('/drain');
		await expect(asked.result()).resolves.toMatchObject({
			answeredBy: 'customer',
			fields,
			id: null,
		});
		expect(started()).toEqual([[], []]);
	});
});

test('an answer also starts the workflow that wants answers, and no other one', async () => {
	const options = { answersStart: true };
	const wants = await stage.n8n.rest.createWorkflow(
		stage.workflow({ webhookId: 'wants', parameters: { options } }),
	);
	await expect(stage.n8n.rest.publish(wants)).resolves.toEqual({ status: 'published' });
	const asked = await asks(BUTTONS);
	const answer = await sends(pressed(asked, idOf(asked, 'Friday'), 'Friday'), 2);
	await expect(asked.result()).resolves.toMatchObject({ id: 'day.fri' });
	await eventually(() =>
		expect(startedExecutions(stage, wants).map(({ events }) => events)).toMatchObject([
			[{ message: { id: answer, answer: { id: 'day.fri', title: 'Friday' } } }],
		]),
	);
	expect(started()).toEqual([[], []]);
	await stage.n8n.rest.unpublish(wants);
});

describe('by a link', () => {
	const linkOf = ({ question }: Asked): string =>
		(question.body as any).interactive.action.parameters.url;
	const submit = async (url: string, fields: Record<string, string>) =>
		await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });

	test('looking at the page answers nothing; its button does, once', async () => {
		const asked = await asks({ responseType: 'link', message: 'Pay <b>5 €</b>?' });
		const page = await (await fetch(linkOf(asked))).text();
		expect(page).toContain('Pay &lt;b&gt;5 €&lt;/b&gt;?');
		expect(page).not.toContain('<script');
		await expect(asked.status()).resolves.toBe('waiting');
		expect((await submit(linkOf(asked), { id: 'maybe' })).status).toBe(400);
		expect((await submit(linkOf(asked), { id: 'decline' })).status).toBe(200);
		await expect(asked.result()).resolves.toMatchObject({
			answeredBy: 'customer',
			approved: false,
			text: 'Decline',
		});
		await submit(linkOf(asked), { id: 'approve' });
		await expect(asked.result()).resolves.toMatchObject({ approved: false });
	});

	test('the page says what was asked in the chat, where that came from the item', async () => {
		const asked = await asks({ responseType: 'link', message: '=Call {{ $json.body.to }}?' });
		expect((asked.question.body as any).interactive.body.text).toBe(`Call ${customer.phone}?`);
		expect(await (await fetch(linkOf(asked))).text()).toContain(`Call ${customer.phone}?`);
	});

	test('a text is written on the page', async () => {
		const asked = await asks({ responseType: 'link', page: 'freeText' });
		await submit(linkOf(asked), { text: ' On Friday, please ' });
		await expect(asked.result()).resolves.toMatchObject({ text: 'On Friday, please', id: null });
	});

	test('the address of the page is no address for answers, nor is one that was changed', async () => {
		const asked = await asks({ responseType: 'link' });
		const changed = linkOf(asked).replace('&by=link', '');
		expect((await submit(changed, { id: 'approve' })).status).toBe(401);
		await expect(asked.status()).resolves.toBe('waiting');
	});
});

describe('what nobody waits for is a message like any other', () => {
	test('a second answer', async () => {
		const asked = await asks(BUTTONS);
		await presses(asked, 'Friday');
		await expect(asked.result()).resolves.toMatchObject({ id: 'day.fri' });
		await presses(asked, 'Later');
		const event = { message: { answer: { id: 'later', title: 'Later', kind: 'button' } } };
		await expectStarted([[event], [event]]);
	});

	test('a second answer while the run that the first one has resumed goes on', async () => {
		const { rest, url } = stage.n8n;
		const { credentials } = stage.workflow({ webhookId: 'any' }).nodes[0];
		const workflow = askingWorkflow(credentials, BUTTONS, 'ask-and-work');
		workflow.nodes.push({
			id: 'work',
			name: 'Work',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			position: [400, 0],
			parameters: { resume: 'timeInterval', amount: 15, unit: 'seconds' },
		});
		workflow.connections[ASK] = { main: [[{ node: 'Work', type: 'main', index: 0 }]] };
		const id = await rest.createWorkflow(workflow);
		await expect(rest.publish(id)).resolves.toEqual({ status: 'published' });
		const place = { rest, meta: stage.meta.control, url };
		const asked = await ask(place, id, customer.phone!, 'ask-and-work');
		await presses(asked, 'Friday');
		await presses(asked, 'Later');
		const event = { message: { answer: { id: 'later', title: 'Later', kind: 'button' } } };
		await expectStarted([[event], [event]]);
		await expect(asked.status()).resolves.toBe('running');
		await expect(asked.result()).resolves.toMatchObject({ id: 'day.fri' });
	});

	test('an answer that is signed for another execution, or by nobody', async () => {
		const one = await asks(BUTTONS);
		const other = await asks(BUTTONS);
		const id = idOf(other, 'Friday');
		const ofOther = (text: string) =>
			text.replace(`:${other.executionId}.`, `:${one.executionId}.`);
		const signedByNobody = id.replace(/\.([\w-]{43})\./, `.${'A'.repeat(43)}.`);
		const ofNone = id.replace(`:${other.executionId}.`, ':987654321.');
		for (const forged of [
			ofOther(id),
			signedByNobody,
			ofNone,
			'n8nask:',
			`n8nask:${'.'.repeat(6)}`,
		]) {
			await sends(pressed(other, forged, 'Friday'));
		}
		await expect(one.status()).resolves.toBe('waiting');
		await expect(other.status()).resolves.toBe('waiting');
		await expectStarted([Array(5).fill({}), Array(5).fill({})]);
	});

	test('an answer to an earlier question of the same node', async () => {
		const asked = await asks(BUTTONS);
		const id = idOf(asked, 'Friday');
		const [, , when] = id.slice('n8nask:'.length).split('.');
		const earlier = id.replace(`.${when}.`, `.${(parseInt(when!, 36) - 1).toString(36)}.`);
		await sends(pressed(asked, earlier, 'Friday'));
		await expect(asked.status()).resolves.toBe('waiting');
	});
});

test('the same answer, delivered five times, resumes once and starts nothing', async () => {
	const asked = await asks(BUTTONS);
	await sends(pressed(asked, idOf(asked, 'Friday'), 'Friday'), 5);
	await expect(asked.result()).resolves.toMatchObject({ id: 'day.fri' });
	await sleep(500);
	expect(started()).toEqual([[], []]);
});

test('nobody answers in time', async () => {
	const values = { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' };
	const asked = await asks({ ...BUTTONS, options: { limitWaitTime: { values } } });
	await expect(asked.result()).resolves.toEqual({
		answeredBy: 'nobody',
		approved: null,
		text: null,
		id: null,
		fields: null,
		contact: null,
		answeredAt: null,
		messageId: null,
		question: { messageId: asked.question.id, askedAt: expect.any(String) },
	});
	await presses(asked, 'Friday');
	const event = { message: { answer: { id: 'day.fri' } } };
	await expectStarted([[event], [event]]);
});

describe('what has no ID of the question', () => {
	beforeAll(async () => {
		await stage.meta.control.post('/delivery-options', { statuses: true });
	});

	const ends = (options: JsonObject) => ({ ...BUTTONS, options });
	const answersFromThePhone = async (text: string) =>
		await deliver(echo(number, customer, head(), textContent(text)));

	test('the owner answers first, where that is to end it', async () => {
		const asked = await asks(ends({ endByOwner: true }));
		await stage.meta.control.post('/drain');
		await answersFromThePhone('I have called you');
		await expect(asked.result()).resolves.toMatchObject({
			answeredBy: 'owner',
			text: 'I have called you',
			id: null,
			approved: null,
		});
		// The echo itself starts workflows as ever.
		await expectStarted([[{ event: 'echo.message' }], [{ event: 'echo.message' }]]);
	});

	test('the owner answers, where that is to end nothing', async () => {
		const asked = await asks(BUTTONS);
		await stage.meta.control.post('/drain');
		await answersFromThePhone('I have called you');
		await expect(asked.status()).resolves.toBe('waiting');
	});

	test('a typed answer, where it is accepted', async () => {
		const asked = await asks(ends({ typedAnswer: true }));
		await stage.meta.control.post('/drain');
		await sends(textContent('On Friday'));
		await expect(asked.result()).resolves.toMatchObject({
			answeredBy: 'customer',
			text: 'On Friday',
			id: null,
		});
		expect(started()).toEqual([[], []]);
		await sends(textContent('Thank you'));
		await expectStarted([[{ message: { text: 'Thank you' } }], [{}]]);
	});

	test('of two open questions it has to quote the one that it answers', async () => {
		const one = await asks(ends({ typedAnswer: true }));
		const other = await asks(ends({ typedAnswer: true }));
		await stage.meta.control.post('/drain');
		await sends(textContent('Friday'));
		await expectStarted([[{}], [{}]]);
		const context = { from: number.displayPhoneNumber, id: one.question.id };
		await sends({ ...textContent('On Friday'), context });
		await expect(one.result()).resolves.toMatchObject({ text: 'On Friday' });
		await expect(other.status()).resolves.toBe('waiting');
	});
});
