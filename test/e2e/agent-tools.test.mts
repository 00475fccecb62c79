import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson, WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { ask, type Asked } from './asking.mts';
import { PACKAGE } from './hosts.mts';
import { startScriptedModel, type ScriptedModel, type Turn } from './scripted-model.mts';
import { startStage, type Stage } from './stage.mts';

jest.setTimeout(300_000);

const [{ id: phoneNumberId }] = defaultWorld().phoneNumbers;
const NUMBER = { __rl: true, mode: 'id', value: phoneNumberId };
const people = inventPeople(3, 7, 0);
const CUSTOMER = '34655000111';
const NEWS = 'Your order is on its way';

let stage: Stage;
let model: ScriptedModel;
let credentials: WorkflowNode['credentials'];
let openAiId: string;
/** How the model uses the only tool that it is offered. */
let input: JsonObject;
let asks: Person;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	// Uses the tool, and then says what came of it.
	model = await startScriptedModel(({ messages, tools }): Turn => {
		const last = messages.at(-1)!;
		if (last.role === 'tool') return { text: `It says: ${last.content}` };
		return { tool: tools![0]!.function.name, input };
	});
	const openAi = { apiKey: 'none', url: model.url };
	openAiId = await rest.createCredential('openAiApi', 'OpenAi account', openAi);
	const trigger = stage.workflow({ webhookId: 'answers' });
	[{ credentials }] = trigger.nodes;
	await publish(trigger);
});
afterAll(async () => {
	await stage?.stop();
	await model?.close();
});

beforeEach(() => {
	stage.meta.world.sentMessages.length = 0;
	asks = people.shift()!;
});

async function publish(workflow: WorkflowJson): Promise<string> {
	const { rest } = stage.n8n;
	const id = await rest.createWorkflow(workflow);
	await expect(rest.publish(id)).resolves.toEqual({ status: 'published' });
	return id;
}

/** An agent with these tools, each before the one that it is there for. It is started by its webhook. */
function agentWith(name: string, tools: Array<[string, string, JsonObject]>): WorkflowJson {
	const node = (fields: Partial<WorkflowNode>): WorkflowNode => ({
		id: `${name}-${fields.name}`,
		name: '',
		type: '',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...fields,
	});
	const line = (to: string, type: string) => ({ [type]: [[{ node: to, type, index: 0 }]] });
	const toolNames = tools.map(([toolName]) => toolName);
	return {
		name,
		nodes: [
			node({
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: name,
				parameters: { httpMethod: 'POST', path: name, options: {} },
			}),
			node({
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 3.1,
				parameters: { promptType: 'define', text: 'Tell the customer', options: {} },
			}),
			node({
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.3,
				parameters: {
					model: { __rl: true, mode: 'id', value: 'gpt-5-mini' },
					responsesApiEnabled: false,
					options: {},
				},
				credentials: { openAiApi: { id: openAiId, name: 'OpenAi account' } },
			}),
			...tools.map(([toolName, type, parameters]) =>
				node({
					name: toolName,
					type: `${PACKAGE}.${type}`,
					parameters: { resource: 'message', phoneNumberId: NUMBER, ...parameters },
					credentials,
				}),
			),
		],
		connections: {
			Webhook: line('Agent', 'main'),
			Model: line('Agent', 'ai_languageModel'),
			...Object.fromEntries(
				toolNames.map((toolName, place) => [
					toolName,
					line(toolNames[place - 1] ?? 'Agent', 'ai_tool'),
				]),
			),
		},
		settings: { executionOrder: 'v1' },
	};
}

const TO_WHOEVER_ASKS = "={{ $('Webhook').item.json.body.to }}";

async function start(workflowId: string, path: string): Promise<Asked> {
	const { rest, url } = stage.n8n;
	return await ask({ rest, meta: stage.meta.control, url }, workflowId, asks.phone!, path);
}

async function press(asked: Asked, title: string): Promise<void> {
	const { buttons } = (asked.question.body as any).interactive.action;
	const { firstName: _, ...customer } = asks;
	await stage.meta.control.post('/phone/chooses', {
		customer,
		messageId: asked.question.id,
		choice: buttons.find(({ reply }: any) => reply.title === title).reply.id,
	});
}

/** What the agent said in the end. */
async function said(asked: Asked) {
	return (await asked.over()).output('Agent').flat().at(-1)!.output as string;
}

const toCustomer = () =>
	stage.meta.world.sentMessages
		.filter(({ recipient }) => recipient === CUSTOMER)
		.map(({ body }) => (body.text as JsonObject).body);

test.each([
	['runs', 'Approve', [NEWS], 'wamid.'],
	['does not run', 'Decline', [], 'User rejected the tool call'],
])('human review: a tool %s once “%s” is pressed', async (_, title, told, answer) => {
	const path = `review-${title}`;
	const workflowId = await publish(
		agentWith(path, [
			[
				'Human review',
				'whatsAppCoexistenceHitlTool',
				{
					operation: 'sendAndWait',
					responseType: 'approval',
					to: TO_WHOEVER_ASKS,
					message: '=May I use {{ $tool.name }}: {{ $tool.parameters.text }}?',
				},
			],
			[
				'Write to customer',
				'whatsAppCoexistenceTool',
				{
					operation: 'sendText',
					to: CUSTOMER,
					text: "={{ $fromAI('text', 'What to tell', 'string') }}",
				},
			],
		]),
	);
	input = { toolParameters: { text: NEWS }, hitlParameters: {} };
	const asked = await start(workflowId, path);
	expect((asked.question.body as any).interactive.body.text).toBe(
		`May I use Write_to_customer: ${NEWS}?`,
	);
	expect(toCustomer()).toEqual([]);
	await press(asked, title);
	await expect(said(asked)).resolves.toContain(answer);
	expect(toCustomer()).toEqual(told);
});

test('a tool that asks: the agent goes on with what was answered', async () => {
	const workflowId = await publish(
		agentWith('tool', [
			[
				'Ask the customer',
				'whatsAppCoexistenceTool',
				{
					operation: 'sendAndWait',
					responseType: 'approval',
					to: TO_WHOEVER_ASKS,
					message: "={{ $fromAI('question', 'What to ask', 'string') }}",
				},
			],
		]),
	);
	input = { question: 'Is Friday fine?' };
	const asked = await start(workflowId, 'tool');
	expect((asked.question.body as any).interactive.body.text).toBe('Is Friday fine?');
	await press(asked, 'Approve');
	await expect(said(asked)).resolves.toContain('"approved":true');
});
