import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { startScriptedModel, type ScriptedModel } from './scripted-model.mts';
import { sentSoFar } from './templates.mts';

const TABLE = 'whatsapp_agent_chats';
const TEMPLATE = 'hello_world';
/** After this long, an echo is no automatic greeting of the app. */
const LONGER_THAN_A_GREETING_MS = 3_000;
/** By then n8n has run what an event started. */
const NOTED_AFTER_MS = 2_000;

jest.setTimeout(120_000);

let meta: TestMeta;
let hosts: Hosts;
let model: ScriptedModel;
let slack: AlertReceiver;
let workflowId: string;
/** What the model says to a customer's text. */
let think: (text: string) => string | Promise<string>;
/** Somebody new for each test. */
let customer: { fullName: string; phone: string | null; userId: string; username: string | null };
let customers = 0;

beforeAll(async () => {
	meta = await metaForTest();
	await meta.control.post('/sending-limits', { enforceServiceWindow: true });
	hosts = await startHosts({ url: meta.url, stop: meta.close });
	slack = await startAlertReceiver();
	model = await startScriptedModel(async ({ messages }) => ({
		text: await think(messages.at(-1)!.content!),
	}));
	const { rest } = hosts.n8n;
	await rest.createCredential('openAiApi', 'OpenAi account', { apiKey: 'none', url: model.url });
	const template = { __rl: true, mode: 'name', value: `${TEMPLATE}|en_US` };
	const filledIn = fillIn(await readExample('ai-agent'), 'Send a template', { template });
	workflowId = await rest.createWorkflow(fillIn(filledIn, 'Alert the owner', { url: slack.url }));
	await rest.executeByHand(workflowId);
	await rest.finishedExecutions(workflowId, 1);
	expect(await rest.publish(workflowId)).toEqual({ status: 'published' });
});

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

const executions = async () => (await hosts.n8n.rest.executions(workflowId)).length;

/** Plays a scenario and waits until n8n has dealt with all of it. */
async function play(scenario: string, options: JsonObject): Promise<void> {
	await meta.control.post(`/scenario/${scenario}`, options);
	await hosts.n8n.rest.finishedExecutions(workflowId, 1);
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

test('a customer is answered, with what was said before in mind; one without a number too', async () => {
	await writes('Have you got tulips?');
	await writes('And roses?');
	const first = ['Have you got tulips?', 'You asked: Have you got tulips?'];
	const asked = model.requests.at(-1)!.messages.map(({ content }) => content);
	expect(asked.slice(1)).toEqual([...first, 'And roses?']);

	customer = { ...customer, phone: null, userId: `${customer.userId}X`, username: 'ana.x' };
	await writes('Hello');
	expect(sent().map(([, text]) => text)).toEqual([
		'You asked: Have you got tulips?',
		'You asked: And roses?',
		'You asked: Hello',
	]);
	expect(sent().at(-1)).toEqual([customer.userId, 'You asked: Hello']);
});

test('old chats, the owner’s own messages and reactions do not wake the agent', async () => {
	const before = await executions();
	await meta.control.post('/scenario/onboarding', { threads: 3, messagesPerThread: 5 });
	expect(await executions()).toBe(before);
	await ownerWrites('We open at nine');
	await play('customer-writes', { customer, count: 1, types: ['reaction'] });
	expect(await executions()).toBe(before + 2);
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

test('an owner who writes while the agent thinks is not talked over', async () => {
	think = async () => {
		await sleep(LONGER_THAN_A_GREETING_MS);
		await meta.control.post('/scenario/owner-answers', { customer, count: 1 });
		await sleep(NOTED_AFTER_MS);
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
		await sleep(NOTED_AFTER_MS);
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
		for (const key of Object.keys(lastInboundAt)) lastInboundAt[key] -= hours * 3_600_000;
	}
	const [{ id }] = (await hosts.n8n.rest.dataTables()).filter(({ name }) => name === TABLE);
	const database = new DatabaseSync(path.join(hosts.n8n.dataDir, '.n8n/database.sqlite'));
	database.exec('PRAGMA busy_timeout = 5000');
	const columns = ['wrote_at', 'window_expires_at', 'answered_at', 'quiet_until', 'followed_up_at'];
	const earlier = columns.map(
		(column) => `${column} = strftime('%Y-%m-%d %H:%M:%f', ${column}, '-${hours} hours')`,
	);
	database.exec(`UPDATE data_table_user_${id} SET ${earlier.join(', ')}`);
	database.close();
}

async function morningComes(): Promise<void> {
	const before = await executions();
	await hosts.n8n.rest.executeByHand(workflowId, 'Every morning');
	const finished = await hosts.n8n.rest.finishedExecutions(workflowId, before + 1);
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
	const [{ id }] = (await hosts.n8n.rest.dataTables()).filter(({ name }) => name === TABLE);
	const before = await hosts.n8n.rest.dataTableRows(id);
	expect(before.length).toBeGreaterThan(0);
	const ran = await executions();

	await meta.control.post('/deliver', { updates: await sentSoFar(hosts) });
	await meta.control.post('/drain');
	await hosts.n8n.rest.finishedExecutions(workflowId, ran);
	expect(model.requests).toEqual([]);
	expect(sent()).toEqual([]);
	expect(slack.alerts).toEqual([]);
	expect(await hosts.n8n.rest.dataTableRows(id)).toEqual(before);
});
