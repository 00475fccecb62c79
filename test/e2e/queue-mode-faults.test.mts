/** Each part of queue mode killed under load: what is lost, repeated and failed, and by whom. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';
import { lineFrom, triggerWorkflow } from './stage.mts';
import { asStarted, type StoredExecution } from './started-executions.mts';

const CONCURRENCY = 8;
const MESSAGES = 160;
const FAULT_AFTER = 60;
/** How long the node behind the trigger takes, so that executions are under way when a part dies. */
const EFFECT_MS = 300;
const DO_IT = 'Do it';

jest.setTimeout(600_000);

interface QueuedExecution extends StoredExecution {
	id: string;
	workflowId: string;
}

const suite = HAS_REDIS && process.env.QUEUE_LONG ? describe : describe.skip;

suite('under load (npm run test:queue; needs redis-server on the PATH)', () => {
	let meta: TestMeta;
	let n8n: QueueMode;
	let receiver: Server;
	let workflowId: string;
	let errorWorkflowId: string;
	let alerts: AlertReceiver;
	/** The messages for which the node behind the trigger has done something, once for each time. */
	let effects: string[];
	/** Executions of earlier tests. */
	let earlier: number;

	beforeAll(async () => {
		receiver = createServer(({ url }, answer) => {
			effects.push(new URL(url!, 'http://receiver').searchParams.get('wamid')!);
			setTimeout(() => answer.end('done'), EFFECT_MS);
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
		[meta, n8n] = await Promise.all([
			metaForTest(),
			startQueueMode({
				workers: 2,
				// n8n notices a dead worker after a minute, and what a queue has lost after three hours, unless told so.
				env: {
					QUEUE_WORKER_LOCK_DURATION: '10000',
					QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
					QUEUE_WORKER_STALLED_INTERVAL: '5000',
					N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
				},
			}),
		]);
		alerts = await startAlertReceiver();
		const example = await readExample('failed-executions');
		errorWorkflowId = await n8n.rest.createWorkflow(
			fillIn(example, 'Send the alert', { url: alerts.url }),
		);
		await n8n.publish(errorWorkflowId);
		const type = 'whatsAppCoexistenceApi';
		const id = await n8n.rest.createCredential(type, type, { ...meta.credential });
		const workflow = triggerWorkflow({ webhookId: 'inbox' }, { [type]: { id, name: type } });
		const { port } = receiver.address() as AddressInfo;
		workflow.nodes.push({
			id: 'effect',
			name: DO_IT,
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [300, 0],
			parameters: {
				url: `=http://127.0.0.1:${port}/?wamid={{ encodeURIComponent($json.message.id) }}`,
			},
		});
		workflow.connections[workflow.nodes[0].name] = lineFrom('inbound', DO_IT);
		workflow.settings = { ...workflow.settings, errorWorkflow: errorWorkflowId };
		workflowId = await n8n.rest.createWorkflow(workflow);
		await n8n.publish(workflowId);
		await meta.control.post('/delivery-options', {
			concurrency: CONCURRENCY,
			duplicateShare: 0.3,
			reorder: true,
			maxRetries: 12,
			retryBaseMs: 500,
			timeoutMs: 60_000,
		});
	});
	afterAll(async () => {
		await n8n?.stop();
		await meta?.close();
		receiver?.close();
		await alerts?.close();
	});
	beforeEach(async () => {
		effects = [];
		alerts.alerts.length = 0;
		earlier = (await stored()).length;
	});

	async function stored(): Promise<QueuedExecution[]> {
		const rows = await n8n.postgres.query(
			`SELECT id, mode, status, data, "workflowId" FROM execution_entity
			JOIN execution_data ON "executionId" = id ORDER BY id`,
		);
		return rows as unknown as QueuedExecution[];
	}

	const sinceThen = async () => (await stored()).slice(earlier);

	async function allAreOver(): Promise<QueuedExecution[]> {
		return await pRetry(
			async () => {
				const executions = await sinceThen();
				const open = executions.filter(({ status }) => ['new', 'running'].includes(status));
				if (open.length > 0) throw new Error(`${open.length} executions are ${open[0]!.status}`);
				return executions;
			},
			{ retries: 480, factor: 1, minTimeout: 500 },
		);
	}

	const parts: Array<[string, () => Promise<void>]> = [
		['a webhook process is killed', async () => await again(n8n.webhooks[placeOfInbox()]!, 'kill')],
		['a worker is told to stop', async () => await again(n8n.workers[0]!, 'stop')],
		['a worker is killed', async () => await again(n8n.workers[1]!, 'kill')],
		['Redis loses all that it has', async () => await n8n.redis.restart()],
		['the main process is killed', async () => await again(n8n.main, 'kill')],
	];
	const placeOfInbox = () => n8n.proxy.placeOf('/webhook/inbox/whatsapp');
	const again = async (n8nProcess: QueueMode['main'], how: 'kill' | 'stop') => {
		await n8nProcess[how]();
		await n8nProcess.start();
	};

	test.each(parts)('%s: nothing is lost by the trigger', async (what, fault) => {
		const writing = meta.control.post<ScenarioReport>('/scenario/customer-writes', {
			phoneNumberId: DEFAULT.phoneNumberId,
			count: MESSAGES,
		});
		await pRetry(
			async () => {
				const count = (await sinceThen()).length;
				if (count < FAULT_AFTER) throw new Error(`There are ${count} executions`);
			},
			{ retries: 1_200, factor: 1, minTimeout: 100 },
		);
		await fault();
		const { ids, deliveries } = await writing;
		const messages = ids.inboundMessages!;
		const executions = await allAreOver();

		const own = executions.filter((execution) => execution.workflowId === workflowId);
		const started = own.map((execution) => ({
			...execution,
			messages: asStarted(execution).events.map(({ message }) => (message as { id: string }).id),
		}));
		const unsuccessful = started.filter(({ status }) => status !== 'success');
		/** Those from which n8n has removed what they were started with. */
		const emptied = unsuccessful.filter((execution) => execution.messages.length === 0);
		const known = started.flatMap((execution) => execution.messages);
		const unknown = messages.filter((wamid) => !known.includes(wamid));
		const twice = messages.filter((wamid) => known.indexOf(wamid) !== known.lastIndexOf(wamid));
		const undone = () => messages.filter((wamid) => !effects.includes(wamid));
		const count = (status: string) => own.filter((each) => each.status === status).length;
		/** Failed ones of which no alert tells; of those that n8n finds crashed later none does. */
		const untold = () => {
			const failed = own.filter(({ status }) => status === 'error').map(({ id }) => id);
			const told = alerts.alerts.map((text) => /executions\/(\d+)/.exec(text)?.[1]);
			return failed.filter((id) => !told.includes(String(id)));
		};
		const before = undone().length;
		await pRetry(
			async () => {
				if (untold().length > 0) throw new Error(`No alert of ${untold().join(', ')}`);
			},
			{ retries: 60, factor: 1, minTimeout: 500 },
		);

		const withData = unsuccessful.filter((execution) => execution.messages.length > 0);
		for (const { id } of withData) await n8n.rest.retry(id);
		const afterRetry = effects.length;
		for (const { id } of emptied.slice(0, 1)) await n8n.rest.retry(id);
		// n8n says that it worked, and has nothing left to do it with.
		expect(effects).toHaveLength(afterRetry);
		console.log(
			[
				`When ${what}, of ${messages.length} messages (${deliveries.total} deliveries):`,
				`${own.length} executions, ${count('success')} successful, ${count('error')} failed,`,
				`${count('crashed')} crashed; ${emptied.length} emptied by n8n; ${alerts.alerts.length} alerts;`,
				`${twice.length} messages ran twice; ${before} not done, ${undone().length}`,
				'after Retry.',
			].join(' '),
		);

		expect(deliveries.accepted).toBe(deliveries.total);
		// Each message has an execution; of those that n8n has emptied it cannot be said which.
		expect(unknown.length).toBeLessThanOrEqual(emptied.length);
		expect(own.length).toBeGreaterThanOrEqual(messages.length);
		expect(untold()).toEqual([]);
		expect(twice.length).toBeLessThanOrEqual(CONCURRENCY);
		// n8n's “Retry” does what is left to do wherever n8n still knows it.
		expect(undone().length).toBeLessThanOrEqual(emptied.length);
	});
});
