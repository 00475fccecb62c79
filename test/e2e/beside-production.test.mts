import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { accountPlace, registrationsOf } from '../integration/engine/registrations.mts';
import { TRIGGER } from './hosts.mts';
import { addressesOf, startStage, type Stage } from './stage.mts';
import { startedExecutions, type StartedExecution } from './started-executions.mts';

const ROUNDS = 10;
const EVENTS = 200;
const CUSTOMERS = 3;
/** How long n8n asks nothing of Meta once it has ended listening, where it has nothing else to do. */
const QUIET_MS = 3_000;
/** On a busy machine, so many times what n8n needs for an answer in addition. */
const QUIET_ANSWERS = 30;

jest.setTimeout(600_000);

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
});
afterAll(async () => await stage?.stop());

async function published(webhookId: string): Promise<string> {
	const { rest } = stage.n8n;
	const id = await rest.createWorkflow(stage.workflow({ webhookId }));
	await expect(rest.publish(id)).resolves.toEqual({ status: 'published' });
	return id;
}

const registrations = () => registrationsOf(stage.meta.world);

async function customersWrite(count: number): Promise<string[]> {
	const report = await stage.meta.control.post<ScenarioReport>('/scenario/customer-writes', {
		count,
	});
	return report.ids.inboundMessages!;
}

/**
 * A few customers who write as soon as their last message was delivered, whatever n8n is doing: so many messages at
 * least, and more while they are wanted.
 */
async function customersKeepWriting(count: number, isWanted: () => boolean): Promise<string[]> {
	const written: string[] = [];
	let left = count;
	const keepWriting = async () => {
		while (left-- > 0 || isWanted()) written.push(...(await customersWrite(1)));
	};
	await Promise.all(Array.from({ length: CUSTOMERS }, keepWriting));
	return written;
}

const started = (workflowId: string, mode: string) =>
	startedExecutions(stage, workflowId).filter((execution) => execution.mode === mode);

const messageIds = (executions: StartedExecution[]) =>
	executions.flatMap(({ events }) => events.map(({ message }) => (message as { id: string }).id));

/** Waits until the check no longer fails. */
const eventually = async (check: () => void) =>
	await pRetry(check, { retries: 300, factor: 1, minTimeout: 100 });

/**
 * n8n ends listening once more for each event that the test caught. Who listens again before that is
 * cut off by it, or makes n8n's cache overflow on what it holds meanwhile (test-webhooks.js).
 */
async function listeningIsOver(workflowId: string): Promise<void> {
	const countRequests = async () => (await stage.meta.control.get<unknown[]>('/requests')).length;
	let before: number;
	do {
		before = await countRequests();
		const asked = performance.now();
		await stage.n8n.rest.workflow(workflowId);
		await sleep(QUIET_MS + QUIET_ANSWERS * (performance.now() - asked));
	} while ((await countRequests()) > before);
}

test('ten tests of a published workflow: production has every one of 200 events and more once, each test its own', async () => {
	const workflowId = await published('published');
	const { production } = addressesOf(stage, 'published');
	const before = registrations();
	const written: string[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const caughtBefore = started(workflowId, 'manual').length;
		let isCaught = false;
		// Twenty may be through before n8n listens.
		const writing = customersKeepWriting(EVENTS / ROUNDS, () => !isCaught);
		await stage.n8n.rest.startTestListening(workflowId, TRIGGER);
		expect(registrations()[accountPlace()]).toBe(`${production}?test=published`);
		await eventually(() =>
			expect(started(workflowId, 'manual').length).toBeGreaterThan(caughtBefore),
		).finally(() => (isCaught = true));
		await stage.n8n.rest.stopTestListening(workflowId);
		await eventually(() => expect(registrations()).toEqual(before));
		written.push(...(await writing));
		await listeningIsOver(workflowId);
	}

	expect(written.length).toBeGreaterThanOrEqual(EVENTS);
	expect(messageIds(started(workflowId, 'webhook')).sort()).toEqual(written.sort());
	const caught = messageIds(started(workflowId, 'manual'));
	expect(written).toEqual(expect.arrayContaining(caught));
	await stage.n8n.rest.unpublish(workflowId);
});

test('a test of a workflow that is not published listens beside the one that is', async () => {
	const production = await published('other');
	const before = registrations();
	const draft = await stage.n8n.rest.createWorkflow(stage.workflow({ webhookId: 'draft' }));
	await stage.n8n.rest.startTestListening(draft, TRIGGER);
	const written = await customersWrite(1);
	await eventually(() => expect(registrations()).toEqual(before));

	expect(messageIds(started(draft, 'manual'))).toEqual(written);
	expect(messageIds(started(production, 'webhook'))).toEqual(written);
	await stage.n8n.rest.unpublish(production);
	await listeningIsOver(production);
});

test('a test during which n8n was killed is healed when the workflow is published again', async () => {
	const workflowId = await published('killed');
	const before = registrations();
	await stage.n8n.rest.startTestListening(workflowId, TRIGGER);
	await stage.n8n.kill();
	await stage.n8n.restart();
	const { production } = addressesOf(stage, 'killed');
	expect(registrations()[accountPlace()]).toBe(`${production}?test=killed`);
	await customersWrite(1);
	expect(started(workflowId, 'webhook')).toHaveLength(1);

	await stage.n8n.rest.unpublish(workflowId);
	await expect(stage.n8n.rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	expect(registrations()).toEqual(before);
	const written = await customersWrite(1);
	expect(messageIds(started(workflowId, 'webhook'))).toEqual(expect.arrayContaining(written));
});
