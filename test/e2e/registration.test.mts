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
import { request } from 'undici';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import {
	accountPlace,
	appPlace,
	numberPlace,
	registrationsOf,
} from '../integration/engine/registrations.mts';
import { startReceiver, type Receiver } from '../integration/meta/meta-client.mts';
import { addressesOf, startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

jest.setTimeout(120_000);

let stage: Stage;
/** Another product, which has callbacks of its own everywhere. */
let other: Receiver;
let before: Record<string, string>;
let webhooks = 0;
let webhookId: string;
let url: string;
let workflowId: string;

beforeAll(async () => {
	stage = await startStage();
	other = await startReceiver();
});
afterAll(async () => {
	await stage?.stop();
	await other?.close();
});

beforeEach(async () => {
	const { control, world } = stage.meta;
	await control.post('/reset');
	await control.post('/subscribe-app', {
		callbackUrl: `${other.url}/app`,
		fields: ['account_update', 'messages', 'smb_message_echoes'],
	});
	world.wabas[0].subscribedApps = {
		[DEFAULT.appId]: { overrideCallbackUri: `${other.url}/crm` },
		[DEFAULT.secondAppId]: { overrideCallbackUri: `${other.url}/second` },
	};
	world.wabas[1].subscribedApps = { [DEFAULT.appId]: { overrideCallbackUri: `${other.url}/gil` } };
	world.phoneNumbers[1].overrideCallbackUris = { [DEFAULT.appId]: `${other.url}/gardens` };
	before = registrations();

	webhookId = `registration-${++webhooks}`;
	url = addressesOf(stage, webhookId).production;
	workflowId = await stage.n8n.rest.createWorkflow(workflow({}));
});
afterEach(async () => await stage.n8n.rest.unpublish(workflowId));

function workflow(parameters: JsonObject, trigger?: string) {
	const options = { otherCallback: 'replace' };
	return stage.workflow({ webhookId, trigger, parameters: { options, ...parameters } });
}

const registrations = () => registrationsOf(stage.meta.world);

/** Saves the workflow with these parameters and publishes it. */
async function publish(parameters: JsonObject = {}, trigger?: string) {
	const { nodes } = workflow(parameters, trigger);
	await stage.n8n.rest.updateWorkflow(workflowId, { nodes });
	return await stage.n8n.rest.publish(workflowId);
}

/** The places with our address, which names the callback that it has replaced, if there was one. */
function ours(...places: string[]): Record<string, string> {
	return Object.fromEntries(
		places.map((place) => {
			const was = before[place]?.startsWith('http') ? `?was=${before[place]}` : '';
			return [place, url + was];
		}),
	);
}

const PUBLISHED = { status: 'published' };

async function customerWrites() {
	await stage.meta.control.post('/scenario/customer-writes', { count: 1 });
	await stage.meta.control.post('/drain');
}

const started = () => startedExecutions(stage, workflowId).length;

async function statusOfRoute(): Promise<number> {
	const { statusCode, body } = await request(url);
	await body.dump();
	return statusCode;
}

describe('the registration follows the workflow', () => {
	test('published, received from, and unpublished', async () => {
		await expect(publish()).resolves.toEqual(PUBLISHED);
		expect(registrations()).toEqual({ ...before, ...ours(accountPlace()) });
		await customerWrites();
		expect(started()).toBe(1);

		await stage.n8n.rest.unpublish(workflowId);
		expect(registrations()).toEqual(before);
		await expect(statusOfRoute()).resolves.toBe(404);
	});

	test('when its trigger is renamed', async () => {
		await publish();
		await expect(publish({}, 'WhatsApp')).resolves.toEqual(PUBLISHED);
		expect(registrations()).toEqual({ ...before, ...ours(accountPlace()) });
		await customerWrites();
		expect(started()).toBe(1);
		await stage.n8n.rest.unpublish(workflowId);
		expect(registrations()).toEqual(before);
	});

	test('when other phone numbers are chosen', async () => {
		const { phoneNumberId: first, secondPhoneNumberId: second } = DEFAULT;
		const choices: Array<[string[], string[]]> = [
			[[first], [first]],
			[[second], [second]],
			[
				[first, second],
				[first, second],
			],
			[[first], [first]],
		];
		for (const [phoneNumberIds, taken] of choices) {
			await expect(publish({ registerFor: 'phoneNumber', phoneNumberIds })).resolves.toEqual(
				PUBLISHED,
			);
			expect(registrations()).toEqual({
				...before,
				...ours(...taken.map((id) => numberPlace(id))),
			});
		}
		await stage.n8n.rest.unpublish(workflowId);
		expect(registrations()).toEqual(before);
	});

	test('when it is registered for something else', async () => {
		const choices: Array<[JsonObject, string[]]> = [
			[{ registerFor: 'account' }, [accountPlace()]],
			[
				{ registerFor: 'phoneNumber', phoneNumberIds: [DEFAULT.secondPhoneNumberId] },
				[numberPlace(DEFAULT.secondPhoneNumberId)],
			],
			[{ registerFor: 'app' }, [appPlace()]],
			[{ registerFor: 'manual', manualVerification: 'blue-lemon-tree' }, []],
			[{ registerFor: 'account' }, [accountPlace()]],
		];
		for (const [parameters, places] of choices) {
			await expect(publish(parameters)).resolves.toEqual(PUBLISHED);
			expect(registrations()).toEqual({ ...before, ...ours(...places) });
		}
		await stage.n8n.rest.unpublish(workflowId);
		expect(registrations()).toEqual(before);
	});

	test('when n8n is killed and started again', async () => {
		await publish();
		await stage.n8n.kill();
		await stage.n8n.restart();
		expect(registrations()).toEqual({ ...before, ...ours(accountPlace()) });
		await customerWrites();
		expect(started()).toBe(1);
		await stage.n8n.rest.unpublish(workflowId);
		expect(registrations()).toEqual(before);
	});
});

describe('what the user reads when it cannot be published', () => {
	test('is whose callback stands there, and what to do; nothing is changed', async () => {
		const result = await publish({ options: { otherCallback: 'stop' } });
		expect(result).toEqual({
			status: 'failed',
			error: expect.stringMatching(
				new RegExp(`^Another callback is registered .*${other.url}/crm now\\. .*“Replace It”`),
			),
		});
		expect(registrations()).toEqual(before);
		await expect(statusOfRoute()).resolves.toBe(404);
	});

	test('is what Meta refused, and what to do; nothing is left behind', async () => {
		const refusal = {
			message: '(#2200) Callback verification failed: connect ECONNREFUSED 203.0.113.7:443',
			code: 2200,
		};
		await stage.meta.control.post('/faults', {
			method: 'POST',
			path: 'subscribed_apps',
			times: 1,
			status: 400,
			body: { error: refusal },
		});
		const result = await publish();
		expect(result).toEqual({
			status: 'failed',
			error: expect.stringMatching(
				/^The callback did not pass Meta’s handshake \(Meta code 2200\)\. \S.*ECONNREFUSED/,
			),
		});
		expect(registrations()).toEqual(before);

		await expect(publish()).resolves.toEqual(PUBLISHED);
		expect(registrations()).toEqual({ ...before, ...ours(accountPlace()) });
	});
});
