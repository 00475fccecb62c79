import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';

import { inboundMessage, webhook } from '../integration/trigger/wire.mts';
import { signed } from './signed.mts';
import { addressesOf, lineFrom, startStage, type Stage } from './stage.mts';

const MEGABYTE = 1024 * 1024;
const BOUNDARY = 'x-boundary';

jest.setTimeout(180_000);

let stage: Stage;
let production: URL;
let workflowId: string;
let errorWorkflowId: string;

/** Every execution of the trigger's workflow fails, and so starts the error workflow. */
beforeAll(async () => {
	stage = await startStage({ N8N_PAYLOAD_SIZE_MAX: '1' });
	const { rest } = stage.n8n;
	errorWorkflowId = await rest.createWorkflow({
		name: 'Error workflow',
		nodes: [
			{
				id: 'on-error',
				name: 'On error',
				type: 'n8n-nodes-base.errorTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
		],
		connections: {},
	});
	await rest.publish(errorWorkflowId);

	const workflow = stage.workflow({ webhookId: 'unsigned' });
	const [trigger] = workflow.nodes;
	workflowId = await rest.createWorkflow({
		...workflow,
		nodes: [
			trigger,
			{
				id: 'fail',
				name: 'Fail',
				type: 'n8n-nodes-base.stopAndError',
				typeVersion: 1,
				position: [200, 0],
				parameters: { errorMessage: 'As it should' },
			},
		],
		connections: { [trigger.name]: lineFrom('inbound', 'Fail') },
		settings: { ...workflow.settings, errorWorkflow: errorWorkflowId },
	});
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	production = new URL(addressesOf(stage, 'unsigned').production);
});
afterAll(async () => await stage?.stop());

interface Sent {
	headers?: Record<string, string>;
	body?: Buffer | string;
	/** Whether Content-Length is written for the body. Default: true. */
	hasLength?: boolean;
	/** Whether the connection is closed without waiting for an answer. */
	isCut?: boolean;
}

/** Sends a request byte for byte, as no HTTP client would; gives the status, or null for no answer. */
async function send({ headers = {}, body = '', hasLength = true, isCut }: Sent) {
	const socket = connect(Number(production.port), production.hostname);
	await once(socket, 'connect');
	const lines = Object.entries({
		host: production.host,
		connection: 'close',
		...(hasLength && { 'content-length': Buffer.byteLength(body) }),
		...headers,
	}).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.on('error', () => {}); // n8n may hang up on a body that it does not want.
	socket.write(`POST ${production.pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
	socket.write(body);
	let answer = '';
	socket.on('data', (data: Buffer) => {
		answer += data.toString();
		if (answer.includes('\r\n\r\n')) socket.destroy();
	});
	if (isCut) setTimeout(() => socket.destroy(), 200);
	await once(socket, 'close');
	return answer === '' ? null : Number(answer.split(' ', 2)[1]);
}

/** How many executions n8n has stored, whatever became of them: of the workflow, of its error workflow. */
function executionCounts(): [number, number] {
	const file = path.join(stage.n8n.dataDir, '.n8n/database.sqlite');
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const query = database.prepare(
			'SELECT count(*) AS count FROM execution_entity WHERE workflowId = ?',
		);
		const countOf = (id: string) => (query.get(id) as { count: number }).count;
		return [countOf(workflowId), countOf(errorWorkflowId)];
	} finally {
		database.close();
	}
}

async function untilCounts(expected: [number, number]): Promise<void> {
	await pRetry(() => expect(executionCounts()).toEqual(expected), {
		retries: 100,
		factor: 1,
		minTimeout: 100,
	});
}

const delivery = () =>
	JSON.stringify(webhook('messages', { messages: [inboundMessage({ type: 'text', text: {} })] }));

/** A delivery of Meta's starts one execution and, as that fails, one of the error workflow. */
async function deliverSigned(headers: Record<string, string>): Promise<number | null> {
	const body = delivery();
	return await send({ headers: { ...headers, ...signed(stage, body) }, body });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const OCTETS = { 'content-type': 'application/octet-stream' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="entry"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`;
const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`;
const json = '{"object":"whatsapp_business_account","entry":[]}';
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const CHUNKED = { 'transfer-encoding': 'chunked' };
const tooLarge = Buffer.alloc(1.5 * MEGABYTE, 'x');

/** What n8n itself refuses before it asks the trigger, and how. */
const BY_N8N = { unreadable: [422], broken: [400], tooLarge: [413, 500], garbled: [500] };

const BODIES: Array<[name: string, statuses: Array<number | null>, sent: Sent]> = [
	['JSON', [401], { headers: JSON_TYPE, body: json }],
	['JSON that is no object', [401], { headers: JSON_TYPE, body: '"entry"' }],
	['what is no JSON', BY_N8N.unreadable, { headers: JSON_TYPE, body: '{"entry":' }],
	['JSON over the limit', BY_N8N.tooLarge, { headers: JSON_TYPE, body: tooLarge }],
	[
		'JSON in chunks',
		[401],
		{ headers: { ...JSON_TYPE, ...CHUNKED }, body: chunked(json), hasLength: false },
	],
	[
		'a chunk cut off',
		[null],
		{ headers: { ...JSON_TYPE, ...CHUNKED }, body: 'ff\r\n{', hasLength: false, isCut: true },
	],
	[
		'JSON cut off',
		[null],
		{ headers: { ...JSON_TYPE, 'content-length': '100' }, body: json, isCut: true },
	],
	[
		'JSON of a broken charset',
		BY_N8N.unreadable,
		{ headers: { 'content-type': 'application/json; charset=klingon' }, body: json },
	],
	[
		'JSON in UTF-16',
		BY_N8N.unreadable,
		{ headers: { 'content-type': 'application/json; charset=utf-16le' }, body: json },
	],
	[
		'JSON, gzipped',
		[401],
		{ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(json) },
	],
	[
		'JSON, deflated',
		[401],
		{ headers: { ...JSON_TYPE, 'content-encoding': 'deflate' }, body: deflateSync(json) },
	],
	[
		'JSON that only claims to be gzipped',
		BY_N8N.garbled,
		{ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: json },
	],
	['octets', [401], { headers: OCTETS, body: json }],
	['octets over the limit', [400], { headers: OCTETS, body: tooLarge }],
	[
		'octets over the limit once unzipped',
		[400],
		{
			headers: { ...OCTETS, 'content-encoding': 'gzip' },
			body: gzipSync(Buffer.alloc(20 * MEGABYTE)),
		},
	],
	[
		'octets that only claim to be gzipped',
		[400],
		{ headers: { ...OCTETS, 'content-encoding': 'gzip' }, body: json },
	],
	[
		'octets cut off',
		[null],
		{ headers: { ...OCTETS, 'content-length': '100' }, body: json, isCut: true },
	],
	[
		'octets in chunks',
		[401],
		{ headers: { ...OCTETS, ...CHUNKED }, body: chunked(json), hasLength: false },
	],
	['a form', [401], { headers: FORM, body: 'entry=x' }],
	['a form that is JSON', [401], { headers: FORM, body: json }],
	['multipart', [400], { headers: MULTIPART, body: part }],
	['multipart with a file', [400], { headers: MULTIPART, body: file }],
	['multipart that is none', BY_N8N.broken, { headers: MULTIPART, body: json }],
	[
		'multipart without a boundary',
		BY_N8N.broken,
		{ headers: { 'content-type': 'multipart/form-data' }, body: part },
	],
	[
		'multipart cut off',
		[null],
		{ headers: { ...MULTIPART, 'content-length': '1000' }, body: part, isCut: true },
	],
	[
		'multipart of another kind',
		[401],
		{ headers: { 'content-type': `multipart/mixed; boundary=${BOUNDARY}` }, body: part },
	],
	['text', [401], { headers: { 'content-type': 'text/plain' }, body: json }],
	['XML', [401], { headers: { 'content-type': 'application/xml' }, body: '<entry/>' }],
	[
		'broken XML',
		BY_N8N.unreadable,
		{ headers: { 'content-type': 'application/xml' }, body: '<entry' },
	],
	['a type nobody knows', [401], { headers: { 'content-type': ';;;' }, body: json }],
	['no type', [401], { body: json }],
	['nothing', [401], { headers: JSON_TYPE }],
	['nothing, and no length', [401], { headers: JSON_TYPE, hasLength: false }],
];

const SIGNATURES: Array<[name: string, signature: string]> = [
	['of another body', `sha256=${'0'.repeat(64)}`],
	['of the older kind', `sha1=${'0'.repeat(40)}`],
	['too short', 'sha256=00'],
	['that is no hexadecimal number', `sha256=${'z'.repeat(64)}`],
	['that is empty', ''],
	['twice', `sha256=${'0'.repeat(64)}, sha256=${'0'.repeat(64)}`],
];

describe('starts nothing and is refused, without a signature of Meta’s:', () => {
	test.each(BODIES)('%s', async (_name, statuses, sent) => {
		const before = executionCounts();
		expect(statuses).toContain(await send(sent));
		expect(executionCounts()).toEqual(before);
	});

	test.each(SIGNATURES)('a signature %s', async (_name, signature) => {
		const before = executionCounts();
		const headers = { ...JSON_TYPE, 'x-hub-signature-256': signature };
		await expect(send({ headers, body: delivery() })).resolves.toBe(401);
		expect(executionCounts()).toEqual(before);
	});

	test('a hundred of them at once; what is signed still gets in, as do its failure and that alone', async () => {
		const before = executionCounts();
		const hundred = Array.from(
			{ length: 100 },
			async () => await send({ headers: MULTIPART, body: part }),
		);
		await expect(Promise.all(hundred)).resolves.toEqual(hundred.map(() => 400));
		await expect(deliverSigned(JSON_TYPE)).resolves.toBe(200);
		await untilCounts([before[0] + 1, before[1] + 1]);
	});
});

test.each([
	['a form', FORM],
	['octets', OCTETS],
	['text', { 'content-type': 'text/plain' }],
	['JSON of another charset', { 'content-type': 'application/json; charset=latin1' }],
	['no type', {}],
])(
	'a delivery that is signed is read from its bytes, though it is sent as %s',
	async (_name, headers) => {
		const before = executionCounts();
		await expect(deliverSigned(headers)).resolves.toBe(200);
		await untilCounts([before[0] + 1, before[1] + 1]);
	},
);

test('a credential that is gone: after ten seconds Meta is asked to come again, and nothing starts', async () => {
	const [{ credentials }] = stage.workflow({ webhookId: 'unsigned' }).nodes;
	await stage.n8n.rest.deleteCredential(credentials!.whatsAppCoexistenceApi!.id);
	const before = executionCounts();
	await sleep(10_000);
	await expect(deliverSigned(JSON_TYPE)).resolves.toBe(503);
	await expect(send({ headers: JSON_TYPE, body: json })).resolves.toBe(503);
	expect(executionCounts()).toEqual(before);
	expect(stage.n8n.log()).toContain('credential');
});
