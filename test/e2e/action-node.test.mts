import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { RecordedRequest } from '../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import {
	MANUAL_TRIGGER,
	type Execution,
	type JsonObject,
	type WorkflowJson,
	type WorkflowNode,
} from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { PACKAGE, startHosts, TRIGGER, type Hosts } from './hosts.mts';
import {
	filledTemplate,
	imageById,
	PICKED_TEMPLATE,
	PLAIN,
	type Sendable,
} from './one-of-each.mts';
import { startScriptedModel, type ChatRequest, type Turn } from './scripted-model.mts';

const ACTION = `${PACKAGE}.whatsAppCoexistence`;
const TOOL = `${ACTION}Tool`;
const CUSTOMER = '34600333444';
const NUMBER = { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId };

jest.setTimeout(120_000);

let meta: TestMeta;
let hosts: Hosts;

beforeAll(async () => {
	meta = await metaForTest();
	hosts = await startHosts({ url: meta.url, stop: meta.close });
});

afterAll(async () => await hosts?.stop());

beforeEach(async () => {
	await meta.control.post('/reset');
});

/** A node of any kind. */
function node(name: string, fields: Partial<WorkflowNode>): WorkflowNode {
	return {
		id: name,
		name,
		type: '',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...fields,
	};
}

/** The action node, as a user has set it up. */
function action(name: string, parameters: JsonObject, settings: JsonObject = {}): WorkflowNode {
	return node(name, {
		type: ACTION,
		parameters: { phoneNumberId: NUMBER, ...parameters },
		credentials: hosts.credentials,
		...settings,
	});
}

const send = ({ name, parameters }: Sendable) => action(name, { to: CUSTOMER, ...parameters });

/** Each chain of nodes hangs on a manual trigger; n8n runs them from top to bottom. */
function manualWorkflow(chains: WorkflowNode[][]): WorkflowJson {
	const connections: WorkflowJson['connections'] = {
		[MANUAL_TRIGGER]: {
			main: [chains.map(([first]) => ({ node: first!.name, type: 'main', index: 0 }))],
		},
	};
	const nodes = chains.flatMap((chain, row) =>
		chain.map((member, column): WorkflowNode => {
			const next = chain.at(column + 1);
			if (next !== undefined) {
				connections[member.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
			}
			return { ...member, position: [200 + column * 200, row * 150] };
		}),
	);
	return {
		name: 'Act',
		nodes: [node(MANUAL_TRIGGER, { type: 'n8n-nodes-base.manualTrigger' }), ...nodes],
		connections,
		settings: { executionOrder: 'v1' },
	};
}

/** Executes the workflow as the editor does and gives what came of it. */
async function execute(workflow: WorkflowJson): Promise<Execution> {
	const { rest } = hosts.n8n;
	const id = await rest.createWorkflow(workflow);
	await rest.executeByHand(id);
	const [execution] = await rest.finishedExecutions(id, 1);
	return execution;
}

async function requestsTo(method: string, path: string): Promise<RecordedRequest[]> {
	const requests = await meta.control.get<RecordedRequest[]>('/requests');
	return requests.filter((asked) => asked.method === method && asked.path.endsWith(path));
}

/** The messages that Meta has taken, as they came: it refuses a body with a key that it does not know. */
const sentBodies = () => meta.world.sentMessages.map(({ body }) => body);

/** The one item that a node put out. */
const outcomeOf = (execution: Execution, name: string) => execution.output(name)[0]![0];

describe('messages', () => {
	test('one of each type reaches Meta as it was filled in', async () => {
		const stored = await meta.control.post<{ id: string }>('/media', { mimeType: 'image/png' });
		const variables = await hosts.n8n.rest.resourceMapperFields({
			node: { name: ACTION, version: 1 },
			method: 'getTemplateVariables',
			parameter: 'variables',
			parameters: PICKED_TEMPLATE,
			credentials: hosts.credentials,
		});
		expect(variables.map(({ displayName }) => displayName)).toEqual([
			'Document URL or ID',
			'Document File Name',
			'Body {{1}}, e.g. 2026-001',
			'URL Ending of ‘Pay’, e.g. 2026-001',
		]);

		const sendables = [...PLAIN, imageById(stored.id), filledTemplate(variables)];
		const execution = await execute(manualWorkflow(sendables.map((sendable) => [send(sendable)])));
		expect(execution).toMatchObject({ status: 'success', error: null });
		expect(sentBodies()).toEqual(
			sendables.map(({ content }) => ({
				messaging_product: 'whatsapp',
				recipient_type: 'individual',
				to: CUSTOMER,
				...content,
			})),
		);
		expect(sendables.map(({ name }) => outcomeOf(execution, name))).toEqual(
			meta.world.sentMessages.map(({ id }) =>
				expect.objectContaining({ messageId: id, recipient: CUSTOMER, status: 'accepted' }),
			),
		);
	});

	test('a file that a customer sent is downloaded and sent on, byte by byte', async () => {
		const content = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(50_000, 'rose')]);
		const received = await meta.control.post<{ id: string; sha256: string }>('/media', {
			mimeType: 'image/jpeg',
			contentBase64: content.toString('base64'),
		});
		const execution = await execute(
			manualWorkflow([
				[
					action('Download', { resource: 'media', operation: 'download', mediaId: received.id }),
					action('Send on', { operation: 'sendMedia', to: CUSTOMER, caption: 'Yours?' }),
				],
			]),
		);
		expect(execution.error).toBeNull();
		expect(outcomeOf(execution, 'Download')).toEqual({
			mediaId: received.id,
			fileName: `${received.id}.jpg`,
			mimeType: 'image/jpeg',
			sha256: received.sha256,
			fileSize: content.length,
		});
		const uploaded = meta.world.media.find(({ id }) => id !== received.id);
		expect(uploaded).toMatchObject({ mimeType: 'image/jpeg', content });
		expect(sentBodies()).toMatchObject([
			{ type: 'image', image: { id: uploaded?.id, caption: 'Yours?' } },
		]);
	});

	test('a received message is marked as read, with a typing indicator', async () => {
		const execution = await execute(
			manualWorkflow([
				[action('Read', { operation: 'markAsRead', messageId: 'wamid.M1', typing: true })],
			]),
		);
		expect(outcomeOf(execution, 'Read')).toEqual({ messageId: 'wamid.M1', success: true });
		const receipts = await requestsTo('POST', '/messages');
		expect(receipts.map(({ body }) => body)).toEqual([
			{
				messaging_product: 'whatsapp',
				status: 'read',
				message_id: 'wamid.M1',
				typing_indicator: { type: 'text' },
			},
		]);
	});
});

test('looks up templates and the number, and changes the profile', async () => {
	const execution = await execute(
		manualWorkflow([
			[
				action('Templates', {
					resource: 'template',
					operation: 'getAll',
					returnAll: true,
					filters: { status: 'APPROVED' },
				}),
			],
			[action('Number', { resource: 'phoneNumber', operation: 'get' })],
			[
				action('Change', {
					resource: 'businessProfile',
					operation: 'update',
					changes: { about: 'Flowers for you', websites: ['https://flowers.test/'] },
				}),
				action('Profile', { resource: 'businessProfile', operation: 'get' }),
			],
		]),
	);
	expect(execution.error).toBeNull();

	const [{ templates }] = meta.world.wabas;
	const approved = templates.filter(({ status }) => status === 'APPROVED');
	expect(
		execution
			.output('Templates')[0]!
			.map(({ id }) => id)
			.sort(),
	).toEqual(approved.map(({ id }) => id).sort());
	expect(outcomeOf(execution, 'Number')).toMatchObject({
		id: DEFAULT.phoneNumberId,
		verifiedName: meta.world.phoneNumbers[0].verifiedName,
		inCoexistence: true,
	});
	expect(meta.world.phoneNumbers[0].profile).toMatchObject({ about: 'Flowers for you' });
	expect(outcomeOf(execution, 'Profile')).toMatchObject({
		about: 'Flowers for you',
		websites: ['https://flowers.test/'],
	});
});

test('a diagnosis names what is missing until the trigger is published', async () => {
	const { rest } = hosts.n8n;
	const diagnosed = async () =>
		outcomeOf(
			await execute(
				manualWorkflow([[action('Diagnose', { resource: 'connection', operation: 'diagnose' })]]),
			),
			'Diagnose',
		);

	const before = await diagnosed();
	expect(before).toMatchObject({ verdict: 'broken', callbackUrl: null });
	expect(before!.steps).toContainEqual(
		expect.objectContaining({
			step: 'Callback',
			verdict: 'broken',
			remedy: 'Publish the workflow of the trigger.',
		}),
	);

	const webhookId = '5f6c2b1e-9f0f-4c3e-8d4e-000000000007';
	const receiving = await rest.createWorkflow({
		name: 'Receive',
		nodes: [
			node(TRIGGER, {
				type: `${PACKAGE}.whatsAppCoexistenceTrigger`,
				typeVersion: 2,
				webhookId,
				credentials: hosts.credentials,
			}),
		],
		connections: {},
	});
	expect(await rest.publish(receiving)).toEqual({ status: 'published' });
	expect(await diagnosed()).toMatchObject({
		verdict: 'ok',
		callbackUrl: `${hosts.n8n.url}/webhook/${webhookId}/whatsapp`,
	});
	await rest.unpublish(receiving);
});

describe('an AI agent', () => {
	const ask = 'Tell Marta that her order A-17 is ready';
	const fromAI = (name: string, description: string) =>
		`={{ $fromAI('${name}', \`${description}\`, 'string') }}`;

	/** An agent with the action node as its tool, and a model at `url`. */
	async function agentWorkflow(url: string): Promise<WorkflowJson> {
		const name = 'Scripted model';
		const id = await hosts.n8n.rest.createCredential('openAiApi', name, { apiKey: 'none', url });
		return {
			name: 'Agent',
			nodes: [
				node(MANUAL_TRIGGER, { type: 'n8n-nodes-base.manualTrigger' }),
				node('AI Agent', {
					type: '@n8n/n8n-nodes-langchain.agent',
					typeVersion: 3.1,
					position: [200, 0],
					parameters: { promptType: 'define', text: ask },
				}),
				node('Model', {
					type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
					typeVersion: 1.2,
					position: [200, 200],
					parameters: { model: { __rl: true, mode: 'id', value: 'scripted' } },
					credentials: { openAiApi: { id, name } },
				}),
				node('Send a WhatsApp message', {
					type: TOOL,
					position: [400, 200],
					parameters: {
						phoneNumberId: NUMBER,
						to: fromAI('To', 'Phone number of the customer'),
						text: fromAI('Text', 'What to write'),
					},
					credentials: hosts.credentials,
				}),
			],
			connections: {
				[MANUAL_TRIGGER]: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
				Model: {
					ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
				},
				'Send a WhatsApp message': {
					ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]],
				},
			},
			settings: { executionOrder: 'v1' },
		};
	}

	/** Uses the tool with each of the inputs in turn, whatever comes of it. */
	const using =
		(...inputs: JsonObject[]) =>
		({ messages, tools }: ChatRequest): Turn => {
			const input = inputs.at(messages.filter(({ role }) => role === 'tool').length);
			return input === undefined ? { text: 'Done.' } : { tool: tools![0]!.function.name, input };
		};

	test('uses the node as its tool and is told what came of it', async () => {
		const text = 'Your order A-17 is ready';
		const model = await startScriptedModel(
			using({ To: 'Marta', Text: text }, { To: '+34 600 333 444', Text: text }),
		);
		try {
			const execution = await execute(await agentWorkflow(model.url));
			expect(execution.error).toBeNull();
			expect(outcomeOf(execution, 'AI Agent')).toEqual({ output: 'Done.' });
		} finally {
			await model.close();
		}

		const [asked, refused, accepted] = model.requests;
		expect(asked!.messages).toContainEqual({ role: 'user', content: ask });
		expect(asked!.tools).toMatchObject([
			{
				function: {
					description: 'Send a text message in WhatsApp Coexistence',
					parameters: {
						properties: {
							To: { description: 'Phone number of the customer' },
							Text: { description: 'What to write' },
						},
					},
				},
			},
		]);
		const [sent] = meta.world.sentMessages;
		expect(sent).toMatchObject({ recipient: CUSTOMER, body: { text: { body: text } } });
		expect(refused!.messages.at(-1)).toMatchObject({
			role: 'tool',
			content: expect.stringContaining('“To” is neither a phone number'),
		});
		expect(accepted!.messages.at(-1)).toMatchObject({
			role: 'tool',
			content: expect.stringContaining(sent!.id),
		});
	});

	test.each([
		['searchPhoneNumbers', 'phoneNumberId', 'Gardens', DEFAULT.secondPhoneNumberId],
		['searchTemplates', 'template', 'appointment', 'appointment_reminder|en_US'],
		['searchFlows', 'flowId', 'booking', '900500000000001'],
	])('finds its choices with %s', async (method, parameter, filter, value) => {
		const { results } = await hosts.n8n.rest.resourceLocatorResults(
			{ node: { name: TOOL, version: 1 }, method, parameter, credentials: hosts.credentials },
			filter,
		);
		expect(results.map((choice) => choice.value)).toEqual([value]);
	});
});

describe('an item that cannot be sent', () => {
	const RECIPIENTS = ['34600333444', 'nobody', '34600333555'];
	const list = node('Recipients', {
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ to: RECIPIENTS }) },
	});
	const oneByOne = node('One by one', {
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'to' },
	});
	const sendToEach = async (settings: JsonObject) =>
		await execute(
			manualWorkflow([
				[
					list,
					oneByOne,
					action('Send', { to: '={{ $json.to }}', text: 'Your order is ready' }, settings),
				],
			]),
		);
	const recipients = () => meta.world.sentMessages.map(({ recipient }) => recipient).sort();
	const refused = {
		message: '“To” is neither a phone number nor a user ID nor a group ID',
		error: {
			description: expect.stringContaining('It is “nobody”'),
			code: null,
			status: null,
			meta: null,
			retry: 'never',
			outcomeUnknown: false,
		},
	};

	test('stops the workflow with a text that says why', async () => {
		const execution = await sendToEach({});
		expect(execution.status).toBe('error');
		expect(execution.error).toContain(refused.message);
	});

	test('goes on as data where the node is set to continue', async () => {
		const execution = await sendToEach({ onError: 'continueRegularOutput' });
		expect(execution.status).toBe('success');
		expect(execution.output('Send')).toEqual([
			[
				expect.objectContaining({ recipient: RECIPIENTS[0] }),
				refused,
				expect.objectContaining({ recipient: RECIPIENTS[2] }),
			],
		]);
		expect(recipients()).toEqual([RECIPIENTS[0], RECIPIENTS[2]]);
	});

	test('goes to the error output where there is one', async () => {
		const execution = await sendToEach({ onError: 'continueErrorOutput' });
		expect(execution.output('Send')).toEqual([
			[
				expect.objectContaining({ recipient: RECIPIENTS[0] }),
				expect.objectContaining({ recipient: RECIPIENTS[2] }),
			],
			[expect.objectContaining(refused)],
		]);
	});
});

describe('“Retry on Fail”', () => {
	const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

	test('sends nothing twice that Meta has taken', async () => {
		const texts = ['One', 'Two', 'Three'];
		await meta.control.post('/faults', {
			path: '/messages$',
			times: 1,
			status: 400,
			body: { error: { code: 131042, message: '(#131042) Payment' } },
		});
		const execution = await execute(
			manualWorkflow([
				[
					node('Texts', {
						type: 'n8n-nodes-base.set',
						typeVersion: 3.4,
						parameters: { mode: 'raw', jsonOutput: JSON.stringify({ text: texts }) },
					}),
					node('One by one', {
						type: 'n8n-nodes-base.splitOut',
						parameters: { fieldToSplitOut: 'text' },
					}),
					action(
						'Send',
						{ to: '={{ "3460033344" + $itemIndex }}', text: '={{ $json.text }}' },
						retrying,
					),
				],
			]),
		);
		expect(execution.status).toBe('success');
		expect(execution.output('Send')[0]).toHaveLength(texts.length);
		expect(await requestsTo('POST', '/messages')).toHaveLength(texts.length + 1);
		const sent = sentBodies().map(({ text }) => (text as { body: string }).body);
		expect(sent.sort()).toEqual([...texts].sort());
	});

	test('does not repeat a sync request of which nobody knows whether Meta took it', async () => {
		await meta.control.post('/onboard', {});
		await meta.control.post('/faults', {
			path: '/smb_app_data',
			when: 'after',
			dropConnection: true,
		});
		const execution = await execute(
			manualWorkflow([
				[action('Request', { resource: 'sync', operation: 'requestHistory' }, retrying)],
			]),
		);
		expect(execution.status).toBe('error');
		expect(await requestsTo('POST', '/smb_app_data')).toHaveLength(1);

		const status = await execute(
			manualWorkflow([
				[action('Status', { resource: 'sync', operation: 'getStatus', allEventsStored: true })],
			]),
		);
		expect(outcomeOf(status, 'Status')).toMatchObject({
			contacts: { state: 'neverRequested' },
			history: { state: 'requested', outcomeUnknown: true },
		});
	});
});
