import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import type { Delivery } from '../../sandbox/meta/delivery/engine.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

const EVENTS = 1_000;
const CONCURRENCY = 20;
const KILLED_AFTER = 300;

jest.setTimeout(600_000);

let stage: Stage;
let workflowId: string;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	workflowId = await rest.createWorkflow(stage.workflow({ webhookId: 'redeliveries' }));
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	await stage.meta.control.post('/delivery-options', {
		concurrency: CONCURRENCY,
		duplicateShare: 0.3,
		reorder: true,
		maxRetries: 10,
		retryBaseMs: 500,
		timeoutMs: 60_000,
	});
});
afterAll(async () => await stage?.stop());

let earlier: number;
beforeEach(() => {
	earlier = startedExecutions(stage, workflowId).length;
});

/** Has customers write, each message of a third of them delivered twice; resolves when Meta is done. */
async function customersWrite(): Promise<string[]> {
	const report = await stage.meta.control.post<ScenarioReport>('/scenario/customer-writes', {
		count: EVENTS,
	});
	expect(report.deliveries.accepted).toBe(report.deliveries.total);
	expect(report.deliveries.total).toBeGreaterThan(EVENTS * 1.25);
	return report.ids.inboundMessages!;
}

const executions = () => startedExecutions(stage, workflowId).slice(earlier);

const startedMessages = () =>
	executions().flatMap(({ events }) => events.map(({ message }) => (message as { id: string }).id));

test('1,000 deliveries, a third of them twice and twenty at a time, start each event once', async () => {
	const written = await customersWrite();
	expect(startedMessages().sort()).toEqual(written.sort());
});

test('the same with n8n killed in the middle loses none that reached the trigger', async () => {
	const { id: since } = (await deliveriesSince(0)).at(-1)!;
	const writing = customersWrite();
	await pRetry(
		() => {
			const count = executions().length;
			if (count < KILLED_AFTER) throw new Error(`There are ${count} executions`);
		},
		{ retries: 2_000, factor: 1, minTimeout: 50 },
	);
	await stage.n8n.kill();
	await stage.n8n.restart();

	const written = await writing;
	const started = startedMessages();
	const deliveries = await deliveriesSince(since);
	const unseen = unseenOf(written, deliveries);
	const seen = written.filter((id) => !unseen.includes(id));
	expect(seen.filter((id) => !started.includes(id))).toEqual([]);
	// One that n8n answered itself may have been started all the same, before it was killed.
	expect(started.filter((id) => !written.includes(id))).toEqual([]);

	const twice = started.length - new Set(started).size;
	const cutOff = executions().filter(({ status }) => status === 'crashed').length;
	console.log(
		`${deliveries.length} deliveries of ${written.length} events, n8n killed after ${KILLED_AFTER}: ` +
			`${twice} events started twice, ${cutOff} executions cut off, ` +
			`${unseen.length} events answered by n8n itself while it started`,
	);
	// Started twice is what was under way, and so not answered, when n8n was killed.
	expect(twice).toBeLessThanOrEqual(CONCURRENCY);
});

const deliveriesSince = async (since: number) =>
	await stage.meta.control.get<Array<Delivery & { id: number }>>(`/deliveries?since=${since}`);

/**
 * The events that no trigger ever saw: until its database is open n8n answers everything with 200 and
 * this text (abstract-server.js), so that Meta has no reason to deliver again.
 */
function unseenOf(written: string[], deliveries: Array<Delivery & { id: number }>): string[] {
	const originals = deliveries.filter(({ duplicateOf }) => duplicateOf === null);
	return written.filter((_, index) => {
		const { id } = originals[index]!;
		const copies = deliveries.filter((delivery) => (delivery.duplicateOf ?? delivery.id) === id);
		return copies.every(({ attempts }) =>
			attempts.at(-1)!.responseBody.startsWith('n8n is starting up'),
		);
	});
}
