import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { defaultWorld } from '../../sandbox/meta/world.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import type { WorkflowJson, WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { ask } from './asking.mts';
import { PACKAGE } from './hosts.mts';
import { startScriptedModel, type ScriptedModel } from './scripted-model.mts';
import { startStage, type Stage } from './stage.mts';

jest.setTimeout(300_000);

const [{ id: phoneNumberId }] = defaultWorld().phoneNumbers;
const [colleague, other] = inventPeople(2, 7, 0);
const CUSTOMER = '34600333444';

let stage: Stage;
let model: ScriptedModel;
let workflowId: string;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	// Uses the tool that it is offered, and then says what came of it.
	model = await startScriptedModel(({ messages, tools }) => {
		const last = messages.at(-1)!;
		if (last.role === 'tool') return { text: `It says: ${last.content}` };
		return { tool: tools![0].function.name, input: { text: 'Your order is on its way' } };
	});
	await rest.createCredential('openAiApi', 'OpenAi account', { apiKey: 'none', url: model.url });
	const trigger = await rest.createWorkflow(stage.workflow({ webhookId: 'answers' }));
	const { credentials } = stage.workflow({ webhookId: 'any' }).nodes[0];
	workflowId = await rest.createWorkflow(agent(credentials));
	for (const id of [trigger, workflowId]) {
		await expect(rest.publish(id)).resolves.toEqual({ status: 'published' });
	}
});
afterAll(async () => {
	await stage?.stop();
	await model?.close();
});

/** An agent that may write to a customer once a colleague agrees. */
function agent(credentials: WorkflowNode['credentials']): WorkflowJson {
	const node = (
		name: string,
		type: string,
		typeVersion: number,
		parameters: object,
		more = {},
	) => ({
		id: `a0000000-0000-4000-8000-0000000000${10 + name.length}`,
		name,
		type,
		typeVersion,
		position: [0, 0] as [number, number],
		parameters: parameters as WorkflowNode['parameters'],
		...more,
	});
	const number = { __rl: true, mode: 'id', value: phoneNumberId };
	const line = (to: string, type: string) => ({ [type]: [[{ node: to, type, index: 0 }]] });
	return {
		name: 'ask',
		nodes: [
			node(
				'Webhook',
				'n8n-nodes-base.webhook',
				2,
				{ httpMethod: 'POST', path: 'ask', options: {} },
				{ webhookId: 'ask' },
			),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, {
				promptType: 'define',
				text: 'Tell the customer',
				options: {},
			}),
			node(
				'Model',
				'@n8n/n8n-nodes-langchain.lmChatOpenAi',
				1.3,
				{
					model: { __rl: true, mode: 'id', value: 'gpt-5-mini' },
					responsesApiEnabled: false,
					options: {},
				},
				{ credentials: { openAiApi: { id: null, name: 'OpenAi account' } } },
			),
			node(
				'Human review',
				`${PACKAGE}.whatsAppCoexistenceHitlTool`,
				1,
				{
					resource: 'message',
					operation: 'sendAndWait',
					responseType: 'approval',
					phoneNumberId: number,
					to: "={{ $('Webhook').item.json.body.to }}",
					message: '=May I use {{ $tool.name }}?',
				},
				{ credentials },
			),
			node(
				'Write to customer',
				`${PACKAGE}.whatsAppCoexistenceTool`,
				1,
				{
					resource: 'message',
					operation: 'sendText',
					phoneNumberId: number,
					to: CUSTOMER,
					text: "={{ $fromAI('text', 'What to tell', 'string') }}",
				},
				{ credentials },
			),
		],
		connections: {
			Webhook: line('Agent', 'main'),
			Model: line('Agent', 'ai_languageModel'),
			'Human review': line('Agent', 'ai_tool'),
			'Write to customer': line('Human review', 'ai_tool'),
		},
		settings: { executionOrder: 'v1' },
	} as WorkflowJson;
}

const toCustomer = () =>
	stage.meta.world.sentMessages.filter(({ recipient }) => recipient === CUSTOMER);

test.each([
	['Approve', colleague, 1],
	['Decline', other, 0],
])('a tool of an agent runs when “%s” is pressed: %#', async (title, person, messages) => {
	stage.meta.world.sentMessages.length = 0;
	const { rest, url } = stage.n8n;
	const asked = await ask({ rest, meta: stage.meta.control, url }, workflowId, person.phone!);
	const { body, action } = (asked.question.body as any).interactive;
	expect(body.text).toContain('May I use');
	const { firstName: _, ...customer } = person;
	const { reply } = action.buttons.find((button: any) => button.reply.title === title);
	await stage.meta.control.post('/phone/chooses', {
		customer,
		messageId: asked.question.id,
		choice: reply.id,
	});
	await asked.over();
	expect(toCustomer()).toHaveLength(messages);
	const { output } = await rest.execution(asked.executionId);
	expect(output('Agent')[0][0].output).toContain(messages === 1 ? 'accepted' : 'rejected');
});
