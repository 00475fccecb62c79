/**
 * `npm run bench:import`: what an import costs in a real n8n, against the workflow that one would write by
 * hand, in one run and in alternating order, with n8n's default settings unless the row says otherwise. Each
 * part starts an n8n of its own and takes up to ten minutes; `npm run bench:import -- table editor` measures
 * only these. Run it on an otherwise idle machine. `--quick` leaves the 100,000 messages out, and most
 * of those for the table; `--picture=FILE` keeps what the editor showed during an import.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import Table from 'cli-table3';
import { Agent, request } from 'undici';

import { readExample } from '../../sandbox/demo/examples.mts';
import { MANUAL_TRIGGER, type WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { openEditor } from '../../test/e2e/editor.mts';
import { PACKAGE, startHosts, type Hosts } from '../../test/e2e/hosts.mts';
import { startPostgres, type Postgres } from '../../test/e2e/postgres.mts';
import { simulatedHosts } from '../../test/e2e/simulated-hosts.mts';
import { load, processor } from '../machine.mts';
import { median, p95 } from '../statistics.mts';
import * as byHand from './by-hand.mts';
import { startGraph, whatsAppTrigger } from './n8ns-trigger.mts';
import * as payloads from './payloads.mts';

const CHUNK = 10_000;
const LARGE = 100_000;
const CONTACTS = 10_000;
const FOLLOW_UPS = 200;
const LIVE_EVERY_MS = 500;
const DELIVERIES_SECONDS = 15;
const TRIGGER = `${PACKAGE}.whatsAppCoexistenceTrigger`;
/** What a trigger's address has below its webhook ID. */
const PATHS: Partial<Record<string, string>> = {
	[TRIGGER]: 'whatsapp',
	'n8n-nodes-base.whatsAppTrigger': 'webhook',
};
const LAZY = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };
const GRAPH = simulatedHosts({ 'graph.facebook.com': await startGraph() });
const PARTS: Record<string, { measure(): Promise<void>; env?: Record<string, string> }> = {
	postgres: { measure: intoPostgres },
	large: { measure: largeIntoPostgres },
	table: { measure: intoTable },
	editor: { measure: inTheEditor },
	deliveries: { measure: async () => await besideWebhook('n8n’s defaults') },
	'deliveries-lazy': { measure: async () => await besideWebhook('LAZY_ACQUIRE'), env: LAZY },
	'deliveries-n8n': { measure: async () => await besideN8n('n8n’s defaults'), env: GRAPH },
	'deliveries-n8n-lazy': {
		measure: async () => await besideN8n('LAZY_ACQUIRE'),
		env: { ...GRAPH, ...LAZY },
	},
};

const { positionals, values: flags } = parseArgs({
	allowPositionals: true,
	options: { quick: { type: 'boolean', default: false }, picture: { type: 'string' } },
});
const TABLE_MESSAGES = flags.quick ? 200 : 1_000;
/** Enough for a person to look around meanwhile. */
const EDITOR_MESSAGES = flags.quick ? 2 * CHUNK : 5 * LARGE;
const chosen = positionals.length > 0 ? positionals : Object.keys(PARTS);
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

const report = new Table({
	head: ['What', 'This package', 'By hand', 'Target', ''],
	colAligns: ['left', 'right', 'right', 'left', 'left'],
});
let postgres: Postgres;
let hosts: Hosts;
let rest: Hosts['n8n']['rest'];
let database: string;

for (const part of chosen) {
	if (flags.quick && part === 'large') continue;
	const known = PARTS[part];
	if (!known) throw new Error(`There is no part ${part}, only ${Object.keys(PARTS).join(', ')}.`);
	const { measure, env } = known;
	postgres = await startPostgres();
	hosts = await startHosts(undefined, env);
	rest = hosts.n8n.rest;
	database = path.join(hosts.n8n.dataDir, '.n8n/database.sqlite');
	try {
		await rest.createCredential('postgres', 'Postgres account', postgres.credential);
		await measure();
	} finally {
		await hosts.stop();
		await postgres.stop();
	}
}
const machine = `${processor()}, ${cpus().length} cores, load ${load()}`;
console.log(`${machine}, ${new Date().toISOString().slice(0, 10)}: ${chosen.join(', ')}`);
console.log(report.toString());

/** A published workflow that stores messages, and what it has stored. */
interface Store {
	url: string;
	count(): Promise<number>;
	has(wamid: string): Promise<boolean>;
}

async function intoPostgres(): Promise<void> {
	const { ours, other } = await postgresStores();
	await importing(ours, CHUNK / 10);
	await importing(other, CHUNK / 10);
	const idle: Pair = [
		p95(await liveWhile(ours, sleep(15_000))),
		p95(await liveWhile(other, sleep(15_000))),
	];
	add('Live message, delivery to row, p95, idle', idle, milliseconds);
	const runs = { ours: [] as Import[], other: [] as Import[] };
	runs.ours.push(await importing(ours, CHUNK));
	runs.other.push(await importing(other, CHUNK), await importing(other, CHUNK));
	runs.ours.push(await importing(ours, CHUNK));
	addImports('10,000 messages into PostgreSQL', [runs.ours, runs.other], idle);

	const contactSeconds = await seconds(async () => {
		for (let at = 0; at < CONTACTS; at += 1_000) await deliver(ours, payloads.contacts(at, 1_000));
		await until(async () => (await countIn('whatsapp_address_book')) >= CONTACTS);
	});
	add('10,000 contacts into PostgreSQL, rows/s', [CONTACTS / contactSeconds], rounded);

	const wamids = Array.from({ length: FOLLOW_UPS }, () => `wamid.media.${randomUUID()}`);
	const wanted = (await ours.count()) + FOLLOW_UPS;
	const mediaSeconds = await seconds(async () => {
		const left = [...wamids];
		await eightTimes(async () => {
			for (let id = left.pop(); id !== undefined; id = left.pop()) {
				await deliver(ours, payloads.mediaFollowUp(id));
			}
		});
		await until(async () => (await ours.count()) >= wanted);
	});
	add('Media that follow, one execution each, per second', [FOLLOW_UPS / mediaSeconds], rounded);
}

async function largeIntoPostgres(): Promise<void> {
	const { ours, other } = await postgresStores();
	await importing(ours, CHUNK / 10);
	await importing(other, CHUNK / 10);
	const idle: Pair = [
		p95(await liveWhile(ours, sleep(15_000))),
		p95(await liveWhile(other, sleep(15_000))),
	];
	const small = await importing(ours, CHUNK);
	const before = await databaseBytes();
	const first = await importing(ours, LARGE);
	const after = await databaseBytes();
	const byOther = await importing(other, LARGE);
	const second = await importing(ours, LARGE);
	addImports('100,000 messages into PostgreSQL', [[first, second], [byOther]], idle);
	add('  against 10,000 in this run', [mean(first, second) / small.perSecond], rounded, {
		text: '≥ 0.8 (linear)',
		isMet: ([ratio]) => ratio >= 0.8,
	});
	add('  growth of n8n’s own database', [after - before], megabytes);
}

async function postgresStores(): Promise<{ ours: Store; other: Store }> {
	await postgres.query(await readFile('examples/inbox-in-postgres.sql', 'utf8'));
	await postgres.query(byHand.postgresSchema);
	return {
		ours: postgresStore(
			(await publish(await readExample('inbox-in-postgres'))).url,
			'whatsapp_messages',
		),
		other: postgresStore((await publish(byHand.intoPostgres)).url, byHand.TABLE),
	};
}

/** @param idle p95 of a live message without an import, of both, in ms */
function addImports(what: string, both: [Import[], Import[]], idle: Pair): void {
	const target = atLeast(4);
	add(
		`${what}, rows/s`,
		ofBoth(both, (runs) => mean(...runs)),
		rounded,
		target,
	);
	const each = both.map((runs) => runs.map(({ perSecond }) => rounded(perSecond)).join(', '));
	print(['  each run', ...each, '', '']);
	add('  slowest answer to a chunk of 3 MB', ofBoth(both, worst('answeredMs')), milliseconds, {
		text: '≤ 5 s',
		isMet: ([ms]) => ms <= 5_000,
	});
	add('  live message meanwhile, p95', ofBoth(both, worst('liveMs')), milliseconds, {
		text: `≤ 3 × idle (${Math.round(3 * idle[0])} ms)`,
		isMet: ([ms]) => ms <= 3 * idle[0],
	});
	add('  memory of n8n above idle', ofBoth(both, worst('bytes')), megabytes, {
		text: '≤ 400 MB',
		isMet: ([bytes]) => bytes <= 400e6,
	});
}

/** How long a person in n8n's editor waits, while nothing is imported and while a history is. */
async function inTheEditor(): Promise<void> {
	const { ours } = await postgresStores();
	const shown = await rest.createWorkflow(byHand.intoTable);
	const editor = await openEditor(hosts.n8n.url);
	editor.page.setDefaultTimeout(120_000);
	const acts = [
		timed('a workflow opened', async () => await editor.openWorkflow(shown)),
		timed('a node’s form opened', async () => await editor.openNode('Webhook')),
		timed('executions listed', async () => {
			await editor.closeNode();
			const listed = editor.page.waitForResponse((answer) =>
				answer.url().includes('/rest/executions?'),
			);
			await editor.page.goto(`${hosts.n8n.url}/home/executions`);
			await listed;
		}),
	];
	const round = async (when: 'idle' | 'meanwhile') => {
		for (const { act, times } of acts) times[when].push(1_000 * (await seconds(act)));
	};
	try {
		for (let rounds = 0; rounds < 4; rounds++) await round('idle');
		let isOver = false;
		const work = importing(ours, EDITOR_MESSAGES).finally(() => (isOver = true));
		do {
			await round('meanwhile');
			if (flags.picture) await editor.page.screenshot({ path: flags.picture });
		} while (!isOver);
		await work;
	} finally {
		await editor.close();
	}
	const messages = EDITOR_MESSAGES.toLocaleString('en');
	for (const { name, times } of acts) {
		// The first idle one loads the editor itself.
		const each = [times.meanwhile, times.idle.slice(1)].map(
			(all) => `${milliseconds(median(all))}, ${milliseconds(Math.max(...all))}`,
		);
		const what = `Editor: ${name}, median and slowest, while ${messages} messages are imported`;
		print([what, ...each, '(second column: idle)', `${times.meanwhile.length} times`]);
	}
}

function timed(name: string, act: () => Promise<void>) {
	return { name, act, times: { idle: [] as number[], meanwhile: [] as number[] } };
}

async function intoTable(): Promise<void> {
	const template = await readExample('inbox-in-a-table');
	const workflow = await publish(template);
	await createdByHand(workflow.id);
	await createdByHand(await rest.createWorkflow(byHand.createTable));
	const ours = await tableStore(workflow.url, 'whatsapp_messages');
	const other = await tableStore((await publish(byHand.intoTable)).url, byHand.TABLE);
	const runs = { ours: [] as Import[], other: [] as Import[] };
	runs.ours.push(await importing(ours, TABLE_MESSAGES));
	runs.other.push(await importing(other, TABLE_MESSAGES), await importing(other, TABLE_MESSAGES));
	runs.ours.push(await importing(ours, TABLE_MESSAGES));
	const both: [Import[], Import[]] = [runs.ours, runs.other];
	const what = `${TABLE_MESSAGES.toLocaleString('en')} messages into a data table`;
	const rates = ofBoth(both, (all) => mean(...all));
	add(`${what}, rows/s`, rates, rounded, atLeast(3));
	const perRow = ofBoth(rates, (rate) => 1_000 / rate);
	add('  for each row (by hand: one upsert, and nothing else)', perRow, milliseconds);
	add('  live message meanwhile, p95', ofBoth(both, worst('liveMs')), milliseconds);
}

async function besideWebhook(settings: string): Promise<void> {
	const { url } = await publish(byHand.webhookAlone);
	await deliveries(`Deliveries of one message per second, ${settings}`, url, atLeast(0.9));
}

async function besideN8n(settings: string): Promise<void> {
	const name = 'WhatsApp OAuth account';
	const { appId: clientId, appSecret: clientSecret } = hosts.credential;
	const data = { clientId, clientSecret };
	const id = await rest.createCredential('whatsAppTriggerApi', name, data);
	const { url } = await publish(whatsAppTrigger({ id, name }));
	await deliveries(`The same, second column n8n’s WhatsApp Trigger, ${settings}`, url);
}

/** Live messages that start a workflow of one node, which does nothing more. */
async function deliveries(what: string, other: string, target?: Target<Pair>): Promise<void> {
	const example = await readExample('inbox-in-postgres');
	const trigger = example.nodes.find(({ type }) => type === TRIGGER)!;
	const alone = { ...trigger, parameters: { groups: ['inbound'], options: {} } };
	const workflow = await publish({
		...byHand.webhookAlone,
		name: 'A trigger alone',
		nodes: [alone],
	});
	for (const url of [workflow.url, other]) await deliveriesPerSecond(url, 3);
	const rate = async (url: string) => await deliveriesPerSecond(url, DELIVERIES_SECONDS);
	const first = { ours: await rate(workflow.url), other: await rate(other) };
	const second = { other: await rate(other), ours: await rate(workflow.url) };
	const means: Pair = [(first.ours + second.ours) / 2, (first.other + second.other) / 2];
	add(what, means, rounded, target);
	const { bytes } = sqliteRow<{ bytes: number }>(
		'SELECT length(staticData) AS bytes FROM workflow_entity WHERE id = ?',
		workflow.id,
	);
	add('Static data written with a delivery, bytes', [bytes], rounded, {
		text: '≤ 2,048',
		isMet: ([written]) => written <= 2_048,
	});
}

async function deliveriesPerSecond(url: string, duration: number): Promise<number> {
	const end = Date.now() + duration * 1_000;
	let answered = 0;
	await eightTimes(async () => {
		while (Date.now() < end) {
			await deliver({ url }, payloads.liveText().body);
			answered++;
		}
	});
	return answered / duration;
}

interface Import {
	perSecond: number;
	/** Of the slowest chunk. */
	answeredMs: number;
	/** 95 % of the live messages meanwhile were stored within this. */
	liveMs: number;
	/** By which n8n's memory grew at most. */
	bytes: number;
}

/** Delivers old messages as Meta does, a chunk at a time, and waits until all are stored. */
async function importing(store: Store, size: number): Promise<Import> {
	const run = randomUUID().slice(0, 8);
	const idle = await memory();
	let bytes = 0;
	let answeredMs = 0;
	let isOver = false;
	const watching = (async () => {
		while (!isOver) {
			bytes = Math.max(bytes, (await memory()) - idle);
			await sleep(200);
		}
	})();
	const wanted = (await store.count()) + size;
	let took = 0;
	const work = (async () => {
		took = await seconds(async () => {
			for (let first = 0; first < size; first += CHUNK) {
				const chunk = payloads.chunk(run, first, Math.min(CHUNK, size));
				answeredMs = Math.max(answeredMs, 1_000 * (await seconds(() => deliver(store, chunk))));
			}
			await until(async () => (await store.count()) >= wanted);
		});
	})();
	const live = await liveWhile(store, work);
	isOver = true;
	await watching;
	return { perSecond: size / took, answeredMs, liveMs: p95(live), bytes };
}

/** How long live messages take from the delivery to their row, in ms, until `work` is over. */
async function liveWhile(store: Store, work: Promise<void>): Promise<number[]> {
	let isOver = false;
	void work.then(
		() => (isOver = true),
		() => (isOver = true),
	);
	const pending: Array<Promise<number>> = [];
	while (!isOver) {
		const { body, wamid } = payloads.liveText();
		pending.push(
			(async () => {
				const took = await seconds(async () => {
					await deliver(store, body);
					await until(async () => await store.has(wamid));
				});
				return took * 1_000;
			})(),
		);
		await sleep(LIVE_EVERY_MS);
	}
	await work;
	return await Promise.all(pending);
}

async function publish(workflow: WorkflowJson): Promise<{ id: string; url: string }> {
	const webhookId = randomUUID();
	const [first] = workflow.nodes.filter(({ type }) => type in PATHS || type.endsWith('.webhook'));
	if (!first) throw new Error(`“${workflow.name}” has no webhook.`);
	const nodes = workflow.nodes.map((node) => (node === first ? { ...node, webhookId } : node));
	const id = await rest.createWorkflow({ ...workflow, nodes });
	const { status } = await rest.publish(id);
	if (status !== 'published') throw new Error(`“${workflow.name}” could not be published.`);
	const below = PATHS[first.type];
	const path = below ? `${webhookId}/${below}` : (first.parameters.path as string);
	return { id, url: `${hosts.n8n.url}/webhook/${path}` };
}

async function createdByHand(id: string): Promise<void> {
	await rest.executeByHand(id, MANUAL_TRIGGER);
	await rest.finishedSummaries(id, 1);
}

async function deliver({ url }: Pick<Store, 'url'>, body: string): Promise<void> {
	const secret = hosts.credential.appSecret as string;
	const signature = createHmac('sha256', secret).update(body).digest('hex');
	const answer = await request(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
		body,
		dispatcher,
	});
	await answer.body.dump();
	if (answer.statusCode !== 200) throw new Error(`n8n answered ${answer.statusCode}.`);
}

function postgresStore(url: string, name: string): Store {
	return {
		url,
		count: async () => await countIn(name),
		has: async (wamid) => {
			return (await postgres.query(`SELECT FROM ${name} WHERE wamid = '${wamid}'`)).length > 0;
		},
	};
}

async function countIn(name: string): Promise<number> {
	const [row] = await postgres.query(`SELECT count(*) FROM ${name}`);
	return Number(row!.count);
}

async function tableStore(url: string, name: string): Promise<Store> {
	const { id } = (await rest.dataTables()).find((each) => each.name === name)!;
	const rows = `data_table_user_${id}`;
	return {
		url,
		count: async () => sqliteRow<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`).n,
		has: async (wamid) => sqlite(`SELECT 1 FROM ${rows} WHERE wamid = ?`, wamid).length > 0,
	};
}

/** The only one that the query gives. */
function sqliteRow<Row>(query: string, ...values: string[]): Row {
	const [row] = sqlite<Row>(query, ...values);
	if (row === undefined) throw new Error(`There is nothing in n8n’s database for ${query}`);
	return row;
}

function sqlite<Row>(query: string, ...values: string[]): Row[] {
	const open = new DatabaseSync(database, { readOnly: true });
	try {
		return open.prepare(query).all(...values) as Row[];
	} finally {
		open.close();
	}
}

async function databaseBytes(): Promise<number> {
	const files = [database, `${database}-wal`].map(async (file) => (await stat(file)).size);
	return (await Promise.all(files)).reduce((sum, size) => sum + size, 0);
}

/** Resident memory of n8n, in bytes. */
async function memory(): Promise<number> {
	const status = await readFile(`/proc/${hosts.n8n.pid()}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1_024;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await sleep(20);
}

async function seconds(work: () => Promise<void>): Promise<number> {
	const start = performance.now();
	await work();
	return (performance.now() - start) / 1_000;
}

async function eightTimes(work: () => Promise<void>): Promise<void> {
	await Promise.all(Array.from({ length: 8 }, work));
}

function worst(figure: keyof Import) {
	return (runs: Import[]) => Math.max(...runs.map((run) => run[figure]));
}

function mean(...runs: Import[]): number {
	return runs.reduce((sum, { perSecond }) => sum + perSecond, 0) / runs.length;
}

/** This package's, and that of what is made by hand, where it has one. */
type Figures = [ours: number, other?: number];

type Pair = [ours: number, other: number];

interface Target<Of extends Figures = Figures> {
	text: string;
	isMet(figures: Of): boolean;
}

/** So many times what is made by hand. */
function atLeast(times: number): Target<Pair> {
	return { text: `≥ ${times} × by hand`, isMet: ([ours, other]) => ours >= times * other };
}

function add<Of extends Figures>(
	what: string,
	figures: Of,
	format: (value: number) => string,
	target?: Target<Of>,
): void {
	const [ours, other] = figures;
	const ratio = other === undefined ? '' : ` (${(ours / other).toFixed(2)} ×)`;
	const verdict = target === undefined ? '' : target.isMet(figures) ? 'met' : 'missed';
	const second = other === undefined ? '' : format(other);
	print([what, format(ours), second, target?.text ?? '', (verdict + ratio).trim()]);
}

function ofBoth<T>([ours, other]: [T, T], figure: (one: T) => number): Pair {
	return [figure(ours), figure(other)];
}

/** At once, and in the report. */
function print(row: string[]): void {
	console.log(row.join('  '));
	report.push(row);
}

function rounded(value: number): string {
	return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function milliseconds(value: number): string {
	return `${Math.round(value)} ms`;
}

function megabytes(value: number): string {
	return `${(value / 1e6).toFixed(1)} MB`;
}
