import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { request } from 'undici';

import { CUSTOMER, inboundMessage, webhook } from '../integration/trigger/wire.mts';
import { ask, askingWorkflow } from './asking.mts';
import { signed } from './signed.mts';
import { addressesOf, lineFrom, startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

/** Longer than a copy waits, and than an answer of n8n's is waited for. */
const RUN_SECONDS = 25;

jest.setTimeout(180_000);

let stage: Stage;
let workflowId: string;
let url: string;

beforeAll(async () => {
	stage = await startStage({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
	const { rest } = stage.n8n;
	const workflow = stage.workflow({
		webhookId: 'limited',
		parameters: { groups: ['history', 'inbound'] },
	});
	const [trigger] = workflow.nodes;
	workflowId = await rest.createWorkflow({
		...workflow,
		nodes: [
			trigger,
			{
				id: 'wait',
				name: 'Take long',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				position: [200, 0],
				parameters: { amount: RUN_SECONDS, unit: 'seconds' },
			},
		],
		connections: { [trigger.name]: lineFrom('inbound', 'Take long') },
	});
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	url = addressesOf(stage, 'limited').production;
});
afterAll(async () => await stage?.stop());

/** @param hangsUpAfterMs when the sender gives up waiting for the answer; null is given then */
async function deliver(body: string, hangsUpAfterMs = 60_000): Promise<number | null> {
	const answer = request(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...signed(stage, body) },
		body,
		signal: AbortSignal.timeout(hangsUpAfterMs),
	});
	return await answer.then(
		async ({ statusCode, body: content }) => {
			await content.dump();
			return statusCode;
		},
		() => null,
	);
}

const message = () =>
	JSON.stringify(webhook('messages', { messages: [inboundMessage({ type: 'text', text: {} })] }));
const executionsOf = (body: string) => {
	const { id } = JSON.parse(body).entry[0].changes[0].value.messages[0];
	return startedExecutions(stage, workflowId).filter(({ events }) =>
		events.some((event) => (event.message as { id: string } | undefined)?.id === id),
	);
};

test('a delivery that waits for room runs once: copies meanwhile are sent back, also when Meta has hung up', async () => {
	const first = message();
	await expect(deliver(first)).resolves.toBe(200);

	const waiting = message();
	const original = deliver(waiting, 2_000);
	await sleep(500);
	const copies = [deliver(waiting), deliver(waiting)];
	await expect(original).resolves.toBeNull();
	await expect(Promise.all(copies)).resolves.toEqual([503, 503]);

	// As Meta does, until it is told 200.
	while ((await deliver(waiting)) !== 200) await sleep(500);
	expect(executionsOf(waiting)).toHaveLength(1);
	expect(executionsOf(first)).toHaveLength(1);
});

test('a chunk that waits for room longer than its sender is in pieces all the same, each once', async () => {
	const busy = message();
	await expect(deliver(busy)).resolves.toBe(200);
	const messages = Array.from({ length: 1_500 }, (_, index) =>
		inboundMessage({ type: 'text', text: { body: `old ${index}` } }),
	);
	const phase = { phase: 1, chunk_order: 1, progress: 50 };
	const threads = [{ id: '34600333444', messages }];
	const chunk = JSON.stringify(webhook('history', { history: [{ metadata: phase, threads }] }));
	while ((await deliver(chunk)) !== 200) await sleep(500);

	const sizes = startedExecutions(stage, workflowId)
		.map(({ events }) => events.filter(({ event }) => event === 'history.message').length)
		.filter((size) => size > 0);
	expect(sizes).toEqual([1_000, 500]);
});

test('an answer that waits for room longer than its sender resumes its run, and is no message beside it', async () => {
	const { rest, url: base } = stage.n8n;
	const { credentials } = stage.workflow({ webhookId: 'any' }).nodes[0];
	const asking = await rest.createWorkflow(askingWorkflow(credentials));
	await expect(rest.publish(asking)).resolves.toEqual({ status: 'published' });
	const asked = await ask({ rest, meta: stage.meta.control, url: base }, asking, CUSTOMER);
	await expect(deliver(message())).resolves.toBe(200);

	const { buttons } = (asked.question.body as any).interactive.action;
	const pressed = { type: 'button_reply', button_reply: buttons[0].reply };
	const answer = JSON.stringify(
		webhook('messages', {
			messages: [inboundMessage({ type: 'interactive', interactive: pressed })],
		}),
	);
	while ((await deliver(answer)) !== 200) await sleep(500);
	await expect(asked.result()).resolves.toMatchObject({ approved: true });
	expect(executionsOf(answer)).toEqual([]);
});
