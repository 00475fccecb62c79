import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost, type TriggerOptions } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from './wire.mts';

const MESSAGES = 2_500;

let meta: TestMeta;
let trigger: TriggerHost;
/** How n8n takes the next executions, one each; the rest is taken at once. */
let answers: Array<() => void>;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

const host = async (options: Partial<TriggerOptions> = {}) =>
	await hostTrigger({
		credential: meta.credential,
		parameters: { groups: ['history'], options: {} },
		accept: () => answers.shift()?.(),
		...options,
	});

beforeEach(async () => {
	answers = [];
	trigger = await host();
});
afterEach(async () => await trigger.close());

const chunk = () =>
	webhook('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: 1, progress: 50 },
				threads: [
					{
						id: '34600333444',
						messages: Array.from({ length: MESSAGES }, (_, index) =>
							inboundMessage({ type: 'text', text: { body: `old ${index}` } }),
						),
					},
				],
			},
		],
	});

async function deliver(body: object, { url } = trigger): Promise<number> {
	const { status } = await meta.control.post<{ status: number }>('/deliver-raw', { url, body });
	return status;
}

const textsOf = (executions: INodeExecutionData[][][]) =>
	executions
		.flat(2)
		.flatMap(({ json }) => (json as unknown as { message?: { text: string } }).message?.text ?? []);
const sizes = () => trigger.executions.map((outputs) => outputs.flat().length);
const refuse = () => {
	throw new Error('The database is locked');
};
const take = () => {};
const all = Array.from({ length: MESSAGES }, (_, index) => `old ${index}`);

test('a large chunk becomes executions of a thousand events, in its order, answered when all are stored', async () => {
	expect(await deliver(chunk())).toBe(200);
	expect(sizes()).toEqual([1_000, 1_000, 501]);
	expect(textsOf(trigger.executions)).toEqual(all);
	expect(trigger.executions.at(-1)![0]!.at(-1)!.json.event).toBe('history.progress');
});

test('delivered again it starts nothing', async () => {
	const body = chunk();
	await deliver(body);
	expect(await deliver(body)).toBe(200);
	expect(sizes()).toHaveLength(3);
});

test('of which n8n refuses a piece it is delivered again, and each message starts one execution', async () => {
	answers.push(take, refuse);
	const body = chunk();
	expect(await deliver(body)).toBe(503);
	expect(sizes()).toEqual([1_000]);
	expect(await deliver(body)).toBe(200);
	expect(textsOf(trigger.executions)).toEqual(all);
});

test('of which n8n refuses the first piece it is delivered again, and no more than that', async () => {
	answers.push(refuse);
	const body = chunk();
	expect(await deliver(body)).toBe(503);
	expect(sizes()).toEqual([]);
	expect(await deliver(body)).toBe(200);
	expect(sizes()).toEqual([1_000, 1_000, 501]);
});

test('of which nothing is wanted it starts nothing', async () => {
	trigger.setParameters({ groups: ['inbound'], options: {} });
	expect(await deliver(chunk())).toBe(200);
	expect(trigger.executions).toEqual([]);
});

test('where n8n does not reach its own address, all of it becomes one execution', async () => {
	const unreachable = await host({ publicUrl: 'http://127.0.0.1:9' });
	expect(await deliver(chunk(), unreachable)).toBe(200);
	expect(unreachable.executions.map((outputs) => outputs.flat().length)).toEqual([MESSAGES + 1]);
	await unreachable.close();
});
