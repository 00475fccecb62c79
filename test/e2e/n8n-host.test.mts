import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { dir, type DirectoryResult } from 'tmp-promise';
import { request } from 'undici';
import { startN8n, type N8nHost } from '../../sandbox/n8n/host.mts';
import { packPackage } from '../../sandbox/n8n/pack.mts';
import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';

const WEBHOOK_ID = '5f6c2b1e-9f0f-4c3e-8d4e-000000000001';

/** n8n's own nodes only: what is tested here is the host. */
const workflow: WorkflowJson = {
	name: 'Two outputs',
	nodes: [
		{
			id: 'webhook',
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2.1,
			position: [0, 0],
			webhookId: WEBHOOK_ID,
			parameters: { httpMethod: 'POST', path: WEBHOOK_ID },
		},
		{
			id: 'if',
			name: 'Is it late?',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.2,
			position: [200, 0],
			parameters: {
				conditions: {
					options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
					conditions: [
						{
							id: 'late',
							leftValue: '={{ $json.body.hour }}',
							rightValue: 20,
							operator: { type: 'number', operation: 'gte' },
						},
					],
					combinator: 'and',
				},
			},
		},
	],
	connections: { Webhook: { main: [[{ node: 'Is it late?', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
};

jest.setTimeout(120_000);

let folder: DirectoryResult;
let host: N8nHost;
/** ID of the workflow that one test publishes and the crash must leave published. */
let published: string;

beforeAll(async () => {
	folder = await dir({ unsafeCleanup: true });
	host = await startN8n({ packageTarball: await packPackage(folder.path) });
});

afterAll(async () => {
	await host?.stop();
	await folder.cleanup();
});

async function post(hour: number): Promise<number> {
	const { statusCode, body } = await request(`${host.url}/webhook/${WEBHOOK_ID}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ hour }),
	});
	await body.dump();
	return statusCode;
}

/** The IDs of a process's children and their children. */
async function descendants(ancestor: number): Promise<number[]> {
	const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=']);
	const processes = stdout
		.split('\n')
		.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
	const childrenOf = (parent: number): number[] =>
		processes.filter(([, ppid]) => ppid === parent).flatMap(([pid]) => [pid, ...childrenOf(pid)]);
	return childrenOf(ancestor);
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

describe('a real n8n with the packed package', () => {
	test('has loaded both nodes and the credential under their real names', async () => {
		const nodes = (await host.rest.nodeTypes()).map(({ name }) => name);
		expect(nodes).toContain('n8n-nodes-whatsapp-coexistence.whatsAppCoexistenceTrigger');
		expect(nodes).toContain('n8n-nodes-whatsapp-coexistence.whatsAppCoexistence');

		const credentials = (await host.rest.credentialTypes()).map(({ name }) => name);
		expect(credentials).toContain('whatsAppCoexistenceApi');
	});

	test('publishes a workflow and reports what each output of its nodes sent', async () => {
		published = await host.rest.createWorkflow(workflow);
		expect(await host.rest.publish(published)).toEqual({ status: 'published' });
		expect(await post(8)).toBe(200);
		expect(await post(22)).toBe(200);

		const [morning, evening] = await host.rest.finishedExecutions(published, 2);
		expect(morning.output('Is it late?')).toMatchObject([[], [{ body: { hour: 8 } }]]);
		expect(evening.output('Is it late?')).toMatchObject([[{ body: { hour: 22 } }], []]);
	});

	test('tells why n8n refuses a request', async () => {
		const twin = await host.rest.createWorkflow(workflow);
		await expect(host.rest.publish(twin)).rejects.toThrow(/answered 409 .* conflict/);
	});

	test('goes on after a crash with what was on disk', async () => {
		const crashed = host.pid()!;
		await host.kill();
		expect(isRunning(crashed)).toBe(false);
		await expect(request(host.url)).rejects.toThrow('ECONNREFUSED');

		await host.restart();
		expect(host.pid()).not.toBe(crashed);
		expect(await post(9)).toBe(200);
		expect(await host.rest.finishedExecutions(published, 3)).toHaveLength(3);
	});

	test('leaves no process and no folder behind when stopped', async () => {
		const pids = [host.pid()!, ...(await descendants(host.pid()!))];
		expect(pids.length).toBeGreaterThan(1);

		await host.stop();
		expect(pids.filter(isRunning)).toEqual([]);
		expect(existsSync(host.dataDir)).toBe(false);
	});
});
