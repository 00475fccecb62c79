/**
 * `npm run bench:peers`: from the signed bytes of a delivery to something that a program can use, beside the
 * client libraries of npm that read webhooks and beside the steps of n8n's own WhatsApp Trigger, in one run and
 * in turns. The libraries are installed into a temporary folder; n8n's code is that of the sandbox.
 */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';

import Table from 'cli-table3';
import { execa } from 'execa';
import { dir } from 'tmp-promise';

import type * as events from '../nodes/WhatsAppCoexistence/events';
import type * as signature from '../nodes/WhatsAppCoexistence/callbacks/signature';
import { ensureN8n } from '../sandbox/n8n/install.mts';
import { load, processor } from './machine.mts';
import { batch, echo, historyChunk, status, text } from './payloads.mts';
import { median } from './statistics.mts';

const SECRET = 'test_app_secret';
const WARM_UP_ROUNDS = 10;
const ROUNDS = 30;

/** Gives how many messages, statuses and chunks it hands to the program, each by itself. */
type Reader = (raw: Buffer, header: string) => number | Promise<number>;

const require = createRequire(import.meta.url);
const { parseWebhook }: typeof events = require('../dist/nodes/WhatsAppCoexistence/events');
const {
	verifySignature,
}: typeof signature = require('../dist/nodes/WhatsAppCoexistence/callbacks/signature');

const ours: Reader = (raw, header) => {
	if (!verifySignature(raw, header, SECRET)) throw new Error('not signed');
	return parseWebhook(JSON.parse(raw.toString('utf8'))).length;
};

/** @see https://www.npmjs.com/package/@kapso/whatsapp-cloud-api */
async function kapso(from: NodeJS.Require): Promise<Reader> {
	const server = await import(from.resolve('@kapso/whatsapp-cloud-api/server'));
	return (raw, header) => {
		if (!server.verifySignature({ appSecret: SECRET, rawBody: raw, signatureHeader: header })) {
			throw new Error('not signed');
		}
		const { messages, statuses } = server.normalizeWebhook(JSON.parse(raw.toString('utf8')));
		return messages.length + statuses.length;
	};
}

/** @see https://www.npmjs.com/package/whatsapp-api-js */
async function whatsappApiJs(from: NodeJS.Require): Promise<Reader> {
	const { WhatsAppAPI } = await import(from.resolve('whatsapp-api-js'));
	const api = new WhatsAppAPI({
		token: 'x',
		appSecret: SECRET,
		webhookVerifyToken: 'x',
		v: 'v24.0',
	});
	let given = 0;
	api.on.message = () => void given++;
	api.on.status = () => void given++;
	return async (raw, header) => {
		given = 0;
		const body = raw.toString('utf8');
		// What it does not know, it refuses.
		await api.post(JSON.parse(body), body, header).catch(() => undefined);
		return given;
	};
}

/** It verifies nothing. @see https://www.npmjs.com/package/whatsapp-business */
function whatsappBusiness(from: NodeJS.Require): Reader {
	const { webhookHandler } = from('whatsapp-business/dist/src/webhooks/helpers');
	return (raw) => {
		let given = 0;
		const count = () => void given++;
		const handlers = { onMessageReceived: count, onStatusReceived: count, onError: count };
		webhookHandler(JSON.parse(raw.toString('utf8')), handlers);
		return given;
	};
}

/** n8n's own trigger, as n8n calls it; its items are whole values of Meta's. */
async function n8nTrigger(): Promise<Reader> {
	const { script } = await ensureN8n(() => undefined);
	const ofN8n = createRequire(script);
	const file = 'n8n-nodes-base/dist/nodes/WhatsApp/WhatsAppTrigger.node.js';
	const { WhatsAppTrigger } = ofN8n(file);
	const trigger = new WhatsAppTrigger();
	return async (raw, header) => {
		const context = {
			getBodyData: () => JSON.parse(raw.toString('utf8')),
			getQueryData: () => ({}),
			getResponseObject: () => ({}),
			getRequestObject: () => ({ rawBody: raw }),
			getHeaderData: () => ({ 'x-hub-signature-256': header }),
			getCredentials: async () => ({ clientSecret: SECRET }),
			getWebhookName: () => 'default',
			getNodeParameter: () => ({ messageStatusUpdates: ['all'] }),
			helpers: { returnJsonArray: (list: object[]) => list.map((json) => ({ json })) },
		};
		const { workflowData = [] } = await trigger.webhook.call(context);
		return workflowData.flat().length;
	};
}

const DELIVERIES = {
	'one text': { json: text, repeated: 300 },
	'100 texts': { json: batch, repeated: 20 },
	'one status': { json: status, repeated: 300 },
	'one echo': { json: echo, repeated: 300 },
	'3 MB of history': { json: historyChunk, repeated: 1 },
};

const folder = await dir({ unsafeCleanup: true });
const PEERS = [
	'@kapso/whatsapp-cloud-api@0.3.0',
	'whatsapp-api-js@6.3.0',
	'whatsapp-business@1.7.2',
] as const;
await execa('npm', ['install', '--prefix', folder.path, '--ignore-scripts', ...PEERS]);
const from = createRequire(path.join(folder.path, 'node_modules', 'x.js'));
const readers: Record<string, Reader> = {
	'this package': ours,
	'n8n WhatsApp Trigger': await n8nTrigger(),
	[PEERS[0]]: await kapso(from),
	[PEERS[1]]: await whatsappApiJs(from),
	[PEERS[2]]: whatsappBusiness(from),
};

const table = new Table({ head: ['', ...Object.keys(DELIVERIES)] });
const rows = new Map(Object.keys(readers).map((name) => [name, [] as string[]]));
for (const { json, repeated } of Object.values(DELIVERIES)) {
	const raw = Buffer.from(json);
	const header = `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;
	const times = await timesOf(raw, header, repeated);
	const own = median(times.get('this package')!);
	for (const [name, reader] of Object.entries(readers)) {
		const given = await reader(raw, header);
		const time = median(times.get(name)!);
		const ratio = (time / own).toFixed(2);
		rows.get(name)!.push(`${ratio} × (${formatted(time)}), gives ${given}`);
	}
}
for (const [name, cells] of rows) table.push([name, ...cells]);
console.log(`${processor()}, Node ${process.version}, load ${load()}, ${new Date().toISOString()}`);
console.log(table.toString());
await folder.cleanup();

/** Milliseconds, each round in another order. */
async function timesOf(raw: Buffer, header: string, repeated: number) {
	const times = new Map(Object.keys(readers).map((name) => [name, [] as number[]]));
	const inTurn = Object.entries(readers);
	for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
		inTurn.push(inTurn.shift()!);
		for (const [name, reader] of inTurn) {
			const start = performance.now();
			for (let left = repeated; left > 0; left--) await reader(raw, header);
			const time = (performance.now() - start) / repeated;
			if (round >= WARM_UP_ROUNDS) times.get(name)!.push(time);
		}
	}
	return times;
}

function formatted(milliseconds: number): string {
	return milliseconds < 1
		? `${(milliseconds * 1_000).toFixed(0)} µs`
		: `${milliseconds.toFixed(1)} ms`;
}
