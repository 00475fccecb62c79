import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fastify from 'fastify';
import pRetry from 'p-retry';
import { request } from 'undici';
import type { AtLeast } from '../../sandbox/lists.mts';
import { payloadOf } from '../../sandbox/meta/delivery/batching.mts';
import { encodeBody, sign } from '../../sandbox/meta/delivery/encoding.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { DEFAULT, defaultWorld, type SentMessage, type World } from '../../sandbox/meta/world.mts';
import { MANUAL_TRIGGER, type JsonObject, type WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { PACKAGE, startHosts, TRIGGER, type Hosts } from './hosts.mts';

const WEBHOOK_ID = '5f6c2b1e-9f0f-4c3e-8d4e-000000000002';
const [number] = defaultWorld().phoneNumbers;
const [marta] = inventPeople(1, 1);
const OUTPUTS = ['history', 'contacts', 'echoes', 'inbound'];

jest.setTimeout(120_000);

let hosts: Hosts;
/** ID of the workflow with the trigger, published for all tests. */
let receiving: string;

beforeAll(async () => {
	hosts = await startHosts();
	receiving = await hosts.n8n.rest.createWorkflow({
		name: 'Receive',
		nodes: [
			{
				id: 'trigger',
				name: TRIGGER,
				type: `${PACKAGE}.whatsAppCoexistenceTrigger`,
				typeVersion: 2,
				position: [0, 0],
				webhookId: WEBHOOK_ID,
				parameters: {},
				credentials: hosts.credentials,
			},
		],
		connections: {},
	});
	expect(await hosts.n8n.rest.publish(receiving)).toEqual({ status: 'published' });
});

afterAll(async () => await hosts?.stop());

const callbackUrl = () => `${hosts.n8n.url}/webhook/${WEBHOOK_ID}/whatsapp`;
const world = async () => await hosts.meta.get<World>('/world');
const subscriptionOf = async (appId: string) => (await world()).wabas[0].subscribedApps[appId];

/** The events on each output of the trigger, once all of the executions are over. */
async function eventsPerOutput(executions: number): Promise<AtLeast<4, JsonObject[]>> {
	const finished = await hosts.n8n.rest.finishedExecutions(receiving, executions);
	expect(finished).toHaveLength(executions);
	const outputs = finished.map((execution) => execution.output(TRIGGER));
	const perOutput = OUTPUTS.map((_, index) => outputs.flatMap((output) => output[index] ?? []));
	return perOutput as AtLeast<4, JsonObject[]>;
}

const isEvent = (name: string) => (event: JsonObject) => event.event === name;
const wamidsOf = (events: JsonObject[]) =>
	events.map(({ message }) => (message as { id: string }).id).sort();
const sorted = (ids: string[] | undefined) => [...(ids ?? [])].sort();

/** Runs a node of the package behind a manual trigger and gives what it put out, or its error. */
async function run(parameters: JsonObject): Promise<{ items: JsonObject[]; error: string | null }> {
	const { rest } = hosts.n8n;
	const node = (id: string, fields: Partial<WorkflowNode>): WorkflowNode => ({
		id,
		name: id,
		type: '',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...fields,
	});
	const id = await rest.createWorkflow({
		name: 'Act',
		nodes: [
			node(MANUAL_TRIGGER, { type: 'n8n-nodes-base.manualTrigger' }),
			node('Act', {
				type: `${PACKAGE}.whatsAppCoexistence`,
				parameters: {
					phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
					...parameters,
				},
				credentials: hosts.credentials,
			}),
		],
		connections: { [MANUAL_TRIGGER]: { main: [[{ node: 'Act', type: 'main', index: 0 }]] } },
	});
	await rest.executeByHand(id);
	const [execution] = await rest.finishedExecutions(id, 1);
	return { items: execution.output('Act')[0] ?? [], error: execution.error };
}

describe('a published trigger', () => {
	test('has registered itself for the WhatsApp Business Account', async () => {
		expect(await subscriptionOf(DEFAULT.appId)).toEqual({ overrideCallbackUri: callbackUrl() });
		expect((await world()).apps[0].subscription?.fields).toEqual(
			expect.arrayContaining(['history', 'smb_app_state_sync', 'smb_message_echoes', 'messages']),
		);
	});

	test('offers the phone numbers of the account', async () => {
		const options = await hosts.n8n.rest.parameterOptions({
			node: { name: `${PACKAGE}.whatsAppCoexistenceTrigger`, version: 2 },
			method: 'getPhoneNumbers',
			parameter: 'phoneNumberIds',
			credentials: hosts.credentials,
		});
		const numbers = (await world()).phoneNumbers.filter(({ wabaId }) => wabaId === DEFAULT.wabaId);
		expect(options.map(({ value }) => value)).toEqual(numbers.map(({ id }) => id));
		for (const [index, { displayPhoneNumber, verifiedName }] of numbers.entries()) {
			expect(options[index]!.name).toContain(verifiedName);
			expect(options[index]!.name.replace(/\D/g, '')).toBe(displayPhoneNumber);
		}
	});

	test('shows its fields before anything has arrived', async () => {
		const { statusCode, body } = await request(
			`${hosts.n8n.url}/schemas/${PACKAGE}.whatsAppCoexistenceTrigger/2.0.0.json`,
		);
		expect(statusCode).toBe(200);
		expect(await body.json()).toMatchObject({
			type: 'object',
			properties: { event: {}, eventId: {}, contact: {}, message: {}, history: {} },
		});
	});

	test('runs from a package that brings no other', async () => {
		const folder = path.join(hosts.n8n.dataDir, '.n8n/nodes/node_modules', PACKAGE);
		const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
		expect(Object.keys(manifest)).not.toContain('devDependencies');
		expect(Object.keys(manifest)).not.toContain('dependencies');
		expect(await readdir(folder)).not.toContain('node_modules');
		const loaded = (await hosts.n8n.rest.nodeTypes()).map(({ name }) => name);
		expect(loaded).toContain(`${PACKAGE}.whatsAppCoexistenceTrigger`);
		expect(loaded).toContain(`${PACKAGE}.whatsAppCoexistence`);
	});
});

describe('what is not from Meta', () => {
	const genuine = encodeBody({ object: 'whatsapp_business_account', entry: [] });

	async function deliver(delivery: JsonObject): Promise<number> {
		const { status } = await hosts.meta.post<{ status: number }>('/deliver-raw', delivery);
		return status;
	}

	/** Signed as Meta signs, whatever the bytes are. */
	async function post(body: string, headers: Record<string, string>): Promise<number> {
		const { statusCode, body: answer } = await request(callbackUrl(), {
			method: 'POST',
			headers,
			body,
		});
		await answer.dump();
		return statusCode;
	}

	const secret = () => hosts.credential.appSecret as string;

	test.each([
		['with another secret', { sign: 'wrong' }],
		['without a signature', { sign: false }],
		['with a signature cut short', { sign: 'truncated' }],
		['with the old SHA-1 signature only', { sign: 'sha1' }],
	])('is refused: %s', async (_, how) => {
		expect(await deliver({ body: genuine, ...how })).toBe(401);
	});

	test('is refused: a body cut short under the signature of the whole', async () => {
		const status = await post(genuine.slice(0, -1) + ' ', {
			'content-type': 'application/octet-stream',
			'x-hub-signature-256': sign(genuine, secret()),
		});
		expect(status).toBe(401);
	});

	test.each(['application/json', 'text/plain', 'application/octet-stream'])(
		'is refused: a signed %s that is not JSON',
		async (contentType) => {
			const body = genuine.slice(0, -1);
			const headers = {
				'content-type': contentType,
				'x-hub-signature-256': sign(body, secret()),
			};
			const status = await post(body, headers);
			expect([400, 422]).toContain(status);
		},
	);

	test('is refused: a handshake with another verify token', async () => {
		const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=guess';
		const { statusCode, body } = await request(`${callbackUrl()}?${query}`);
		expect(statusCode).toBe(403);
		expect(await body.text()).not.toContain('1158201444');
	});

	test.each([
		{},
		[],
		{ object: 'page', entry: [{ id: '1', changes: [{ field: 'feed', value: {} }] }] },
		{ object: 'whatsapp_business_account', entry: 'none' },
		{
			object: 'whatsapp_business_account',
			entry: [{ changes: [{ field: 'tomorrow', value: 1 }] }],
		},
	])('is taken if it is signed: %j', async (body) => {
		expect(await deliver({ body })).toBe(200);
	});

	test('starts no execution', async () => {
		expect(await hosts.n8n.rest.executions(receiving)).toEqual([]);
	});
});

describe('a phone that is connected', () => {
	let sent: ScenarioReport;
	let outputs: AtLeast<4, JsonObject[]>;

	beforeAll(async () => {
		const playing = hosts.meta.post<ScenarioReport>('/scenario/onboarding', {
			waitForSyncRequests: true,
			contacts: 8,
			threads: 5,
			messagesPerThread: 12,
			mediaShare: 0.4,
			usernameOnlyShare: 0.3,
		});
		const { items } = await run({ resource: 'sync', operation: 'requestContacts' });
		expect(items).toMatchObject([{ sync: 'contacts', requestId: expect.any(String) }]);
		expect((await run({ resource: 'sync', operation: 'requestHistory' })).error).toBeNull();
		sent = await playing;
		outputs = await eventsPerOutput(sent.deliveries.accepted);
	});

	test('shares all its old messages and their media, each once', () => {
		const [history] = outputs;
		expect(sent.counts.historyMedia).toBeGreaterThan(0);
		expect(wamidsOf(history.filter(isEvent('history.message')))).toEqual(
			sorted(sent.ids.historyMessages),
		);
		expect(wamidsOf(history.filter(isEvent('history.media')))).toEqual(
			sorted(sent.ids.historyMedia),
		);
		expect(history.filter(isEvent('history.progress'))).toHaveLength(sent.counts.historyChunks!);
	});

	test('shares its address book', () => {
		const [, contacts] = outputs;
		const keys = (name: string) =>
			contacts.filter(isEvent(name)).map(({ contact }) => (contact as { key: string }).key);
		expect(sorted(keys('contact.saved'))).toEqual(sorted(sent.ids.contactsSaved));
		expect(sorted(keys('contact.removed'))).toEqual(sorted(sent.ids.contactsRemoved));
	});

	test('wakes nothing else', () => {
		const [, , echoes, inbound] = outputs;
		expect([...echoes, ...inbound]).toEqual([]);
	});

	test('is not asked twice', async () => {
		const { error } = await run({ resource: 'sync', operation: 'requestHistory' });
		expect(error).toMatch(/requested before/);
	});
});

describe('live messages', () => {
	test('of the owner come as echoes, of customers as inbound, never the one for the other', async () => {
		const before = (await hosts.n8n.rest.executions(receiving)).length;
		const [, , echoesBefore, inboundBefore] = await eventsPerOutput(before);

		const play = async (name: string, options: JsonObject) =>
			await hosts.meta.post<ScenarioReport>(`/scenario/${name}`, options);
		const reports = [
			await play('customer-writes', { count: 4, types: ['text', 'image', 'reaction', 'order'] }),
			await play('owner-answers', { count: 4, types: ['text', 'audio', 'location', 'document'] }),
			await play('edit-and-revoke', { customers: 1 }),
		];
		const accepted = reports.reduce((sum, { deliveries }) => sum + deliveries.accepted, 0);
		const [, , echoes, inbound] = await eventsPerOutput(before + accepted);

		const idsOf = (...kinds: Array<keyof ScenarioReport['ids']>) =>
			sorted(reports.flatMap(({ ids }) => kinds.flatMap((kind) => ids[kind] ?? [])));
		expect(wamidsOf(echoes.slice(echoesBefore.length))).toEqual(
			idsOf('echoes', 'echoEdits', 'echoRevokes'),
		);
		expect(wamidsOf(inbound.slice(inboundBefore.length))).toEqual(
			idsOf('inboundMessages', 'inboundEdits', 'inboundRevokes'),
		);
		expect(new Set(echoes.map(({ direction }) => direction))).toEqual(new Set(['outbound']));
		expect(new Set(inbound.map(({ direction }) => direction))).toEqual(new Set(['inbound']));
	});
});

describe('the action node', () => {
	test.each([
		['a phone number', '+34 600 333 444', '34600333444'],
		['a user ID', 'ES.4815162342ABC', 'ES.4815162342ABC'],
	])('sends a text to %s', async (_, to, recipient) => {
		const text = `Hello ${to}`;
		const { items, error } = await run({ resource: 'message', operation: 'sendText', to, text });
		expect(error).toBeNull();

		const messages = await hosts.meta.get<SentMessage[]>('/messages');
		expect(messages.at(-1)).toMatchObject({
			recipient,
			lost: false,
			body: { type: 'text', text: { body: text } },
		});
		expect(items).toMatchObject([{ messageId: messages.at(-1)?.id }]);
	});
});

/** What trigger/answered.ts and the description of the trigger do not have from n8n's documentation. */
describe('of what is internal to n8n there still is', () => {
	test('a route for each method of `httpMethod: "GET,POST"`, in one entry of `webhooks`', async () => {
		const answers: string[] = [];
		for (const method of ['GET', 'POST', 'PUT']) {
			const { statusCode, body } = await request(callbackUrl(), { method });
			answers.push(`${method} ${statusCode}`);
			await body.dump();
		}
		expect(answers).toEqual(['GET 403', 'POST 401', 'PUT 404']);
	});

	test('the reading of `webhookResponse` before static data is saved, so that what was accepted is in it', async () => {
		const database = new DatabaseSync(path.join(hosts.n8n.dataDir, '.n8n/database.sqlite'));
		const row = database
			.prepare('SELECT staticData FROM workflow_entity WHERE id = ?')
			.get(receiving) as { staticData: string };
		database.close();
		expect(JSON.parse(row.staticData)).toEqual({
			[`node:${TRIGGER}`]: {
				memory: expect.objectContaining({ events: expect.stringMatching(/./) }),
			},
		});
	});
});

describe('the test of the credential', () => {
	test.each<[string, (world: World) => JsonObject, 'OK' | 'Error', RegExp]>([
		['all is well', () => ({}), 'OK', /successful/],
		[
			'the token has expired',
			({ tokens }) => ({ accessToken: tokens.expired.token }),
			'Error',
			/token has expired/,
		],
		[
			'the token may not manage',
			({ tokens }) => ({ accessToken: tokens.withoutManagement.token }),
			'Error',
			/lacks the permission whatsapp_business_management\./,
		],
		[
			'the token may not send',
			({ tokens }) => ({ accessToken: tokens.withoutMessaging.token }),
			'Error',
			/lacks the permission whatsapp_business_messaging\./,
		],
		[
			'the account ID is that of a phone number',
			() => ({ businessAccountId: DEFAULT.phoneNumberId }),
			'Error',
			/WhatsApp Business Account ID is not/,
		],
		[
			'the account ID is that of a business portfolio',
			({ wabas }) => ({ businessAccountId: wabas[0].ownerBusinessId }),
			'Error',
			/WhatsApp Business Account ID is not/,
		],
		[
			'the app secret is wrong',
			() => ({ appSecret: 'guessed' }),
			'Error',
			/App ID and App Secret do not belong together/,
		],
		[
			'Meta cannot be reached',
			() => ({ baseUrl: 'http://127.0.0.1:9' }),
			'Error',
			/No answer came from http:\/\/127\.0\.0\.1:9/,
		],
	])('says that %s', async (_, change, status, message) => {
		const data = { ...hosts.credential, ...change(await world()) };
		const result = await hosts.n8n.rest.testCredential('whatsAppCoexistenceApi', data);
		expect(result).toEqual({ status, message: expect.stringMatching(message) });
		for (const secret of [data.accessToken, data.appSecret]) {
			expect(result.message).not.toContain(secret);
		}
	});
});

describe('what Meta delivers again', () => {
	const deliver = async (id: string) => {
		const head = { id, timestamp: 1795600000 };
		const message = inboundMessage(number, marta, head, textContent('Hello'));
		const body = payloadOf([message]);
		return await hosts.meta.post<{ status: number }>('/deliver-raw', { body });
	};

	test('starts nothing, nor after n8n was killed and started again', async () => {
		const { rest } = hosts.n8n;
		const before = (await rest.executions(receiving)).length;
		expect(await deliver('wamid.again')).toMatchObject({ status: 200 });
		expect(await deliver('wamid.again')).toMatchObject({ status: 200 });
		await rest.finishedExecutions(receiving, before + 1);

		await hosts.n8n.kill();
		await hosts.n8n.restart();
		expect(await deliver('wamid.again')).toMatchObject({ status: 200 });
		// It is listening: what is new starts one.
		expect(await deliver('wamid.new')).toMatchObject({ status: 200 });
		const [, , , inbound] = await eventsPerOutput(before + 2);
		expect(wamidsOf(inbound).filter((id) => /^wamid\.(again|new)$/.test(id))).toEqual([
			'wamid.again',
			'wamid.new',
		]);
	});
});

test('a test listens beside production, and each has the event', async () => {
	const { rest } = hosts.n8n;
	const before = (await rest.executions(receiving)).length;
	await rest.startTestListening(receiving, TRIGGER);
	const report = await hosts.meta.post<ScenarioReport>('/scenario/customer-writes', { count: 1 });
	const finished = await rest.finishedExecutions(receiving, before + 2);
	expect(finished).toHaveLength(before + 2);
	const [written] = report.ids.inboundMessages!;
	const heard = finished.flatMap(({ mode, output }) =>
		wamidsOf(output(TRIGGER)[3] ?? []).includes(written!) ? [mode] : [],
	);
	expect(heard.sort()).toEqual(['manual', 'webhook']);
	await pRetry(
		async () =>
			expect(await subscriptionOf(DEFAULT.appId)).toEqual({ overrideCallbackUri: callbackUrl() }),
		{ retries: 100, factor: 1, minTimeout: 100 },
	);
});

test('unpublishing takes away our callback and leaves that of another app', async () => {
	const other = fastify();
	other.get('/theirs', async ({ query }) => (query as Record<string, string>)['hub.challenge']);
	const theirs = `${await other.listen({ host: '127.0.0.1', port: 0 })}/theirs`;
	try {
		await hosts.meta.post('/subscribe-app', {
			appId: DEFAULT.secondAppId,
			callbackUrl: theirs,
			fields: ['messages'],
		});
		const subscribe = async (override: JsonObject) => {
			const { statusCode, body } = await request(
				`${hosts.metaUrl}/v26.0/${DEFAULT.wabaId}/subscribed_apps`,
				{
					method: 'POST',
					headers: {
						authorization: `Bearer ${(await world()).tokens.secondApp.token}`,
						'content-type': 'application/json',
					},
					body: JSON.stringify(override),
				},
			);
			await body.dump();
			expect(statusCode).toBe(200);
		};
		// Meta takes an override only of an app that is subscribed already.
		await subscribe({});
		await subscribe({ override_callback_uri: theirs, verify_token: 'theirs' });

		await hosts.n8n.rest.unpublish(receiving);
		expect(await subscriptionOf(DEFAULT.appId)).toEqual({ overrideCallbackUri: null });
		expect(await subscriptionOf(DEFAULT.secondAppId)).toEqual({ overrideCallbackUri: theirs });
	} finally {
		await other.close();
	}
});

test('no secret is in n8n’s log, its database or its files', async () => {
	const secrets = [hosts.credential.accessToken, hosts.credential.appSecret] as string[];
	for (const secret of secrets) expect(hosts.n8n.log()).not.toContain(secret);

	const folder = path.join(hosts.n8n.dataDir, '.n8n');
	const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
		entry.isFile(),
	);
	expect(files.map(({ name }) => name)).toContain('database.sqlite');
	for (const { parentPath, name } of files) {
		const content = await readFile(path.join(parentPath, name));
		for (const secret of secrets) expect([name, content.includes(secret)]).toEqual([name, false]);
	}
});
