import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { packId } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { packAddress } from '../../../nodes/WhatsAppCoexistence/questions/address';
import { deliver, signatureOf, startN8n, type N8n, type Trigger } from './webhook-context.mts';
import { inbound, ofMessages, webhook } from './wire.mts';

const WAS_STARTED = { status: 200, text: '{"message":"Workflow was started"}' };

let n8n: N8n;

beforeAll(async () => {
	n8n = await startN8n();
});
afterAll(async () => await n8n.close());
afterEach(() => {
	expect(n8n.faults.splice(0)).toEqual([]);
	n8n.requests.length = 0;
});

const message = () => webhook(ofMessages(inbound('Mañana a las 5/6')));
const urlOf = (id: string) => `${n8n.base.production}${id}/whatsapp`;
const pathOf = (url: string) => new URL(url).pathname;
const withOthers = ({ url }: Trigger, ...ids: string[]) =>
	`${url}?with=${ids.map(packId).join('.')}`;

/** Who was called beside the trigger that Meta calls. */
const calledAfterwards = () => n8n.requests.slice(1).map(({ url }) => url);

describe('the trigger that Meta calls hands a delivery on', () => {
	test('to each other workflow that the address names, once, as if Meta had called it', async () => {
		const [first, second, third] = [n8n.trigger(), n8n.trigger(), n8n.trigger()];
		const url = withOthers(first, second.id, third.id, second.id, first.id);
		expect(await deliver(url, message())).toMatchObject(WAS_STARTED);
		for (const { executions } of [first, second, third]) expect(executions).toHaveLength(1);
		expect(calledAfterwards().sort()).toEqual([second.url, third.url].map(pathOf).sort());
		expect(first.log).toEqual([]);
	});

	test('byte for byte, with the signature of Meta', async () => {
		const first = n8n.trigger();
		const body = JSON.stringify(message()).replace('ñ', '\\u00f1').replace('/', '\\/');
		n8n.at(urlOf('other'), () => ({ status: 200, body: '' }));
		await deliver(withOthers(first, 'other'), body);
		const [, handedOn] = n8n.requests;
		expect(handedOn!.body.toString()).toBe(body);
		expect(handedOn!.headers).toMatchObject({
			'content-type': 'application/json',
			'x-hub-signature-256': signatureOf(body),
		});
	});

	test('to nobody where the address names nobody', async () => {
		const first = n8n.trigger();
		await deliver(first.url, message());
		await deliver(withOthers(first, first.id), message());
		expect(first.executions).toHaveLength(2);
		expect(n8n.requests).toHaveLength(2);
	});

	test('also where it wants nothing of it itself', async () => {
		const first = n8n.trigger({ parameters: { groups: ['history'] } });
		const second = n8n.trigger();
		expect(await deliver(withOthers(first, second.id), message())).toMatchObject({ status: 200 });
		expect([first.executions.length, second.executions.length]).toEqual([0, 1]);
	});

	test('never where nobody proves to be Meta', async () => {
		const [first, second] = [n8n.trigger(), n8n.trigger()];
		const forged = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
		expect(await deliver(withOthers(first, second.id), message(), forged)).toMatchObject({
			status: 401,
		});
		expect(calledAfterwards()).toEqual([]);
	});

	test('with what it has done about an answer, so that the others do not start by it', async () => {
		const [first, second] = [n8n.trigger(), n8n.trigger()];
		const askedAt = Date.now() - 60_000;
		const signature = 'ab'.repeat(32);
		const id = packAddress({ executionId: '1', nodeId: 'ask', askedAt, signature }, 'approve');
		let resumed = 0;
		n8n.at(`${n8n.waitingBase}/1/ask`, () => {
			resumed++;
			return { status: 200, body: '{"resumed":true}' };
		});
		const interactive = { type: 'button_reply', button_reply: { id, title: 'Yes' } };
		const answer = { ...inbound(''), type: 'interactive', interactive };
		expect(await deliver(withOthers(first, second.id), webhook(ofMessages(answer)))).toMatchObject({
			status: 200,
		});
		expect([first.executions, second.executions, resumed]).toEqual([[], [], 1]);
	});
});

describe('what Meta is answered where another workflow', () => {
	const gone = '{"code":404,"message":"The requested webhook is not registered."}';

	test.each([
		['takes it', 200, '', 200],
		['has gone from n8n', 404, gone, 200],
		['is lost to a proxy', 404, 'Not Found', 503],
		['cannot be reached by a proxy', 502, gone, 503],
		['is moved elsewhere', 301, '', 503],
		['has another secret', 401, '', 503],
		['takes it in a way that n8n does not', 204, '', 503],
	])('%s', async (_name, status, body, expected) => {
		const first = n8n.trigger();
		n8n.at(urlOf('other'), () => ({ status, body }));
		const { status: answered } = await deliver(withOthers(first, 'other'), message());
		expect(answered).toBe(expected);
		expect(first.executions).toHaveLength(1);
	});

	test('that has gone, stands in the log', async () => {
		const first = n8n.trigger();
		n8n.at(urlOf('other'), () => ({ status: 404, body: gone }));
		await deliver(withOthers(first, 'other'), message());
		expect(first.log).toEqual([
			`WhatsApp Coexistence Trigger: ${urlOf('other')} is named in the callback at Meta, but n8n does not know it any more. It is left out once a workflow of the account is published again.`,
		]);
	});

	test('of two does not take it', async () => {
		const [first, second] = [n8n.trigger(), n8n.trigger()];
		n8n.at(urlOf('other'), () => ({ status: 500, body: '' }));
		const body = message();
		const url = withOthers(first, second.id, 'other');
		expect(await deliver(url, body)).toMatchObject({ status: 503 });

		n8n.at(urlOf('other'), () => ({ status: 200, body: '' }));
		expect(await deliver(url, body)).toMatchObject({ status: 200 });
		for (const { executions } of [first, second]) expect(executions).toHaveLength(1);
	});

	test('takes it, but it itself does not', async () => {
		const first = n8n.trigger({
			accept: () => {
				throw new Error('The database is locked');
			},
		});
		n8n.at(urlOf('other'), () => ({ status: 500, body: '' }));
		expect(await deliver(withOthers(first, 'other'), message())).toMatchObject({ status: 500 });
		expect(n8n.faults.splice(0)).toHaveLength(1);
	});

	test('takes its time', async () => {
		const first = n8n.trigger();
		let take: (answer: { status: number; body: string }) => void = () => {};
		n8n.at(urlOf('other'), async () => await new Promise((resolve) => (take = resolve)));
		let isAnswered = false;
		const answer = deliver(withOthers(first, 'other'), message()).finally(
			() => (isAnswered = true),
		);
		while (first.executions.length === 0 || calledAfterwards().length === 0) {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(isAnswered).toBe(false);
		take({ status: 200, body: '' });
		expect(await answer).toMatchObject(WAS_STARTED);
	});
});

describe('a workflow that listens for a test', () => {
	const withTests = ({ url }: Trigger, ...ids: string[]) =>
		`${url}?test=${ids.map(packId).join('.')}`;
	const heard = async ({ testExecutions }: Trigger) => {
		while (testExecutions.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		return testExecutions.length;
	};

	test('gets a copy at its test address, once', async () => {
		const [first, second] = [n8n.trigger(), n8n.trigger()];
		const url = withTests(first, second.id, second.id);
		expect(await deliver(url, message())).toMatchObject(WAS_STARTED);
		expect(await heard(second)).toBe(1);
		expect(calledAfterwards()).toEqual([pathOf(second.testUrl)]);
		expect(second.executions).toEqual([]);
	});

	test('may be the one that Meta calls', async () => {
		const first = n8n.trigger();
		await deliver(withTests(first, first.id), message());
		expect(await heard(first)).toBe(1);
		expect(first.executions).toHaveLength(1);
	});

	test('is not waited for, and need not take it', async () => {
		const first = n8n.trigger();
		n8n.at(`${n8n.base.test}slow/whatsapp`, async () => await new Promise(() => {}));
		const url = withTests(first, 'slow', 'gone');
		expect(await deliver(url, message())).toMatchObject(WAS_STARTED);
		expect(first.log).toEqual([]);
	});
});
