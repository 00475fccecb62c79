import { generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { FlowOutcome } from '../../../sandbox/meta/flow-endpoint.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import type { Credential } from '../engine/additional-data.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
let credential: Credential;

beforeAll(async () => {
	meta = await metaForTest();
	const { items } = await run('createKeys', {}, meta.credential);
	credential = { ...meta.credential, flowPrivateKey: String(items[0]!.json.privateKey) };
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId };

async function run(
	operation: string,
	parameters: IDataObject = {},
	by = credential,
	items?: INodeExecutionData[],
) {
	const { replyKey, ...rest } = parameters;
	return await runAction({
		credential: by,
		items,
		parameters: {
			resource: 'flow',
			operation,
			...(operation.endsWith('PublicKey') && { phoneNumberId }),
			...rest,
			...(replyKey !== undefined && { replyKey }),
		} as never,
	});
}

/** A pair of keys as somebody has them who made them elsewhere. */
function otherKeys(bits = 2048) {
	return generateKeyPairSync('rsa', {
		modulusLength: bits,
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	});
}

describe('the keys', () => {
	it('are made once for all items, the private one locked with the app secret', async () => {
		const { items } = await run('createKeys', {}, credential, [{ json: {} }, { json: {} }]);
		expect(items).toHaveLength(1);
		expect(items[0]!.json.privateKey).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
		expect(misfitOf('flow', 'createKeys', items)).toBeNull();

		const stolen = { ...credential, appSecret: 'another secret' };
		const { error } = await run('getPublicKey', {}, stolen);
		expect(error?.message).toContain('cannot be read');
	});

	it('are not made without a secret to lock them with', async () => {
		const { error } = await run('createKeys', {}, { ...credential, appSecret: '' });
		expect(error?.message).toContain('no App Secret');
	});

	it('are known to Meta by their public half alone', async () => {
		const before = await run('getPublicKey');
		expect(before.items[0]!.json).toEqual({
			phoneNumberId: DEFAULT.phoneNumberId,
			publicKey: null,
			signatureStatus: null,
			matchesCredential: null,
		});
		const { items } = await run('setPublicKey');
		expect(items[0]!.json).toMatchObject({ signatureStatus: 'VALID', matchesCredential: true });
		expect(meta.world.phoneNumbers[0].flowPublicKey).toBe(items[0]!.json.publicKey);
		expect(misfitOf('flow', 'setPublicKey', items)).toBeNull();
		expect(JSON.stringify(items)).not.toContain('PRIVATE');

		const other = await run(
			'getPublicKey',
			{},
			{ ...credential, flowPrivateKey: otherKeys().privateKey },
		);
		expect(other.items[0]!.json.matchesCredential).toBe(false);
		expect(misfitOf('flow', 'getPublicKey', other.items)).toBeNull();
	});

	it.each([
		['on one line', (pem: string) => pem.replaceAll('\n', '')],
		['with spaces for line breaks', (pem: string) => pem.replaceAll('\n', ' ')],
		['with escaped line breaks', (pem: string) => pem.replaceAll('\n', '\\n')],
	])('are read %s', async (_, pasted) => {
		const { error } = await run(
			'setPublicKey',
			{},
			{
				...credential,
				flowPrivateKey: pasted(credential.flowPrivateKey!),
			},
		);
		expect(error).toBeUndefined();
	});

	it.each(['pkcs8', 'pkcs1'] as const)(
		'may come from elsewhere, locked with a passphrase: %s',
		async (type) => {
			const { privateKey: flowPrivateKey } = generateKeyPairSync('rsa', {
				modulusLength: 2048,
				publicKeyEncoding: { type: 'spki', format: 'pem' },
				privateKeyEncoding: { type, format: 'pem', cipher: 'des-ede3-cbc', passphrase: 'tulip' },
			});
			const given = { ...credential, flowPrivateKey, flowKeyPassphrase: 'tulip' };
			expect((await run('setPublicKey', {}, given)).error).toBeUndefined();
			const { error } = await run('setPublicKey', {}, { ...given, flowKeyPassphrase: 'rose' });
			expect(error?.message).toContain('cannot be read');
			expect(JSON.stringify(error)).not.toMatch(/tulip|rose|PRIVATE KEY-----\w/);
		},
	);

	it.each([
		['', 'has no Flow Private Key'],
		['-----BEGIN PRIVATE KEY-----', 'cannot be read'],
		[otherKeys(3072).privateKey, 'no RSA key of 2048 bits'],
	])('are asked for where they are missing or wrong', async (flowPrivateKey, message) => {
		const { error } = await run('setPublicKey', {}, { ...credential, flowPrivateKey });
		expect(error?.message).toContain(message);
	});
});

/** The two operations behind a web server, as n8n's Webhook and Respond to Webhook nodes put them. */
describe('the endpoint', () => {
	let server: FastifyInstance;
	let url: string;
	/** What Decrypt Request gave. */
	let requests: INodeExecutionData[];
	/** The parameters of Encrypt Response. */
	let answer: IDataObject;
	let by: Credential;

	beforeAll(async () => {
		server = fastify();
		server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
			done(null, body),
		);
		server.post('/', async ({ headers, body }, reply) => {
			const data = { data: (body as Buffer).toString('base64'), mimeType: 'application/json' };
			const json = { headers, params: {}, query: {}, body: {} } as unknown as IDataObject;
			const { items } = await run('decryptRequest', {}, by, [{ json, binary: { data } }]);
			requests.push(...items);
			const { replyKey } = items[0]!.json;
			const outcome = await run('encryptResponse', { ...answer, replyKey }, by);
			expect(misfitOf('flow', 'encryptResponse', outcome.items)).toBeNull();
			const { statusCode, body: text } = outcome.items[0]!.json;
			return await reply.code(Number(statusCode)).type('text/plain').send(text);
		});
		url = await server.listen({ host: '127.0.0.1', port: 0 });
	});
	afterAll(async () => await server.close());

	beforeEach(async () => {
		by = credential;
		requests = [];
		answer = { answer: 'screen', screen: 'TIMES', data: '{ "times": ["9:00"] }' };
		await run('setPublicKey');
	});

	async function ask(request: IDataObject): Promise<FlowOutcome> {
		const outcome = await meta.control.post<FlowOutcome>('/flow-request', { url, ...request });
		expect(outcome.fault).toBeNull();
		expect(misfitOf('flow', 'decryptRequest', requests)).toBeNull();
		return outcome;
	}

	it('shows a screen when the form is opened', async () => {
		const { status, answer: shown } = await ask({ action: 'INIT', flowToken: 'for Ana' });
		expect(requests[0]!.json).toMatchObject({ action: 'INIT', flowToken: 'for Ana', data: {} });
		expect({ status, shown }).toEqual({
			status: 200,
			shown: { screen: 'TIMES', data: { times: ['9:00'] } },
		});
	});

	it('reads what was filled in, and ends the form', async () => {
		answer = { answer: 'end', params: { time: '9:00' } };
		const data = { time: '9:00', note: 'Zoë 🌷' };
		const { answer: end } = await ask({ action: 'data_exchange', screen: 'TIMES', data });
		expect(requests[0]!.json).toMatchObject({ action: 'data_exchange', screen: 'TIMES', data });
		expect(end).toEqual({
			screen: 'SUCCESS',
			data: { extension_message_response: { params: { flow_token: 'flow-token', time: '9:00' } } },
		});
	});

	it('closes a form that is no longer valid', async () => {
		answer = { answer: 'invalid', message: 'We have moved' };
		const { status, answer: told } = await ask({ action: 'INIT' });
		expect({ status, told }).toEqual({ status: 427, told: { error_msg: 'We have moved' } });
	});

	it('answers a health check and a report of an error by itself', async () => {
		answer = { answer: 'end', params: 'no JSON' };
		expect((await ask({ action: 'ping' })).answer).toEqual({ data: { status: 'active' } });
		const data = { error: 'INVALID_SCREEN_TRANSITION', error_message: 'No such screen' };
		const reported = await ask({ action: 'data_exchange', screen: 'TIMES', data });
		expect(reported.answer).toEqual({ data: { acknowledged: true } });
		expect(requests.map(({ json }) => [json.action, json.screen, json.data])).toEqual([
			['ping', undefined, undefined],
			['error', undefined, undefined],
		]);
		expect(requests[1]!.json).toMatchObject({ failedScreen: 'TIMES', error: data });
	});

	it.each([false, 'wrong'])('refuses what Meta has not signed: %s', async (sign) => {
		const outcome = await ask({ action: 'INIT', sign });
		expect(outcome).toMatchObject({ status: 432, answer: null });
		expect(requests[0]!.json).toMatchObject({ action: 'refused' });
		expect(requests[0]!.json).not.toHaveProperty('data');
	});

	it('has WhatsApp ask for the key anew where it has changed', async () => {
		const outcome = await ask({ action: 'INIT', cachedPublicKey: otherKeys().publicKey });
		expect(outcome).toMatchObject({ status: 200, tries: 2 });
		expect(requests.map(({ json }) => json.action)).toEqual(['refused', 'INIT']);

		by = { ...credential, flowPrivateKey: otherKeys().privateKey };
		expect(await ask({ action: 'INIT' })).toMatchObject({ status: 421, tries: 2 });
	});

	it('gives no secret to an item', async () => {
		await ask({ action: 'INIT' });
		const replyKey = Buffer.from(String(requests[0]!.json.replyKey), 'base64url').toString();
		expect(Object.keys(JSON.parse(replyKey)).sort()).toEqual(
			['encrypted_aes_key', 'flowToken', 'initial_vector', 'kind'].sort(),
		);
	});
});

describe('what is wrong with the workflow', () => {
	it('is told: the raw body is missing', async () => {
		const { error } = await run('decryptRequest', {}, credential, [{ json: { headers: {} } }]);
		expect(error?.description).toContain('Raw Body');
	});

	it('is told: the reply key is of something else', async () => {
		const answer = { answer: 'invalid', message: 'Bye' };
		const { error } = await run('encryptResponse', { ...answer, replyKey: 'abc' });
		expect(error?.message).toContain('“Reply Key” is not that of a request');
	});
});
