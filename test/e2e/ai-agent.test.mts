import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { historyChunk } from '../../sandbox/meta/payloads/history.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import type { Person } from '../../sandbox/meta/people.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { startScriptedModel, type ScriptedModel } from './scripted-model.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

const TABLE = 'whatsapp_messages';
const TEMPLATE = 'hello_world';
/** After this long, an echo is no automatic greeting of the app. */
const LONGER_THAN_A_GREETING_MS = 3_000;
/** Meta's times are whole seconds: what comes within one may be of before. */
const LONGER_THAN_A_SECOND_MS = 1_500;

/** Three workflows are published before the first test. */
const SET_UP_MS = 300_000;

jest.setTimeout(120_000);

let meta: TestMeta;
let hosts: Hosts;
let model: ScriptedModel;
let slack: AlertReceiver;
let inbox: PublishedTemplate;
let workflowId: string;
let followUpId: string;
/** What the model says to the newest message, and to the whole chat. */
let think: (text: string, transcript: string) => string | Promise<string>;
/** Somebody new for each test. */
let customer: { fullName: string; phone: string | null; userId: string; username: string | null };
let customers = 0;

beforeAll(async () => {
	meta = await metaForTest();
	await meta.control.post('/sending-limits', { enforceServiceWindow: true });
	hosts = await startHosts({ url: meta.url, stop: meta.close });
	slack = await startAlertReceiver();
	model = await startScriptedModel(async ({ messages }) => ({
		text: await think(newestOf(messages.at(-1)!.content!), messages.at(-1)!.content!),
	}));
	const { rest } = hosts.n8n;
	await rest.createCredential('openAiApi', 'OpenAi account', { apiKey: 'none', url: model.url });
	inbox = await publishTemplate(
		{ n8n: hosts.n8n, meta: meta.control },
		await readExample('inbox-in-a-table'),
	);
	const agent = fillIn(await readExample('ai-agent'), 'Alert the owner', { url: slack.url });
	workflowId = await rest.createWorkflow(agent);
	const template = { __rl: true, mode: 'name', value: `${TEMPLATE}|en_US` };
	const followUp = fillIn(await readExample('follow-up'), 'Send a template', { template });
	followUpId = await rest.createWorkflow(followUp);
	expect(await rest.publish(followUpId)).toEqual({ status: 'published' });
	expect(await rest.publish(workflowId)).toEqual({ status: 'published' });
}, SET_UP_MS);

afterAll(async () => {
	await hosts?.stop();
	await model?.close();
	await slack?.close();
});

beforeEach(() => {
	customers++;
	const userId = `ES.10000000000${customers}`;
	customer = {
		fullName: `Ana ${customers}`,
		phone: `3460000000${customers}`,
		userId,
		username: null,
	};
	model.requests.length = 0;
	slack.alerts.length = 0;
	meta.world.sentMessages.length = 0;
	think = (text) => `You asked: ${text}`;
});

/** What the last line of a transcript says. */
const newestOf = (transcript: string) =>
	/\] Customer: (.*)$/.exec(transcript.split('\n').at(-1)!)![1]!;

const executions = async () => (await hosts.n8n.rest.executions(workflowId)).length;

/** Plays a scenario and waits until n8n has dealt with all of it. */
async function play(scenario: string, options: JsonObject): Promise<void> {
	await meta.control.post(`/scenario/${scenario}`, options);
	await allIsDone();
}

/** The inbox has stored everything, and the agent has answered. */
async function allIsDone(): Promise<void> {
	await inbox.settled();
	await hosts.n8n.rest.finishedExecutions(workflowId, 0);
}

const writes = async (text: string) => await play('customer-writes', { customer, count: 1, text });
const ownerWrites = async (text: string) =>
	await play('owner-answers', { customer, count: 1, text });

/** What the customers were sent, to whom. */
const sent = () =>
	meta.world.sentMessages.map(({ recipient, body }) => [
		recipient,
		body.type === 'template' ? (body.template as JsonObject) : (body.text as JsonObject).body,
	]);

async function deliver(update: Update): Promise<void> {
	await meta.control.post('/deliver', update);
	await allIsDone();
}

/** The customer as Meta has them. */
const person = (): Person => ({ ...customer, firstName: customer.fullName });

/** A message of this chat that Meta delivers now, as sent some hours ago. */
const old = (id: string, hoursAgo: number) => ({
	id: `wamid.${id}${customers}`,
	timestamp: Math.floor(Date.now() / 1000) - hoursAgo * 3_600,
});

test('a customer is answered, with what was said before in mind; one without a number too', async () => {
	await writes('Have you got tulips?');
	await writes('And roses?');
	const [system, chat] = model.requests.at(-1)!.messages;
	expect(system!.content).toContain('You answer the customers');
	expect(chat!.content!.split('\n').map((line) => line.replace(/^\[[\d: -]{16}\] /, ''))).toEqual([
		'Customer: Have you got tulips?',
		'Assistant: You asked: Have you got tulips?',
		'Customer: And roses?',
	]);

	customer = { ...customer, phone: null, userId: `${customer.userId}X`, username: 'ana.x' };
	await writes('Hello');
	expect(sent().map(([, text]) => text)).toEqual([
		'You asked: Have you got tulips?',
		'You asked: And roses?',
		'You asked: Hello',
	]);
	expect(sent().at(-1)).toEqual([customer.userId, 'You asked: Hello']);
});

test('asked what the owner promised, the agent knows: from old chats, from the phone, from itself', async () => {
	const [number] = meta.world.phoneNumbers;
	const other = { ...person(), phone: `3461000000${customers}`, userId: `${customer.userId}O` };
	const thread = (who: Person, id: string, text: string) => ({
		person: who,
		messages: [
			{
				...old(id, 80 * 24),
				outbound: true,
				content: textContent(text),
				media: null,
				status: 'READ' as const,
			},
		],
	});
	for (const [chunkOrder, threads] of [
		thread(person(), 'old', 'We will plant your balcony in May'),
		thread(other, 'other', 'Your pin is 1234'),
	].entries()) {
		await deliver(historyChunk(number, { phase: 1, chunkOrder, progress: 50 }, [threads]));
	}
	await deliver(
		echo(number, person(), old('phone', 3), textContent('Ten per cent off, I promise')),
	);
	await writes('Do you deliver?');

	think = (_, transcript) =>
		[...transcript.matchAll(/Owner, on the phone: (.*)/g)].map(([, words]) => words).join('. ');
	await writes('What did the owner promise me?');
	const transcript = model.requests.at(-1)!.messages.at(-1)!.content!;
	expect(transcript.split('\n').map((line) => line.replace(/^\[[\d: -]{16}\] /, ''))).toEqual([
		'Owner, on the phone: We will plant your balcony in May',
		'Owner, on the phone: Ten per cent off, I promise',
		'Customer: Do you deliver?',
		'Assistant: You asked: Do you deliver?',
		'Customer: What did the owner promise me?',
	]);
	expect(sent().at(-1)![1]).toBe('We will plant your balcony in May. Ten per cent off, I promise');
	expect(JSON.stringify(model.requests)).not.toContain('1234');
});

test('two customers in one delivery are answered, each from their own chat', async () => {
	await writes('Have you got tulips?');
	const other = { ...person(), phone: null, userId: `${customer.userId}T`, username: 'ana.t' };
	const [number] = meta.world.phoneNumbers;
	const writtenBy = (who: Person) =>
		inboundMessage(number, who, old(`both${who.userId}`, 0), textContent(`I am ${who.userId}`));
	const first = writtenBy(person());
	const second = writtenBy(other);
	const values = [first, second].map(({ value }) => value as Record<string, JsonObject[]>);
	const messages = values.flatMap((value) => value.messages!);
	const contacts = values.flatMap((value) => value.contacts!);
	await deliver({ ...first, value: { ...values[0], messages, contacts } });
	expect(sent().slice(1)).toEqual([
		[customer.userId, `You asked: I am ${customer.userId}`],
		[other.userId, `You asked: I am ${other.userId}`],
	]);
	const [ofFirst, ofSecond] = model.requests
		.slice(1)
		.map(({ messages }) => messages.at(-1)!.content!);
	expect(ofFirst).toContain('tulips');
	expect(ofSecond!.split('\n')).toHaveLength(1);
});

test('after a takeover the agent goes on where the owner stopped', async () => {
	const [number] = meta.world.phoneNumbers;
	await deliver(inboundMessage(number, person(), old('asked', 4), textContent('Is it ready?')));
	await deliver(echo(number, person(), old('told', 3), textContent('At five, with a card')));
	model.requests.length = 0;
	await deliver(inboundMessage(number, person(), old('thanked', 2.5), textContent('Thank you!')));
	expect(model.requests).toEqual([]);

	await writes('What was it again?');
	const transcript = model.requests.at(-1)!.messages.at(-1)!.content!;
	expect(transcript).toMatch(
		/Customer: Is it ready\?\n.*Owner, on the phone: At five, with a card\n.*Customer: Thank you!\n.*Assistant: You asked: Is it ready\?\n.*Customer: What was it again\?$/,
	);
});

test('photos and voice notes are told of as what they are', async () => {
	await play('customer-writes', { customer, count: 1, types: ['audio'] });
	expect(newestOf(model.requests.at(-1)!.messages.at(-1)!.content!)).toMatch(
		/^(a voice note|an audio file)$/,
	);
	await play('customer-writes', { customer, count: 1, types: ['image'] });
	expect(newestOf(model.requests.at(-1)!.messages.at(-1)!.content!)).toMatch(/^a photo/);
});

test('old chats, the owner’s own messages and reactions do not wake the agent', async () => {
	const before = await executions();
	await play('onboarding', { threads: 3, messagesPerThread: 5 });
	await ownerWrites('We open at nine');
	expect(await executions()).toBe(before);
	await play('customer-writes', { customer, count: 1, types: ['reaction'] });
	expect(await executions()).toBe(before + 1);
	expect(model.requests).toEqual([]);
	expect(sent()).toEqual([]);
});

test('the agent is silent while the owner answers from the phone', async () => {
	await ownerWrites('Good morning, Ana');
	await sleep(LONGER_THAN_A_GREETING_MS);
	await writes('Good morning! Is my bouquet ready?');
	expect(model.requests).toEqual([]);
	expect(sent()).toEqual([]);
});

test.each([
	['by user ID and number', {}],
	['by number only', { to_user_id: undefined }],
	['by user ID only', { to: undefined }],
])('an owner who writes to them %s while the agent thinks is not talked over', async (_, names) => {
	const [number] = meta.world.phoneNumbers;
	if ('to' in names) customer = { ...customer, phone: null, username: 'ana.u' };
	think = async () => {
		await sleep(LONGER_THAN_A_GREETING_MS);
		const written = echo(number, person(), old('meanwhile', 0), textContent('Here I am'));
		const { message_echoes } = written.value as Record<string, JsonObject[]>;
		await meta.control.post('/deliver', {
			...written,
			value: {
				...(written.value as JsonObject),
				message_echoes: [{ ...message_echoes![0], ...names }],
			},
		});
		await inbox.settled();
		return 'Too late';
	};
	await writes('Is anybody there?');
	expect(model.requests).toHaveLength(1);
	expect(sent()).toEqual([]);
});

test('a deletion that names nobody silences nobody', async () => {
	customer = { ...customer, phone: null, userId: `${customer.userId}X`, username: 'ana.y' };
	think = async () => {
		await sleep(LONGER_THAN_A_GREETING_MS);
		await meta.control.post('/deliver', deletion());
		await inbox.settled();
		return 'We are open';
	};
	await writes('Is anybody there?');
	expect(sent()).toEqual([[customer.userId, 'We are open']]);
});

/** The owner has deleted a message; Meta leaves out to whom it was written. */
function deletion() {
	const [{ id, displayPhoneNumber }] = meta.world.phoneNumbers;
	return {
		field: 'smb_message_echoes',
		value: {
			messaging_product: 'whatsapp',
			metadata: { display_phone_number: displayPhoneNumber, phone_number_id: id },
			message_echoes: [
				{
					from: displayPhoneNumber,
					id: `wamid.deletion${customers}`,
					timestamp: String(Math.floor(Date.now() / 1000)),
					type: 'revoke',
					revoke: { original_message_id: 'wamid.deleted' },
				},
			],
		},
	};
}

test('a name that Slack would take for a command is a name', async () => {
	customer = { ...customer, fullName: '<!channel> <https://evil.test|Your bank>' };
	think = () => 'HANDOVER';
	await writes('A person, please');
	expect(slack.alerts).toHaveLength(1);
	expect(slack.alerts[0]).toMatch(
		/^\*&lt;!channel&gt; &lt;https:\/\/evil\.test\|Your bank&gt; wants/,
	);
});

test('who asks for a person gets one, and the agent keeps out of it', async () => {
	think = () => 'HANDOVER';
	await writes('I want to talk to <someone> real');
	expect(slack.alerts).toHaveLength(1);
	expect(slack.alerts[0]).toContain(customer.fullName);
	expect(slack.alerts[0]).toContain('I want to talk to &lt;someone&gt; real');
	expect(sent()).toHaveLength(1);

	await sleep(LONGER_THAN_A_SECOND_MS);
	await writes('Are you still there?');
	expect(model.requests).toHaveLength(1);
	expect(slack.alerts).toHaveLength(1);
	expect(sent()).toHaveLength(1);
});

test('a model that does not work hands over, too', async () => {
	think = () => {
		throw new Error('The model is down');
	};
	await writes('Have you got tulips?');
	expect(slack.alerts).toHaveLength(1);
	expect(sent()).toHaveLength(1);
});

/** Moves all that Meta and n8n have noted into the past. */
async function hoursPass(hours: number): Promise<void> {
	for (const { lastInboundAt } of meta.world.phoneNumbers) {
		for (const key of Object.keys(lastInboundAt)) lastInboundAt[key]! -= hours * 3_600_000;
	}
	const { id } = (await hosts.n8n.rest.dataTables()).find(({ name }) => name === TABLE)!;
	const database = new DatabaseSync(path.join(hosts.n8n.dataDir, '.n8n/database.sqlite'));
	database.exec('PRAGMA busy_timeout = 5000');
	const earlier = `sent_at = strftime('%Y-%m-%d %H:%M:%f', sent_at, '-${hours} hours')`;
	database.exec(`UPDATE data_table_user_${id} SET ${earlier}`);
	database.close();
}

async function morningComes(): Promise<void> {
	const { rest } = hosts.n8n;
	const before = (await rest.executions(followUpId)).length;
	await rest.executeByHand(followUpId, 'Every morning');
	const finished = await rest.finishedExecutions(followUpId, before + 1);
	expect(finished.at(-1)!.error).toBeNull();
}

test('a customer who does not come back is asked once: by a text while that is allowed, by a template after', async () => {
	await hoursPass(24 * 8);
	await writes('Do you deliver?');
	const inTime = customer;
	await hoursPass(1);
	await morningComes();
	expect(sent().slice(1)).toEqual([]);

	await hoursPass(22);
	await morningComes();
	expect(sent().slice(1)).toEqual([
		[inTime.userId, expect.stringContaining('answer your question')],
	]);

	customer = { ...customer, phone: null, userId: `${customer.userId}Y`, username: 'ana.y' };
	await writes('Do you deliver?');
	await hoursPass(25);
	await morningComes();
	await morningComes();
	expect(sent().slice(3)).toEqual([[customer.userId, expect.objectContaining({ name: TEMPLATE })]]);
});

test('who was handed over, or talks with the owner, is not followed up', async () => {
	await hoursPass(24 * 8);
	await writes('Do you deliver?');
	await sleep(LONGER_THAN_A_GREETING_MS);
	await ownerWrites('We do');

	customer = { ...customer, phone: null, userId: `${customer.userId}Z`, username: 'ana.z' };
	think = () => 'HANDOVER';
	await writes('I want to talk to someone');
	expect(sent()).toHaveLength(2);
	await hoursPass(25);
	await morningComes();
	expect(sent()).toHaveLength(2);
});

test('all of it once more asks the model nothing, sends nothing and changes no row', async () => {
	const { id } = (await hosts.n8n.rest.dataTables()).find(({ name }) => name === TABLE)!;
	const before = await hosts.n8n.rest.dataTableRows(id);
	expect(before.length).toBeGreaterThan(0);
	const ran = await executions();

	await meta.control.post('/deliver', { updates: await sentSoFar(hosts) });
	await meta.control.post('/drain');
	await allIsDone();
	expect(await executions()).toBe(ran);
	expect(model.requests).toEqual([]);
	expect(sent()).toEqual([]);
	expect(slack.alerts).toEqual([]);
	expect(await hosts.n8n.rest.dataTableRows(id)).toEqual(before);
});
