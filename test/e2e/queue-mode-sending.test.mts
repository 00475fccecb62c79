import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';
import { request } from 'undici';

import type { RecordedRequest } from '../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson, WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { PACKAGE } from './hosts.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';
import { lineFrom, triggerWorkflow } from './stage.mts';

const TYPE = 'whatsAppCoexistenceApi';
const WORKERS = 2;
const SHARE = 10;
const MESSAGES_EACH = 300;
const NUMBER = { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId };
const HASH = 'Hash';

jest.setTimeout(600_000);

const suite = HAS_REDIS && process.env.QUEUE_LONG ? describe : describe.skip;

suite('two workers (npm run test:queue; needs redis-server on the PATH)', () => {
	let meta: TestMeta;
	let n8n: QueueMode;

	beforeAll(async () => {
		[meta, n8n] = await Promise.all([
			metaForTest(),
			startQueueMode({
				workers: WORKERS,
				// Of a worker this is how many executions it runs at a time: two executions go to two workers.
				env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' },
			}),
		]);
	});
	afterAll(async () => {
		await n8n?.stop();
		await meta?.close();
	});

	async function credential(name: string, more: JsonObject = {}) {
		const id = await n8n.rest.createCredential(TYPE, name, { ...meta.credential, ...more });
		return { [TYPE]: { id, name } };
	}

	/** A workflow that does something with each of the `items` that its address is given. */
	async function publish(
		name: string,
		parameters: JsonObject,
		credentials: WorkflowNode['credentials'],
	): Promise<string> {
		const node = (fields: Partial<WorkflowNode>): WorkflowNode => ({
			id: fields.name!,
			name: '',
			type: '',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...fields,
		});
		const to = (next: string) => ({ main: [[{ node: next, type: 'main', index: 0 }]] });
		const workflow: WorkflowJson = {
			name,
			nodes: [
				node({
					name: 'Webhook',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					webhookId: name,
					parameters: { httpMethod: 'POST', path: name },
				}),
				node({
					name: 'Items',
					type: 'n8n-nodes-base.splitOut',
					parameters: { fieldToSplitOut: 'body.items', options: {} },
				}),
				node({
					name: 'WhatsApp',
					type: `${PACKAGE}.whatsAppCoexistence`,
					parameters: { phoneNumberId: NUMBER, ...parameters },
					credentials,
				}),
			],
			connections: { Webhook: to('Items'), Items: to('WhatsApp') },
			settings: { executionOrder: 'v1' },
		};
		const id = await n8n.rest.createWorkflow(workflow);
		await n8n.publish(id);
		return id;
	}

	async function call(name: string, items: unknown[]): Promise<void> {
		const answer = await request(`${n8n.proxy.url}/webhook/${name}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ items }),
		});
		await answer.body.dump();
		expect(answer.statusCode).toBe(200);
	}

	/** Waits until the executions of a workflow are over; which of the workers had each. */
	async function executions(workflowId: string, count: number) {
		const rows = await pRetry(
			async () => {
				const found = await n8n.postgres.query(
					`SELECT id, status FROM execution_entity WHERE "workflowId" = '${workflowId}' ORDER BY id`,
				);
				const over = found.filter(({ status }) => !['new', 'running'].includes(String(status)));
				if (over.length < count) throw new Error(`${over.length} of ${count} executions are over`);
				return over;
			},
			{ retries: 900, factor: 1, minTimeout: 300 },
		);
		return rows.map(({ id, status }) => ({
			id: String(id),
			status,
			worker: n8n.workers.findIndex(({ log }) =>
				log().includes(`started execution ${String(id)} `),
			),
		}));
	}

	async function sendFromBoth(name: string, credentials: WorkflowNode['credentials']) {
		const workflowId = await publish(
			name,
			{
				resource: 'message',
				operation: 'sendText',
				to: '={{ $json.phone }}',
				text: 'We open at nine.',
			},
			credentials,
		);
		await meta.control.delete('/sending-limits');
		const first = (await meta.control.get<RecordedRequest[]>('/requests')).length;
		const people = (worker: number) =>
			Array.from({ length: MESSAGES_EACH }, (_, index) => ({
				phone: `3460${worker}${String(100_000 + index)}`,
			}));
		await Promise.all(Array.from({ length: WORKERS }, (_, worker) => call(name, people(worker))));
		const done = await executions(workflowId, WORKERS);
		expect(new Set(done.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
		expect(done.map(({ status }) => status)).toEqual(['success', 'success']);

		const requests = (await meta.control.get<RecordedRequest[]>('/requests'))
			.slice(first)
			.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'));
		const taken = requests.filter(({ status }) => status === 200);
		const times = requests.map(({ at }) => at);
		return {
			taken: taken.length,
			refused: requests.length - taken.length,
			seconds: (Math.max(...times) - Math.min(...times)) / 1000,
		};
	}

	test('stay below Meta’s limit together where each has its share, and meet it where not', async () => {
		const shared = await sendFromBoth(
			'shared',
			await credential('A share', { messagesPerSecond: SHARE }),
		);
		const whole = await sendFromBoth('whole', await credential('Without a share'));
		console.log(
			[
				`${WORKERS} workers, ${MESSAGES_EACH} texts each, 20 a second in all.`,
				`With a share of ${SHARE}: ${shared.refused} refused, ${shared.seconds} s.`,
				`Without: ${whole.refused} refused (130429), ${whole.seconds} s.`,
			].join(' '),
		);
		const all = WORKERS * MESSAGES_EACH;
		expect(shared).toMatchObject({ taken: all, refused: 0 });
		expect(whole.taken).toBe(all);
		expect(whole.refused).toBeGreaterThan(0);
	});

	test('request a sync once, whichever of them is asked', async () => {
		const credentials = await credential('Syncs');
		const parameters = { resource: 'sync', operation: 'requestContacts' };
		const workflowId = await publish('sync', parameters, credentials);
		const asked = async () =>
			(await meta.control.get<RecordedRequest[]>('/requests')).filter(({ path }) =>
				path.endsWith('/smb_app_data'),
			);
		let runs: Awaited<ReturnType<typeof executions>> = [];
		while (new Set(runs.map(({ worker }) => worker)).size < WORKERS && runs.length < 20) {
			await call('sync', [{}]);
			runs = await executions(workflowId, runs.length + 1);
		}
		expect(new Set(runs.map(({ worker }) => worker)).size).toBe(WORKERS);
		expect(await asked()).toHaveLength(1);

		// Of another workflow the workers do not know; Meta does.
		const other = await publish('other-sync', parameters, credentials);
		const firstWorker = runs[0]!.worker;
		for (let run = 1; run <= 20; run++) {
			await call('other-sync', [{}]);
			const latest = (await executions(other, run)).at(-1)!;
			if (latest.worker !== firstWorker) break;
		}
		console.log(
			`Asked Meta: ${(await asked()).map(({ status }) => status).join(', ')}; first ran in ${firstWorker}`,
		);
	});

	test('find the file that a webhook process has downloaded', async () => {
		const credentials = await credential('Files');
		const media = { groups: ['inbound'], types: ['image'], maximumMegabytes: 1, seconds: 5 };
		const workflow = triggerWorkflow(
			{ webhookId: 'files', parameters: { options: { downloadMedia: { media } } } },
			credentials,
		);
		workflow.nodes.push({
			id: 'hash',
			name: HASH,
			type: 'n8n-nodes-base.crypto',
			typeVersion: 1,
			position: [300, 0],
			parameters: {
				action: 'hash',
				type: 'SHA256',
				binaryData: true,
				binaryPropertyName: 'data',
				dataPropertyName: 'sha256',
			},
		});
		workflow.connections[workflow.nodes[0].name] = lineFrom('inbound', HASH);
		const id = await n8n.rest.createWorkflow(workflow);
		await n8n.publish(id);
		const count = 6;
		await meta.control.post('/scenario/customer-writes', { count, types: ['image'] });
		const done = await executions(id, count);
		expect(done.map(({ status }) => status)).toEqual(Array(count).fill('success'));
		for (const execution of done) {
			const item = (await n8n.rest.execution(execution.id)).output(HASH)[0]![0]!;
			const { media: sent } = item.message as { media: { sha256: string } };
			expect(Buffer.from(item.sha256 as string, 'hex').toString('base64')).toBe(sent.sha256);
		}
		console.log(`Files were read in the workers ${done.map(({ worker }) => worker).join(', ')}`);
	});
});
