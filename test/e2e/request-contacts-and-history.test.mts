import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { RecordedRequest } from '../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { Execution, JsonObject } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';

jest.setTimeout(120_000);

const REQUEST = 'Request contacts and history';

let hosts: Hosts;
let workflowId: string;
let runs = 0;

beforeAll(async () => {
	hosts = await startHosts();
	const example = await readExample('request-contacts-and-history');
	workflowId = await hosts.n8n.rest.createWorkflow(
		fillIn(example, REQUEST, {
			phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId },
		}),
	);
	await hosts.meta.post('/onboard', {});
});

afterAll(async () => await hosts?.stop());

async function executeWorkflow(): Promise<Execution> {
	const { rest } = hosts.n8n;
	await rest.executeByHand(workflowId);
	return (await rest.finishedExecutions(workflowId, ++runs)).at(-1)!;
}

/** What Meta was asked to send, in order. */
async function asked(): Promise<unknown[]> {
	const requests = await hosts.meta.get<RecordedRequest[]>('/requests');
	return requests
		.filter(({ path }) => path.endsWith(`/${DEFAULT.phoneNumberId}/smb_app_data`))
		.map(({ body }) => (body as JsonObject).sync_type);
}

test('Meta is asked for the contacts, then for the old chats', async () => {
	const { error, output } = await executeWorkflow();
	expect(error).toBeNull();
	expect(output(REQUEST)).toMatchObject([[{ sync: 'contacts' }, { sync: 'history' }]]);
	expect(await asked()).toEqual(['smb_app_state_sync', 'history']);
});

test('a second run says that they were asked for, and asks for nothing', async () => {
	expect(await executeWorkflow()).toMatchObject({
		status: 'error',
		error: 'The contacts were requested before, so nothing was sent',
	});
	expect(await asked()).toEqual(['smb_app_state_sync', 'history']);
});

test('after the phone was connected anew, both are asked for again', async () => {
	await hosts.meta.post('/clock', { advanceSeconds: 1 });
	await hosts.meta.post('/onboard', {});
	expect(await executeWorkflow()).toMatchObject({ error: null });
	expect(await asked()).toEqual(['smb_app_state_sync', 'history', 'smb_app_state_sync', 'history']);
});
