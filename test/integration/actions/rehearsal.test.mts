import { generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { RESOURCES } from '../../../nodes/WhatsAppCoexistence/actions/resources';
import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { useDeduplicationStore, type DeduplicationStore } from './deduplication-store.mts';

const CUSTOMER = '34600333444';
const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId };
const TEMPLATE = { __rl: true, mode: 'name', value: 'order_ready|es' };
const CALLBACK = 'https://n8n.flowers.test/webhook/1/whatsapp';

const PDF = {
	data: Buffer.from('%PDF-1.4 flowers').toString('base64'),
	mimeType: 'application/pdf',
	fileName: 'flowers.pdf',
};
const { privateKey: FLOW_KEY } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let meta: TestMeta;
let store: DeduplicationStore;
beforeAll(async () => {
	meta = await metaForTest();
	store = await useDeduplicationStore();
});
beforeEach(async () => {
	store.clear();
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const requests = async () => await meta.control.get<RecordedRequest[]>('/requests');

async function run(
	[resource, operation]: readonly [string, string],
	parameters: IDataObject,
	{ byCredential = true }: { byCredential?: boolean } = {},
) {
	return await runAction({
		credential: { ...meta.credential, flowPrivateKey: FLOW_KEY, rehearse: byCredential },
		parameters: { resource, operation, phoneNumberId, to: CUSTOMER, ...parameters },
		items: [{ json: {}, binary: { data: PDF } }],
	});
}

/** What changes nothing at Meta. */
const OTHERS = [
	['analytics', 'getPrices'],
	['blockedUser', 'getAll'],
	['businessProfile', 'get'],
	['connection', 'diagnose'],
	['connection', 'findNumbers'],
	['conversationStarter', 'get'],
	['event', 'toRows'],
	['event', 'toTranscript'],
	['flow', 'createKeys'],
	['flow', 'decryptRequest'],
	['flow', 'encryptResponse'],
	['flow', 'getPublicKey'],
	['media', 'download'],
	['media', 'get'],
	['phoneNumber', 'get'],
	['phoneNumber', 'getAll'],
	['qrCode', 'get'],
	['qrCode', 'getAll'],
	['sync', 'getStatus'],
	// Their own test is in takeover.test.mts.
	['takeover', 'begin'],
	['takeover', 'end'],
	['template', 'get'],
	['template', 'getAll'],
];

/** Every operation that changes something at Meta, what a user fills in, and what would have been sent. */
const CHANGING: Array<[[string, string], () => IDataObject | Promise<IDataObject>, string[]]> = [
	[['message', 'sendText'], () => ({ text: 'hola' }), ['POST /messages']],
	[
		['message', 'sendMedia'],
		() => ({ mediaType: 'image', source: 'url', mediaUrl: 'https://flowers.test/a.jpg' }),
		['POST /messages'],
	],
	[
		['message', 'sendTemplate'],
		() => ({
			template: { __rl: true, mode: 'list', value: 'order_ready|es' },
			variables: {
				mappingMode: 'defineBelow',
				value: { 'body.text.1': 'Marta', 'body.text.2': 'A-17' },
				schema: [],
			},
		}),
		['POST /messages'],
	],
	[
		['message', 'sendInteractive'],
		() => ({
			kind: 'replyButtons',
			body: 'Please choose',
			buttons: { values: [{ id: 'yes', title: 'Yes' }] },
		}),
		['POST /messages'],
	],
	[
		['message', 'sendLocation'],
		() => ({ latitude: '37.4', longitude: '-122.1' }),
		['POST /messages'],
	],
	[
		['message', 'sendContacts'],
		() => ({ contacts: { values: [{ firstName: 'Marta' }] } }),
		['POST /messages'],
	],
	[['message', 'sendReaction'], () => ({ messageId: 'wamid.M1', emoji: '👍' }), ['POST /messages']],
	[
		['message', 'sendRaw'],
		() => ({ message: '{ "type": "text", "text": { "body": "hola" } }' }),
		['POST /messages'],
	],
	[['message', 'markAsRead'], () => ({ messageId: 'wamid.M1' }), ['POST /messages']],
	[['message', 'sendAndWait'], () => ({ message: 'Shall we deliver?' }), ['POST /messages']],
	[
		['media', 'upload'],
		() => ({ mediaType: 'document', binaryPropertyName: 'data' }),
		['POST /media'],
	],
	[
		['media', 'delete'],
		async () => ({ mediaId: (await meta.control.post<{ id: string }>('/media', {})).id }),
		['DELETE /'],
	],
	[
		['businessProfile', 'update'],
		() => ({ changes: { about: 'Flowers' } }),
		['POST /whatsapp_business_profile'],
	],
	[
		['conversationStarter', 'update'],
		() => ({ changes: { iceBreakers: ['Where are you?'] } }),
		['POST /conversational_automation'],
	],
	[
		['template', 'create'],
		() => ({ templateName: 'we_are_open', body: 'We are open again.' }),
		['POST /message_templates'],
	],
	[['template', 'update'], () => ({ template: TEMPLATE, body: 'Come and see us.' }), ['POST /']],
	[['template', 'delete'], () => ({ template: TEMPLATE }), ['DELETE /message_templates']],
	[
		['qrCode', 'create'],
		() => ({ prefilledMessage: 'I would like tulips', imageFormat: 'PNG' }),
		['POST /message_qrdls'],
	],
	[
		['qrCode', 'update'],
		() => ({ qrCode: 'ABCDEFGHIJKLM1', prefilledMessage: 'Roses!' }),
		['POST /message_qrdls'],
	],
	[['qrCode', 'delete'], () => ({ qrCode: 'ABCDEFGHIJKLM1' }), ['DELETE /ABCDEFGHIJKLM1']],
	[['blockedUser', 'block'], () => ({ users: CUSTOMER }), ['POST /block_users']],
	[['blockedUser', 'unblock'], () => ({ users: CUSTOMER }), ['DELETE /block_users']],
	[['flow', 'setPublicKey'], () => ({}), ['POST /whatsapp_business_encryption']],
	[['sync', 'requestContacts'], () => ({}), ['POST /smb_app_data']],
	[['sync', 'requestHistory'], () => ({}), ['POST /smb_app_data']],
	[['sync', 'requestBoth'], () => ({}), ['POST /smb_app_data', 'POST /smb_app_data']],
	[['connection', 'subscribeApp'], () => ({}), ['POST /subscribed_apps']],
	[
		['connection', 'setOverride'],
		() => ({ place: 'phoneNumber', callbackUrl: CALLBACK }),
		['POST /subscribed_apps', 'POST /'],
	],
	[
		['connection', 'clearOverride'],
		() => {
			meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] = CALLBACK;
			return { place: 'phoneNumber' };
		},
		['POST /'],
	],
	[['connection', 'exchangeCode'], () => ({ code: 'AQB-signup-code' }), ['GET /access_token']],
];

test('no operation is forgotten here', () => {
	const all = Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
		Object.keys(operations).map((operation) => `${resource} ${operation}`),
	);
	const known = [...CHANGING.map(([operation]) => operation), ...OTHERS];
	expect(known.map((operation) => operation.join(' ')).sort()).toEqual(all.sort());
});

describe.each(CHANGING)('%j under a credential that rehearses', (operation, fill, expected) => {
	it('says what would have been sent, sends nothing and shows no secret', async () => {
		const parameters = await fill();
		const before = JSON.stringify(meta.world);
		const { items, error } = await run(operation, parameters);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);

		const { rehearsed, requests: kept, then } = items[0]!.json as unknown as Kept;
		expect([rehearsed, then]).toEqual([true, undefined]);
		expect(kept.map(({ method, url }) => `${method} /${lastStep(url)}`)).toEqual(expected);
		expect((await requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
		expect(JSON.stringify(meta.world)).toBe(before);

		const { accessToken, appSecret } = meta.credential;
		for (const secret of [accessToken, appSecret, 'AQB-signup-code', 'appsecret_proof=']) {
			expect(JSON.stringify(items)).not.toContain(secret);
		}
		expect(JSON.stringify(items)).not.toMatch(/"verify_token":"(?!\[hidden\])/);
	});
});

interface Kept {
	rehearsed: boolean;
	requests: Array<{ method: string; url: string; body?: IDataObject }>;
	then?: string;
}

/** The last step of the path; nothing where that is an ID. */
function lastStep(url: string): string {
	return new URL(url).pathname.split('/').at(-1)!.replace(/^\d+$/, '');
}

test('the item carries the very request that is made otherwise', async () => {
	const options = { replyTo: 'wamid.M0', callbackData: 'order-17' };
	const { items } = await run(['message', 'sendText'], { text: 'hola', options });
	const kept = (items[0]!.json as unknown as Kept).requests[0]!;

	await run(['message', 'sendText'], { text: 'hola', options }, { byCredential: false });
	const sent = (await requests()).find(({ method }) => method === 'POST')!;
	expect(kept.body).toEqual(sent.body);
	expect(new URL(kept.url).pathname).toBe(new URL(sent.path, meta.url).pathname);
});

test('the option of a message does it for this message', async () => {
	const rehearse = { text: 'hola', options: { rehearse: true } };
	const { items } = await run(['message', 'sendText'], rehearse, { byCredential: false });
	expect(items[0]!.json).toMatchObject({
		rehearsed: true,
		requests: [{ method: 'POST', body: { to: CUSTOMER, text: { body: 'hola' } } }],
	});
	expect(await requests()).toEqual([]);
	expect(meta.world.sentMessages).toEqual([]);
});

test('a file and its message are both told, the file by its name, kind and size', async () => {
	const file = { mediaType: 'document', source: 'binary', binaryPropertyName: 'data' };
	const { items: told, error } = await run(['message', 'sendMedia'], file);
	expect(error).toBeUndefined();
	expect(told[0]!.json).toMatchObject({
		rehearsed: true,
		requests: [
			{
				method: 'POST',
				body: { file: { fileName: 'flowers.pdf', mimeType: 'application/pdf', bytes: 16 } },
			},
			{ method: 'POST', body: { type: 'document', document: { id: 'given-by-meta' } } },
		],
	});
	expect((await requests()).filter(({ method }) => method === 'POST')).toEqual([]);
});

test.each([
	['sendText', { text: 'hola', to: 'Marta' }, '“To” is neither'],
	['sendRaw', { message: '{' }, 'not valid JSON'],
	['sendText', { text: 'x'.repeat(4097) }, 'at most 4096 fit'],
])('what would be refused is refused: %s', async (operation, parameters, fault) => {
	const { error } = await run(['message', operation], parameters);
	expect(error?.message).toContain(fault);
});

test('what only reads gives what it gives', async () => {
	const { items } = await run(['phoneNumber', 'get'], {});
	expect(items[0]!.json).toMatchObject({ id: DEFAULT.phoneNumberId, inCoexistence: true });
});

test('a sync that was rehearsed can still be requested, and one that was requested cannot be rehearsed', async () => {
	await meta.control.post('/onboard', { phoneNumberId: DEFAULT.phoneNumberId });
	const contacts = ['sync', 'requestContacts'] as const;
	await run(contacts, {});
	const { error } = await run(contacts, {}, { byCredential: false });
	expect(error).toBeUndefined();
	const again = await run(contacts, {});
	expect(again.error?.message).toContain('requested before');
});
