import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import { MANUAL_TRIGGER, type JsonObject, type WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { PACKAGE, startHosts, TRIGGER, type Hosts } from './hosts.mts';
import { lineFrom, triggerWorkflow } from './stage.mts';

const CUSTOMER = '34600333444';
/** One pixel. */
const PNG =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

jest.setTimeout(300_000);

let meta: TestMeta;
let hosts: Hosts;

beforeAll(async () => {
	meta = await metaForTest();
	hosts = await startHosts({ url: meta.url, stop: meta.close });
});
afterAll(async () => await hosts?.stop());

/** The action node, for a client whose token and account come with the item. */
function forClient(resource: string, operation: string, parameters: JsonObject = {}): WorkflowNode {
	return {
		id: `${resource} ${operation}`,
		name: `${resource} ${operation}`,
		type: `${PACKAGE}.whatsAppCoexistence`,
		typeVersion: 1,
		position: [0, 0],
		parameters: {
			resource,
			operation,
			phoneNumberId: { __rl: true, mode: 'id', value: "={{ $('Client').item.json.number }}" },
			target: {
				token: "={{ $('Client').item.json.token }}",
				wabaId: "={{ $('Client').item.json.wabaId }}",
			},
			...parameters,
		},
		credentials: hosts.credentials,
	};
}

const core = (name: string, type: string, parameters: JsonObject): WorkflowNode => ({
	id: name,
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion: type === 'code' ? 2 : 1,
	position: [0, 0],
	parameters,
});

test('an account of a client is managed from end to end, with its own token', async () => {
	const client = {
		number: DEFAULT.otherWabaPhoneNumberId,
		wabaId: DEFAULT.secondWabaId,
		token: meta.world.tokens.secondWaba.token,
		picture: PNG,
	};
	const [, , number] = meta.world.phoneNumbers;
	const [, waba] = meta.world.wabas;
	number.lastInboundAt[CUSTOMER] = Date.now();
	waba.marketingOnboarded = true;
	const named = (name: string) => ({ template: { __rl: true, mode: 'name', value: name } });

	const chain = [
		core(MANUAL_TRIGGER, 'manualTrigger', {}),
		core('Client', 'code', {
			jsCode: `const client = ${JSON.stringify(client)};
return [{ json: client, binary: { data: { data: client.picture, mimeType: 'image/png', fileName: 'nails.png' } } }];`,
		}),
		forClient('template', 'create', {
			templateName: 'new_nails',
			language: 'en_US',
			category: 'MARKETING',
			header: 'image',
			body: 'Hi {{1}}, our nails are here.',
			bodyExamples: ['Marta'],
			buttons: { values: [{ type: 'QUICK_REPLY', text: 'Tell me more' }] },
		}),
		forClient('template', 'get', named('={{ $json.name }}|{{ $json.language }}')),
		forClient('blockedUser', 'block', { users: CUSTOMER }),
		forClient('blockedUser', 'getAll'),
		forClient('blockedUser', 'unblock', { users: '={{ $json.waId }}' }),
		forClient('qrCode', 'create', { prefilledMessage: 'I would like nails', imageFormat: 'PNG' }),
		forClient('qrCode', 'update', { qrCode: '={{ $json.code }}', prefilledMessage: 'Nails!' }),
		forClient('qrCode', 'get', { qrCode: '={{ $json.code }}' }),
		forClient('qrCode', 'getAll'),
		forClient('qrCode', 'delete', { qrCode: '={{ $json.code }}' }),
		forClient('conversationStarter', 'update', {
			changes: { iceBreakers: ['Where are you?'] },
		}),
		forClient('conversationStarter', 'get'),
	];
	const pictured = forClient('businessProfile', 'update', {
		changes: { profilePictureField: 'data' },
	});
	const nodes = [...chain, pictured];
	const connections = Object.fromEntries(
		chain
			.slice(0, -1)
			.map(({ name }, index) => [
				name,
				{ main: [[{ node: chain[index + 1]!.name, type: 'main', index: 0 }]] },
			]),
	);
	connections.Client!.main[0]!.push({ node: pictured.name, type: 'main', index: 0 });

	const { rest } = hosts.n8n;
	const run = async (all: WorkflowNode[], lines: typeof connections) => {
		const id = await rest.createWorkflow({ name: 'Manage', nodes: all, connections: lines });
		await rest.executeByHand(id);
		const [execution] = await rest.finishedExecutions(id, 1);
		expect(execution.error).toBeNull();
		return execution;
	};
	const execution = await run(nodes, connections);
	const outcomes = (name: string) => execution.output(name)[0]!;

	const template = waba.templates[0]!;
	expect(outcomes('template create')).toMatchObject([{ id: template.id, status: 'PENDING' }]);
	expect(outcomes('template get')).toMatchObject([
		{
			id: template.id,
			components: [
				{ format: 'IMAGE', example: { header_handle: [expect.stringMatching(/^4::/)] } },
				{ type: 'BODY' },
				{ type: 'BUTTONS' },
			],
		},
	]);
	expect(outcomes('blockedUser block')).toMatchObject([{ waId: CUSTOMER, done: true }]);
	expect(outcomes('blockedUser getAll')[0]).toEqual({ waId: CUSTOMER });
	expect(number).toMatchObject({
		blocked: [],
		qrCodes: [],
		conversationalAutomation: { prompts: ['Where are you?'] },
		profile: { profile_picture_url: expect.stringContaining('pps.whatsapp.net') },
	});
	expect(outcomes('qrCode get')[0]).toMatchObject({ message: 'Nails!' });
	expect(outcomes('conversationStarter get')[0]).toMatchObject({ iceBreakers: ['Where are you?'] });

	// Approved, it goes out as a marketing message, is edited, and is deleted.
	await meta.control.post('/template-review', { id: template.id, event: 'APPROVED' });
	const later = [
		...chain.slice(0, 2),
		forClient('message', 'sendTemplate', {
			...named('new_nails|en_US'),
			to: CUSTOMER,
			variablesMode: 'json',
			componentsJson: JSON.stringify([
				{
					type: 'header',
					parameters: [{ type: 'image', image: { link: 'https://nails.test/1.png' } }],
				},
				{ type: 'body', parameters: [{ type: 'text', text: 'Marta' }] },
			]),
			options: { marketing: 'strict' },
		}),
		forClient('analytics', 'getPrices'),
		forClient('template', 'update', { ...named('new_nails|en_US'), body: 'Nails, at last.' }),
		forClient('template', 'delete', named('new_nails|en_US')),
	];
	const sent = await run(
		later,
		Object.fromEntries(
			later
				.slice(0, -1)
				.map(({ name }, index) => [
					name,
					{ main: [[{ node: later[index + 1]!.name, type: 'main', index: 0 }]] },
				]),
		),
	);
	expect(sent.output('message sendTemplate')[0]).toMatchObject([{ status: 'accepted' }]);
	expect(meta.world.sentMessages).toMatchObject([
		{ phoneNumberId: DEFAULT.otherWabaPhoneNumberId, marketing: true },
	]);
	expect(sent.output('analytics getPrices')[0]).toMatchObject([
		{ category: 'MARKETING', type: 'REGULAR', messages: 1, cost: 0.05, currency: 'EUR' },
	]);
	expect(sent.output('template update')[0]).toMatchObject([
		{ components: [{ type: 'BODY', text: 'Nails, at last.' }] },
	]);
	expect(waba.templates).toEqual([]);

	const byTheNode = [execution, sent].flatMap((one) =>
		[...nodes, ...later]
			.filter(({ type }) => type.startsWith(PACKAGE))
			.flatMap(({ name }) => one.output(name).flat()),
	);
	expect(byTheNode.length).toBeGreaterThan(10);
	expect(JSON.stringify(byTheNode)).not.toContain(client.token);
});

test('what Meta decides on a template comes to the workflow, which finds the template by it', async () => {
	const { rest } = hosts.n8n;
	const ours = (parameters: JsonObject): WorkflowNode => ({
		...forClient('template', '', {}),
		id: 'template',
		name: 'template',
		parameters: { resource: 'template', ...parameters },
	});
	const create = await rest.createWorkflow({
		name: 'Hand in',
		nodes: [
			core(MANUAL_TRIGGER, 'manualTrigger', {}),
			ours({
				operation: 'create',
				templateName: 'we_are_open',
				language: 'es_AR',
				category: 'UTILITY',
				body: 'Estamos abiertos.',
			}),
		],
		connections: { [MANUAL_TRIGGER]: { main: [[{ node: 'template', type: 'main', index: 0 }]] } },
	});
	await rest.executeByHand(create);
	const [handedIn] = await rest.finishedExecutions(create, 1);
	expect(handedIn.error).toBeNull();
	const { id, name, language, status } = handedIn.output('template')[0]![0]!;
	expect(status).toBe('PENDING');

	const watch = triggerWorkflow(
		{ webhookId: 'reviews', parameters: { groups: ['account'], registerFor: 'app' } },
		hosts.credentials,
	);
	// As docs/managing.md has it.
	const value =
		'={{ $json.value.message_template_name }}|{{ $json.value.message_template_language }}';
	watch.nodes.push(ours({ operation: 'get', template: { __rl: true, mode: 'name', value } }));
	watch.connections[TRIGGER] = lineFrom('account', 'template');
	const watching = await rest.createWorkflow(watch);
	await expect(rest.publish(watching)).resolves.toEqual({ status: 'published' });
	await meta.control.post('/template-review', { id, event: 'REJECTED' });

	const [execution] = await rest.finishedExecutions(watching, 1);
	expect(execution.error).toBeNull();
	const [told] = execution.output(TRIGGER).flat();
	expect(told).toMatchObject({
		event: 'account.updated',
		field: 'message_template_status_update',
		value: { event: 'REJECTED', reason: 'PROMOTIONAL', message_template_language: language },
	});
	expect(String((told!.value as JsonObject).message_template_id)).toBe(id);
	expect(execution.output('template')).toMatchObject([
		[{ id, name, language, status: 'REJECTED' }],
	]);
});
