import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { verifySignature } from '../../../nodes/WhatsAppCoexistence/callbacks/signature';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { listen, publish, stopListening } from '../engine/lifecycle.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { accountPlace, appPlace, numberPlace, registrationsOf } from '../engine/registrations.mts';
import {
	hostTrigger,
	startWebhookServer,
	type TriggerHost,
	type WebhookServer,
} from '../engine/trigger-host.mts';
import { startReceiver, type Receiver } from '../meta/meta-client.mts';

const SCOPES = ['account', 'phoneNumber', 'app'];

let meta: TestMeta;
let n8n: WebhookServer;
let trigger: TriggerHost;
let other: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	n8n = await startWebhookServer();
	const { credential } = meta;
	trigger = await hostTrigger({ credential, n8n, parameters: parameters() });
	other = await hostTrigger({ credential, n8n, parameters: parameters() });
});
afterEach(async () => {
	await trigger.close();
	await other.close();
	await n8n.close();
});

function parameters(changes: INodeParameters = {}) {
	const { registerFor = 'account' } = changes;
	const all = [DEFAULT.phoneNumberId, DEFAULT.secondPhoneNumberId];
	const phoneNumberIds = registerFor === 'phoneNumber' ? all : [];
	return { groups: ['inbound'], registerFor, phoneNumberIds, ...changes };
}

/** Where the workflow of a scope stands for the first number. */
const placeOf = (scope: string) =>
	scope === 'app' ? appPlace() : scope === 'account' ? accountPlace() : numberPlace();

const registrations = () => registrationsOf(meta.world);

/** Has a customer write, and waits until Meta is done with it. */
async function customerWrites(text: string, phoneNumberId: string = DEFAULT.phoneNumberId) {
	await meta.control.post('/scenario/customer-writes', { count: 1, text, phoneNumberId });
	await meta.control.post('/drain');
}

const textOf = (outputs: INodeExecutionData[][]) =>
	(outputs.flat()[0]!.json as unknown as { message: { text: string } }).message.text;

describe.each(SCOPES)('while a workflow is published for %s', (registerFor) => {
	beforeEach(async () => {
		trigger.setParameters(parameters({ registerFor }));
		await publish(trigger);
	});

	test('a test of it catches an event, and so does production', async () => {
		await listen(trigger);
		await customerWrites('during the test');
		await stopListening(trigger);
		await customerWrites('afterwards');
		expect(trigger.testExecutions.map(textOf)).toEqual(['during the test']);
		expect(trigger.executions.map(textOf)).toEqual(['during the test', 'afterwards']);
	});

	test('a test of it leaves everything as it was', async () => {
		const before = registrations();
		for (let round = 0; round < 3; round++) {
			await listen(trigger);
			const during = registrations()[placeOf(registerFor)];
			expect(during).toBe(`${before[placeOf(registerFor)]}?test=${trigger.shortId}`);
			await stopListening(trigger);
		}
		expect(registrations()).toEqual(before);
	});

	test('a test that needs more webhook fields adds them, and leaves the rest as it was', async () => {
		const before = registrations();
		trigger.setParameters(parameters({ registerFor, groups: ['history', 'contacts', 'inbound'] }));
		await listen(trigger);
		await stopListening(trigger);
		expect(registrations()).toEqual({
			...before,
			[`fields of app ${DEFAULT.appId}`]: 'history messages smb_app_state_sync smb_message_echoes',
		});
	});

	test('a test of another workflow passes on to it', async () => {
		const before = registrations();
		await listen(other);
		await customerWrites('during the test of another');
		await stopListening(other);
		expect(other.testExecutions.map(textOf)).toEqual(['during the test of another']);
		expect(other.executions).toEqual([]);
		expect(trigger.executions.map(textOf)).toEqual(['during the test of another']);
		expect(registrations()).toEqual(before);
	});

	test('a test of it that was killed is healed when it is published again', async () => {
		const before = registrations();
		await listen(trigger);
		await publish(trigger);
		expect(registrations()).toEqual(before);
	});

	test('a draft for other phone numbers can be tested', async () => {
		const before = registrations();
		trigger.setParameters(
			parameters({ registerFor, phoneNumberIds: [DEFAULT.secondPhoneNumberId] }),
		);
		await listen(trigger);
		const second = registerFor === 'phoneNumber' ? numberPlace(DEFAULT.secondPhoneNumberId) : '';
		const place = second || placeOf(registerFor);
		expect(registrations()).toEqual({
			...before,
			[place]: `${before[place]}?test=${trigger.shortId}`,
		});
		await stopListening(trigger);
		expect(registrations()).toEqual(before);
	});
});

describe('where production is another address', () => {
	let production: Receiver;

	beforeEach(async () => {
		production = await startReceiver();
	});
	afterEach(async () => await production.close());

	/** As another product with its own verify token, or one that takes every handshake, would stand. */
	function standsOnNumber(accepting: boolean) {
		meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] = `${production.url}/crm`;
		meta.world.wabas[0].subscribedApps = { [DEFAULT.appId]: { overrideCallbackUri: null } };
		meta.world.apps[0].subscription = {
			callbackUrl: `${production.url}/app`,
			fields: ['messages', 'smb_message_echoes'],
		};
		if (!accepting) production.onHandshake = async () => ({ status: 403, body: 'no' });
	}

	test('a test would unplug for good, it is refused, and nothing is changed', async () => {
		standsOnNumber(false);
		const before = registrations();
		await expect(listen(trigger)).rejects.toThrow(
			/A test would unplug http.*\/crm.*Test with another number/,
		);
		expect(registrations()).toEqual(before);
	});

	test('another number can be tested all the same', async () => {
		standsOnNumber(false);
		const before = registrations();
		trigger.setParameters(parameters({ phoneNumberIds: [DEFAULT.secondPhoneNumberId] }));
		await listen(trigger);
		await stopListening(trigger);
		expect(registrations()).toEqual(before);
	});

	test('it gets the very bytes that Meta sent, with their signature', async () => {
		standsOnNumber(true);
		await listen(trigger);
		await customerWrites('Mañana 😀 https://x.test/a');
		await stopListening(trigger);

		const { path, body, headers } = production.received[0]!;
		expect(headers['user-agent']).toMatch(/^n8n-nodes-whatsapp-coexistence /);
		const signature = headers['x-hub-signature-256'] as string;
		expect(path).toBe('/crm');
		expect(body).toContain('Ma\\u00f1ana');
		expect(verifySignature(Buffer.from(body), signature, meta.credential.appSecret)).toBe(true);
		expect(trigger.testExecutions.map(textOf)).toEqual(['Mañana 😀 https://x.test/a']);
	});

	test('a delivery that it does not take is delivered again by Meta', async () => {
		standsOnNumber(true);
		production.answers.push(500, 503);
		await listen(trigger);
		await customerWrites('in spite of it');
		await stopListening(trigger);
		expect(production.received).toHaveLength(3);
		expect(new Set(production.received.map(({ body }) => body)).size).toBe(1);
	});
});

describe('a test', () => {
	test('of a workflow that alone knows the app leaves nothing behind but the subscription to the account', async () => {
		await listen(trigger);
		await customerWrites('first light');
		await stopListening(trigger);
		expect(trigger.testExecutions.map(textOf)).toEqual(['first light']);
		expect(registrations()).toEqual({ [accountPlace()]: 'subscribed' });
	});

	test('says what is wrong when it cannot listen, and leaves nothing behind', async () => {
		await meta.control.post('/faults', { method: 'POST', path: '800000000000002', status: 400 });
		await expect(listen(trigger)).rejects.toThrow(/\. \S/);
		expect(registrations()).toEqual({ [accountPlace()]: 'subscribed' });
	});
});
