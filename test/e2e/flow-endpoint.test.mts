import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { readExample } from '../../sandbox/demo/examples.mts';
import type { FlowOutcome } from '../../sandbox/meta/flow-endpoint.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startHosts, type Hosts } from './hosts.mts';

jest.setTimeout(120_000);

let meta: TestMeta;
let hosts: Hosts;
let workflowId: string;
let url: string;

beforeAll(async () => {
	meta = await metaForTest();
	hosts = await startHosts({ url: meta.url, stop: meta.close });
	const { rest, url: n8nUrl } = hosts.n8n;

	// As its sticky note asks: keys, the private one into the credential, the public one to Meta.
	const { privateKey } = await done('createKeys', {});
	const { whatsAppCoexistenceApi: stored } = hosts.credentials;
	await rest.deleteCredential(stored.id);
	stored.id = await rest.createCredential('whatsAppCoexistenceApi', stored.name, {
		...hosts.credential,
		flowPrivateKey: privateKey,
	});
	const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId };
	expect(await done('setPublicKey', { phoneNumberId })).toMatchObject({ matchesCredential: true });

	workflowId = await rest.createWorkflow(await readExample('flow-endpoint'));
	expect(await rest.publish(workflowId)).toEqual({ status: 'published' });
	url = `${n8nUrl}/webhook/whatsapp-flow`;
}, 300_000);

afterAll(async () => await hosts?.stop());

/** Does it by hand, in a workflow of its own. */
async function done(operation: string, parameters: JsonObject): Promise<JsonObject> {
	const { rest } = hosts.n8n;
	const node = 'Do it';
	const workflow: WorkflowJson = {
		name: operation,
		nodes: [
			{
				id: 'a0000000-0000-4000-8000-000000000001',
				name: 'When clicking ‘Execute workflow’',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'a0000000-0000-4000-8000-000000000002',
				name: node,
				type: 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistence',
				typeVersion: 1,
				position: [200, 0],
				parameters: { resource: 'flow', operation, ...parameters },
				credentials: hosts.credentials,
			},
		],
		connections: {
			'When clicking ‘Execute workflow’': { main: [[{ node, type: 'main', index: 0 }]] },
		},
	};
	const id = await rest.createWorkflow(workflow);
	await rest.executeByHand(id);
	const [execution] = await rest.finishedExecutions(id, 1);
	expect(execution.error).toBeNull();
	return execution.output(node)[0]![0]!;
}

const ask = async (request: JsonObject) =>
	await meta.control.post<FlowOutcome>('/flow-request', { url, ...request });

test('WhatsApp finds the endpoint well', async () => {
	expect(await ask({ action: 'ping' })).toEqual({
		status: 200,
		tries: 1,
		fault: null,
		answer: { data: { status: 'active' } },
	});
});

test('a customer opens the form, chooses, and the form ends with what they chose', async () => {
	const opened = await ask({ action: 'INIT' });
	expect(opened).toMatchObject({ status: 200, fault: null, answer: { screen: 'TIMES' } });
	const { times } = opened.answer!.data as { times: Array<{ id: string }> };

	const chosen = await ask({
		action: 'data_exchange',
		screen: 'TIMES',
		data: { time: times[1]!.id },
	});
	expect(chosen).toMatchObject({ status: 200, fault: null, answer: { screen: 'SUCCESS' } });
	expect(chosen.answer!.data).toEqual({
		extension_message_response: { params: { time: '1100', flow_token: 'flow-token' } },
	});
});

test('what cannot be answered has the answer that WhatsApp expects', async () => {
	const unknown = await ask({ action: 'data_exchange', screen: 'OLD', data: {} });
	expect(unknown).toMatchObject({ status: 427, fault: null });
	const reported = await ask({ action: 'data_exchange', screen: 'TIMES', data: { error: 'X' } });
	expect(reported).toMatchObject({ status: 200, answer: { data: { acknowledged: true } } });
	expect(await ask({ action: 'INIT', sign: 'wrong' })).toMatchObject({ status: 432 });
});

test('no execution failed, and none holds a key that is good for anything', async () => {
	const executions = await hosts.n8n.rest.finishedExecutions(workflowId, 6);
	expect(executions.filter(({ error }) => error !== null)).toEqual([]);
	const outputs = executions.map((execution) => execution.output('Decrypt the request'));
	expect(JSON.stringify(outputs)).not.toMatch(/PRIVATE KEY|test_app_secret/);
});
