import { setTimeout as sleep } from 'node:timers/promises';

import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	jest,
	test,
} from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { publish } from '../engine/lifecycle.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost, type TriggerOptions } from '../engine/trigger-host.mts';
import { textValue } from '../meta/meta-client.mts';

let meta: TestMeta;
let trigger: TriggerHost;
/** How n8n takes the next executions, one each; the rest is taken at once. */
let answers: Array<(outputs: INodeExecutionData[][]) => Promise<void>>;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	answers = [];
	trigger = await host();
	await publish(trigger);
});
afterEach(async () => await trigger.close());

const host = async (options: Partial<TriggerOptions> = {}) =>
	await hostTrigger({
		credential: meta.credential,
		parameters: {
			groups: ['history', 'inbound', 'statuses', 'account'],
			registerFor: 'app',
			options: { takeoverMinutes: 0 },
		},
		accept: async (outputs) => await answers.shift()?.(outputs),
		...options,
	});

const refuse = async () => {
	throw new Error('The database is locked');
};
const takeLate = async () => await sleep(300);
const refuseLate = async () => {
	await sleep(300);
	throw new Error('The database is locked');
};

const text = (id: string) => ({ field: 'messages', value: textValue('hola', id) });
const eventIds = () => trigger.executions.flat(2).map(({ json }) => json.eventId as string);
const messageIds = () =>
	trigger.executions
		.flat(2)
		.map(({ json }) => (json as unknown as { message: { id: string } }).message.id);

async function deliver(body: object) {
	const dispatch = await meta.control.post<{ deliveryIds: number[] }>('/deliver', body);
	await meta.control.post('/drain');
	const deliveries =
		await meta.control.get<Array<{ id: number; attempts: Attempt[] }>>('/deliveries');
	return deliveries.filter(({ id }) => dispatch.deliveryIds.includes(id));
}

interface Attempt {
	status: number | null;
}
const statusesOf = (deliveries: Array<{ attempts: Attempt[] }>) =>
	deliveries.map(({ attempts }) => attempts.map(({ status }) => status));

describe('an event', () => {
	test('that is delivered again starts nothing, and is answered 200', async () => {
		const first = await deliver(text('wamid.A'));
		const second = await deliver(text('wamid.A'));
		expect(statusesOf([...first, ...second])).toEqual([[200], [200]]);
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('that is delivered again in other company starts nothing, and its company does', async () => {
		await meta.control.post('/delivery-options', { batchSize: 3 });
		await deliver({ updates: [text('wamid.A'), text('wamid.B')] });
		await deliver({ updates: [text('wamid.C'), text('wamid.A'), text('wamid.C')] });
		expect(messageIds()).toEqual(['wamid.A', 'wamid.B', 'wamid.C']);
	});

	test('that n8n accepted is remembered in its database', async () => {
		await deliver(text('wamid.A'));
		expect(trigger.staticData).toMatchObject({
			'node:WhatsApp Coexistence Trigger': { memory: { events: expect.stringMatching(/^.{8}$/) } },
		});
	});

	test('that n8n did not accept starts an execution when it is delivered again', async () => {
		answers.push(refuse, refuse);
		expect(statusesOf(await deliver(text('wamid.A')))).toEqual([[500, 500, 200]]);
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('that n8n did not accept is not remembered in its database either', async () => {
		const before = structuredClone(trigger.staticData);
		await meta.control.post('/delivery-options', { maxRetries: 0 });
		answers.push(refuse);
		await deliver(text('wamid.A'));
		expect(trigger.staticData).toEqual(before);
	});
});

describe('twenty copies at once', () => {
	const TWENTY = { copies: 20 };
	beforeEach(async () => {
		await meta.control.post('/delivery-options', { concurrency: 20, retryBaseMs: 50 });
	});

	test('start one execution, and each is answered 200', async () => {
		answers.push(takeLate);
		const statuses = statusesOf(await deliver({ ...text('wamid.A'), ...TWENTY }));
		expect(statuses).toEqual(Array.from({ length: 20 }, () => [200]));
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('of which n8n did not accept the first are all delivered again, and start one execution', async () => {
		answers.push(refuseLate);
		const statuses = statusesOf(await deliver({ ...text('wamid.A'), ...TWENTY }));
		const firstTries = statuses.map(([first]) => first).sort();
		expect(firstTries).toEqual([500, ...Array.from({ length: 19 }, () => 503)]);
		expect(statuses.map((tries) => tries.at(-1))).toEqual(Array.from({ length: 20 }, () => 200));
		expect(messageIds()).toEqual(['wamid.A']);
	});
});

describe('an n8n that does not read `webhookResponse`, by which it is known that an execution is stored', () => {
	beforeEach(async () => {
		await trigger.unpublish();
		await trigger.close();
		trigger = await host({ readsWebhookResponse: false });
		await publish(trigger);
		await meta.control.post('/delivery-options', { concurrency: 20, retryBaseMs: 50 });
	});

	test('answers 200 to a delivery, and starts nothing when it comes again', async () => {
		const first = await deliver(text('wamid.A'));
		const second = await deliver(text('wamid.A'));
		expect(statusesOf([...first, ...second])).toEqual([[200], [200]]);
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('executes once what comes twenty times at once', async () => {
		answers.push(takeLate);
		const statuses = statusesOf(await deliver({ ...text('wamid.A'), copies: 20 }));
		expect(statuses).toEqual(Array.from({ length: 20 }, () => [200]));
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('executes what it could not store when that is delivered again', async () => {
		answers.push(refuseLate);
		expect(statusesOf(await deliver(text('wamid.A')))).toEqual([[500, 200]]);
		expect(messageIds()).toEqual(['wamid.A']);
	});

	test('keeps nothing for after a restart: what comes again then runs twice, and none is lost', async () => {
		await deliver(text('wamid.A'));
		expect(trigger.staticData).toEqual({});
	});
});

test('1,000 deliveries, a third of them twice, twenty at a time and one in ten refused: each event once', async () => {
	await meta.control.post('/delivery-options', {
		concurrency: 20,
		duplicateShare: 0.3,
		reorder: true,
		retryBaseMs: 50,
	});
	let executions = 0;
	const sometimesRefuse = async () => {
		if (++executions % 10 === 0) await refuse();
	};
	answers = Array.from({ length: 2_000 }, () => sometimesRefuse);
	const ids = Array.from({ length: 1_000 }, (_, index) => `wamid.${index}`);

	const deliveries = await deliver({ updates: ids.map(text) });
	expect(deliveries.length).toBeGreaterThan(1_250);
	expect(messageIds().sort()).toEqual([...ids].sort());
});

describe('an event without an ID of Meta’s', () => {
	const alert = {
		field: 'account_alerts',
		value: { entity_type: 'WABA', entity_id: DEFAULT.wabaId, alert_type: 'OBA_APPROVED' },
		phoneNumberId: null,
		entryTime: 1789000000,
	};
	beforeEach(async () => {
		const { fields } = meta.world.apps[0].subscription!;
		meta.world.apps[0].subscription!.fields = [...fields, 'account_alerts'];
	});

	test('starts nothing when its delivery comes again', async () => {
		await deliver(alert);
		await deliver(alert);
		expect(eventIds()).toHaveLength(1);
	});

	test('that happened at another time starts an execution, however alike they are', async () => {
		await deliver(alert);
		await deliver({ ...alert, entryTime: alert.entryTime + 1 });
		expect(eventIds()).toHaveLength(2);
	});

	test('starts nothing in a large delivery that comes again either', async () => {
		const large = { object: 'whatsapp_business_account', entry: [entryOf(30)] };
		await meta.control.post('/deliver-raw', { body: large, url: trigger.url });
		await meta.control.post('/deliver-raw', { body: large, url: trigger.url });
		expect(trigger.executions.map((outputs) => outputs.flat().length)).toEqual([31]);
	});

	const entryOf = (messages: number) => ({
		id: DEFAULT.wabaId,
		time: alert.entryTime,
		changes: [
			{ field: alert.field, value: alert.value },
			...Array.from({ length: messages }, (_, index) => text(`wamid.${index}`)),
		],
	});
});

test('a copy of a delivery that was filtered out starts nothing, and costs nothing', async () => {
	trigger.setParameters({ groups: ['history'], registerFor: 'app' });
	const before = structuredClone(trigger.staticData);
	const statuses = statusesOf(await deliver({ ...text('wamid.A'), copies: 2 }));
	expect(statuses).toEqual([[200], [200]]);
	expect(trigger.executions).toEqual([]);
	expect(trigger.staticData).toEqual(before);
});

const DAY_MS = 24 * 60 * 60 * 1_000;

test.each([
	['back', -DAY_MS],
	['forward', DAY_MS],
])(
	'the clock put a day %s: what was accepted starts nothing, and what is new starts',
	async (_, by) => {
		await deliver(text('wamid.A'));
		const now = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + by);
		try {
			const again = await deliver(text('wamid.A'));
			const next = await deliver(text('wamid.B'));
			expect(statusesOf([...again, ...next])).toEqual([[200], [200]]);
		} finally {
			clock.mockRestore();
		}
		await deliver(text('wamid.B'));
		expect(messageIds()).toEqual(['wamid.A', 'wamid.B']);
		const windows = trigger.executions.flat(2).map(({ json }) => json.serviceWindow);
		expect(windows).not.toContain(undefined);
	},
);
