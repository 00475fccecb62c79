import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

const BUSINESS = '34600111222';

jest.setTimeout(120_000);

let stage: Stage;
let workflowId: string;
let customers = 0;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	// Here the owner is as quick as the app's greeting.
	const parameters = { options: { automaticReplySeconds: 0 } };
	workflowId = await rest.createWorkflow(stage.workflow({ webhookId: 'takeover', parameters }));
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
});
afterAll(async () => await stage?.stop());

interface Customer {
	phone: string;
	userId: string;
}

function newCustomer(): Customer {
	const number = ++customers;
	return { phone: String(34_600_300_000 + number), userId: `ES.4815162342${number}` };
}

const seconds = () => Math.floor(Date.now() / 1000);

const writes = (names: object, at = seconds()) =>
	update('messages', { messages: [{ ...names, ...text(at) }] });
const answers = (names: object, at = seconds()) =>
	update('smb_message_echoes', { message_echoes: [{ from: BUSINESS, ...names, ...text(at) }] });

let wamids = 0;
const text = (at: number) => ({
	id: `wamid.${wamids++}`,
	timestamp: String(at),
	type: 'text',
	text: { body: 'hola' },
});

function update(field: string, content: object) {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: DEFAULT.phoneNumberId };
	return { field, value: { messaging_product: 'whatsapp', metadata, ...content } };
}

/** Has Meta deliver, and waits until n8n has answered. */
async function deliver(...updates: object[]): Promise<void> {
	for (const one of updates) {
		await stage.meta.control.post('/deliver', one);
		await stage.meta.control.post('/drain');
	}
}

const lastTakeover = () =>
	startedExecutions(stage, workflowId).at(-1)?.events[0].takeover as JsonObject;

test.each([0, 1, 2])(
	'the owner answers and %i s later the customer writes: the bot keeps quiet',
	async (pause) => {
		const { phone, userId } = newCustomer();
		await deliver(answers({ to: phone, to_user_id: userId }));
		await sleep(pause * 1000);
		await deliver(writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	},
);

test.each([0, 1, 2])(
	'the customer writes and %i s later the owner answers: the bot keeps quiet from then on',
	async (pause) => {
		const { phone, userId } = newCustomer();
		await deliver(writes({ from: phone, from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: false });
		await sleep(pause * 1000);
		await deliver(answers({ to: phone }), writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	},
);

test('twenty of each at once, in any order: whoever writes afterwards is answered by the owner', async () => {
	await stage.meta.control.post('/delivery-options', { concurrency: 20, reorder: true });
	const people = Array.from({ length: 20 }, newCustomer);
	const updates = people.flatMap(({ phone, userId }) => [
		writes({ from: phone, from_user_id: userId }),
		answers({ to: phone }),
	]);
	await stage.meta.control.post('/deliver', { updates });
	await stage.meta.control.post('/drain');
	for (const { userId } of people) {
		await deliver(writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	}
});

test('outlives a crash of n8n', async () => {
	const { phone, userId } = newCustomer();
	await deliver(answers({ to: phone, to_user_id: userId }), writes({ from: phone }));
	const before = lastTakeover();
	await stage.n8n.kill();
	await stage.n8n.restart();
	await deliver(writes({ from: phone }));
	expect(lastTakeover()).toEqual(before);
	await deliver(writes({ from_user_id: userId }));
	expect(lastTakeover()).toEqual(before);
});
