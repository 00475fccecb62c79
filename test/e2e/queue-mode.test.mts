import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import type { RecordedUpdate } from '../../sandbox/meta/delivery/routing.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';
import { triggerWorkflow } from './stage.mts';
import { asStarted, type StoredExecution } from './started-executions.mts';

const CONCURRENCY = 8;
const KILLED_AFTER = 60;

jest.setTimeout(600_000);

const { phoneNumberId: FIRST, secondPhoneNumberId: SECOND } = DEFAULT;

/** What is written to the account, by whom. */
const SOURCES = {
	toFirst: { scenario: 'customer-writes', phoneNumberId: FIRST, share: 0.5 },
	toSecond: { scenario: 'customer-writes', phoneNumberId: SECOND, share: 0.25 },
	byOwner: { scenario: 'owner-answers', phoneNumberId: FIRST, share: 0.25 },
};
type Source = keyof typeof SOURCES;

type Name = 'inbox' | 'alert' | 'crm' | 'bot' | 'watch';

/** Workflows by webhook ID, in the order in which they are published, and what each receives. */
const WORKFLOWS: Record<Name, { parameters: JsonObject; receives: Source[] }> = {
	inbox: {
		parameters: { groups: ['inbound', 'echoes'] },
		receives: ['toFirst', 'toSecond', 'byOwner'],
	},
	alert: { parameters: { groups: ['inbound'] }, receives: ['toFirst', 'toSecond'] },
	crm: { parameters: { groups: ['echoes'] }, receives: ['byOwner'] },
	bot: {
		parameters: { groups: ['inbound'], registerFor: 'phoneNumber', phoneNumberIds: [FIRST] },
		receives: ['toFirst'],
	},
	watch: {
		parameters: { groups: ['inbound', 'account'], registerFor: 'app' },
		receives: ['toFirst', 'toSecond'],
	},
};
const NAMES = Object.keys(WORKFLOWS) as Name[];

const pathOf = (name: Name) => `/webhook/${name}/whatsapp`;

(HAS_REDIS ? describe : describe.skip)('in queue mode (needs redis-server on the PATH)', () => {
	let meta: TestMeta;
	let n8n: QueueMode;
	let credentials: WorkflowNode['credentials'];
	/** Workflow IDs by name. */
	const ids = {} as Record<Name, string>;
	/** All that was written so far, by who wrote it. */
	const written: Record<Source, string[]> = { toFirst: [], toSecond: [], byOwner: [] };

	beforeAll(async () => {
		[meta, n8n] = await Promise.all([metaForTest(), startQueueMode()]);
		const type = 'whatsAppCoexistenceApi';
		const id = await n8n.rest.createCredential(type, type, { ...meta.credential });
		credentials = { [type]: { id, name: type } };
		for (const webhookId of NAMES) {
			const { parameters } = WORKFLOWS[webhookId];
			const workflow = triggerWorkflow({ webhookId, parameters }, credentials);
			ids[webhookId] = await n8n.rest.createWorkflow(workflow);
			await expect(n8n.rest.publish(ids[webhookId])).resolves.toEqual({ status: 'published' });
		}
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
	});

	/** Customers and the owner write; a third of it is delivered twice. Resolves when Meta is done. */
	async function peopleWrite(count: number): Promise<void> {
		const writing = Object.entries(SOURCES).map(async ([source, options]) => {
			const { scenario, phoneNumberId, share } = options;
			const report = await meta.control.post<ScenarioReport>(`/scenario/${scenario}`, {
				phoneNumberId,
				count: count * share,
			});
			expect(report.deliveries.accepted).toBe(report.deliveries.total);
			const { inboundMessages = [], echoes = [] } = report.ids;
			written[source as Source].push(...inboundMessages, ...echoes);
		});
		await Promise.all(writing);
	}

	/** The messages that each workflow has executed, once for each time, sorted. Waits for the worker. */
	async function executed(): Promise<Record<Name, string[]>> {
		await queueIsEmpty();
		const executions = await storedExecutions();
		const failed = executions.filter(({ status }) => !['success', 'new'].includes(status));
		expect(failed).toEqual([]);
		return messagesOf(executions.filter(({ status }) => status === 'success'));
	}

	/**
	 * Those of which n8n had stored an execution, and was killed before it queued that: no worker will ever run it.
	 * To be called when the queue is empty.
	 */
	async function neverQueued(): Promise<Record<Name, string[]>> {
		return messagesOf((await storedExecutions()).filter(({ status }) => status === 'new'));
	}

	const messagesOf = (executions: Awaited<ReturnType<typeof storedExecutions>>) =>
		byName((name) =>
			executions
				.filter(({ workflowId }) => workflowId === ids[name])
				.flatMap((execution) => asStarted(execution).events)
				.map(({ message }) => (message as { id: string }).id),
		);

	/** Resolves once the worker has run all that was queued. */
	async function queueIsEmpty(): Promise<void> {
		await pRetry(
			async () => {
				for (const list of ['wait', 'active']) {
					const length = await n8n.redis.command('LLEN', `bull:jobs:${list}`);
					if (length !== '0') throw new Error(`${length} jobs of n8n's are in "${list}"`);
				}
			},
			{ retries: 240, factor: 1, minTimeout: 500 },
		);
	}

	async function moreThan(count: number): Promise<void> {
		await pRetry(
			async () => {
				const { length } = await storedExecutions();
				if (length < count) throw new Error(`${length} of ${count} executions are stored`);
			},
			{ retries: 600, factor: 1, minTimeout: 100 },
		);
	}

	async function storedExecutions() {
		const rows = await n8n.postgres.query(
			`SELECT mode, status, data, "workflowId" FROM execution_entity
			JOIN execution_data ON "executionId" = id ORDER BY id`,
		);
		return rows as unknown as Array<StoredExecution & { workflowId: string }>;
	}

	const expected = () =>
		byName((name) => WORKFLOWS[name].receives.flatMap((source) => written[source]));

	test('both processes have workflows of the number, and one callback names them all', () => {
		const places = NAMES.map((name) => n8n.proxy.placeOf(pathOf(name)));
		expect(new Set(places).size).toBe(n8n.webhooks.length);
		const { overrideCallbackUri } = meta.world.wabas[0].subscribedApps[DEFAULT.appId]!;
		expect(overrideCallbackUri).toContain(`${n8n.proxy.url}${pathOf('inbox')}?with=`);
	});

	test('five workflows on one number execute each of their events exactly once', async () => {
		await peopleWrite(120);
		await expect(executed()).resolves.toEqual(expected());
		await expect(neverQueued()).resolves.toEqual(byName(() => []));
	});

	test('the same with a webhook process killed and started again: nothing is lost', async () => {
		const earlier = (await storedExecutions()).length;
		const writing = peopleWrite(120);
		await moreThan(earlier + KILLED_AFTER);
		const killed = n8n.webhooks[n8n.proxy.placeOf(pathOf('inbox'))]!;
		await killed.kill();
		await killed.start();
		await writing;

		const runs = await executed();
		const once = byName((name) => [...new Set(runs[name])]);
		expect(once).toEqual(expected());
		const twice = NAMES.map((name) => runs[name].length - once[name].length);
		console.log(`A webhook process was killed; started twice, by workflow: ${twice.join(', ')}`);
		// What was under way, and so not answered, when the process was killed.
		for (const count of twice) expect(count).toBeLessThanOrEqual(CONCURRENCY);
	});

	test('of what Meta delivers again afterwards, no more starts than the killed process had under way; then nothing', async () => {
		const before = await executed();
		await deliverAThirdAgain();
		const runs = await executed();
		for (const name of NAMES) {
			// n8n stores what a trigger remembers after each delivery, in no order: the last to be written
			// before the kill may lack those that were under way beside it.
			expect(runs[name].length - before[name].length).toBeLessThanOrEqual(CONCURRENCY);
		}
		expect(byName((name) => [...new Set(runs[name])])).toEqual(expected());

		await deliverAThirdAgain();
		await expect(executed()).resolves.toEqual(runs);
	});

	test('a webhook process is killed after n8n stored executions and before it queued them: nothing is lost', async () => {
		const earlier = await neverQueued();
		// Holds back what n8n writes to Redis; what it reads there goes on.
		await n8n.redis.command('CLIENT', 'PAUSE', '600000', 'WRITE');
		const writing = peopleWrite(40);
		await pRetry(
			async () => {
				const count = (await neverQueued()).inbox.length - earlier.inbox.length;
				if (count < CONCURRENCY / 2) throw new Error(`${count} executions are stored`);
			},
			{ retries: 600, factor: 1, minTimeout: 100 },
		);
		const killed = n8n.webhooks[n8n.proxy.placeOf(pathOf('inbox'))]!;
		await killed.kill();
		await n8n.redis.command('CLIENT', 'UNPAUSE');
		await killed.start();
		await writing;

		const runs = await executed();
		expect(byName((name) => [...new Set(runs[name])])).toEqual(expected());
		const { inbox } = await neverQueued();
		// They are of messages that Meta delivered again, and another execution has run.
		expect(inbox.length).toBeGreaterThanOrEqual(earlier.inbox.length + CONCURRENCY / 2);
	});

	test.each(NAMES)(
		'%s is unpublished, edited, renamed and published again meanwhile: no other misses or repeats anything',
		async (changed) => {
			const earlier = new Set(Object.values(expected()).flat());
			const before = await executed();
			const meanwhile = await peopleWriteWhile(async () => {
				await n8n.rest.unpublish(ids[changed]);
				const options = { ignoredContacts: '34600999999' };
				const parameters = { ...WORKFLOWS[changed].parameters, options };
				const { nodes } = triggerWorkflow(
					{ webhookId: changed, trigger: 'Renamed', parameters },
					credentials,
				);
				await n8n.rest.updateWorkflow(ids[changed], { name: `${changed}, renamed`, nodes });
				await n8n.publish(ids[changed]);
			});
			await peopleWrite(8);

			const runs = await executed();
			const news = byName((name) => runs[name].filter((id) => !earlier.has(id)));
			const due = byName((name) => expected()[name].filter((id) => !earlier.has(id)));
			for (const name of NAMES) {
				expect(runs[name].length - news[name].length).toBe(before[name].length);
			}
			const missed = due[changed].filter((id) => !news[changed].includes(id));
			console.log(`${changed} missed ${missed.length} of ${meanwhile.length} meanwhile`);
			expect(meanwhile).toEqual(expect.arrayContaining(missed));
			due[changed] = due[changed].filter((id) => !missed.includes(id));
			expect(news).toEqual(due);
		},
	);

	/** @returns what was written until the change was made */
	async function peopleWriteWhile(change: () => Promise<void>): Promise<string[]> {
		const writtenSoFar = () => Object.values(written).flat();
		const before = new Set(writtenSoFar());
		const writing: Array<Promise<void>> = [];
		let isMade = false;
		const making = change().finally(() => (isMade = true));
		while (!isMade) {
			writing.push(peopleWrite(8));
			await Promise.race([making, sleep(1_000)]);
		}
		await Promise.all([making, ...writing]);
		return writtenSoFar().filter((id) => !before.has(id));
	}

	async function deliverAThirdAgain(): Promise<void> {
		const updates = await meta.control.get<RecordedUpdate[]>('/updates');
		const again = updates.slice(0, 240).filter((_, index) => index % 3 === 0);
		await meta.control.post('/deliver', {
			updates: again.map(({ field, value, wabaId, phoneNumberId }) => ({
				field,
				value,
				wabaId,
				phoneNumberId,
			})),
		});
		await meta.control.post('/drain');
	}
});

function byName(list: (name: Name) => string[]): Record<Name, string[]> {
	const lists = NAMES.map((name) => [name, list(name).sort()] as const);
	return Object.fromEntries(lists) as Record<Name, string[]>;
}
