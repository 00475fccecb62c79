/**
 * `npm run bench:import`: what an import costs in a real n8n with its default settings, against the
 * workflow that one would write by hand, in one run and in alternating order. It takes about a quarter
 * of an hour; run it on an otherwise idle machine. `--quick` leaves the 100,000 messages out, and most
 * of those for the table; `postgres`, `table` or `deliveries` measures only that.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import Table from 'cli-table3';
import { Agent, request } from 'undici';

import { readExample } from '../../sandbox/demo/examples.mts';
import { MANUAL_TRIGGER, type WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startHosts } from '../../test/e2e/hosts.mts';
import { startPostgres } from '../../test/e2e/postgres.mts';
import * as byHand from './by-hand.mts';
import * as payloads from './payloads.mts';

const CHUNK = 10_000;
const isQuick = process.argv.includes('--quick');
/** All of them, where none is named. */
const parts = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const SIZES = isQuick ? [CHUNK] : [CHUNK, 100_000];
const CONTACTS = 10_000;
const FOLLOW_UPS = 200;
const TABLE_MESSAGES = isQuick ? 200 : 1_000;
const LIVE_EVERY_MS = 500;
const DELIVERIES_SECONDS = 15;
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

const report = new Table({
	head: ['What', 'This package', 'By hand'],
	colAligns: ['left', 'right', 'right'],
});
const postgres = await startPostgres();
const hosts = await startHosts();
const { rest } = hosts.n8n;
const database = path.join(hosts.n8n.dataDir, '.n8n/database.sqlite');

try {
	await rest.createCredential('postgres', 'Postgres account', postgres.credential);
	for (const [name, measure] of Object.entries({
		postgres: intoPostgres,
		table: intoTable,
		deliveries,
	})) {
		if (parts.length === 0 || parts.includes(name)) await measure();
	}
} finally {
	await hosts.stop();
	await postgres.stop();
}
const [{ model }] = cpus();
console.log(`${model}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`);
console.log(report.toString());

/** A published workflow that stores messages, and what it has stored. */
interface Store {
	url: string;
	count(): Promise<number>;
	has(wamid: string): Promise<boolean>;
}

async function intoPostgres(): Promise<void> {
	await postgres.query(await readFile('examples/inbox-in-postgres.sql', 'utf8'));
	await postgres.query(byHand.postgresSchema);
	const workflow = await publish(await readExample('inbox-in-postgres'));
	const ours = postgresStore(workflow.url, 'whatsapp_messages');
	const other = postgresStore((await publish(byHand.intoPostgres)).url, byHand.TABLE);

	await importing(ours, CHUNK / 10);
	await importing(other, CHUNK / 10);
	const idle = [await liveWhile(ours, sleep(15_000)), await liveWhile(other, sleep(15_000))];
	add('Live message, delivery to row, p95, idle', idle.map(p95), milliseconds);

	for (const size of SIZES) {
		const runs = { ours: [] as Import[], other: [] as Import[] };
		const before = await databaseBytes();
		runs.ours.push(await importing(ours, size));
		const after = await databaseBytes();
		runs.other.push(await importing(other, size), await importing(other, size));
		runs.ours.push(await importing(ours, size));
		const what = `${size.toLocaleString('en')} messages into PostgreSQL`;
		const both = [runs.ours, runs.other];
		for (const run of [0, 1]) {
			add(
				`${what}, rows/s`,
				both.map((of) => of[run].perSecond),
				rounded,
			);
		}
		add('  slowest answer to a chunk of 3 MB', both.map(worst('answeredMs')), milliseconds);
		add('  live message meanwhile, p95', both.map(worst('liveMs')), milliseconds);
		add('  memory of n8n above idle', both.map(worst('bytes')), megabytes);
		add('  growth of n8n’s own database', [after - before], megabytes);
	}

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
	await rest.unpublish(workflow.id);
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
	const both = [runs.ours, runs.other];
	for (const run of [0, 1]) {
		add(
			`${TABLE_MESSAGES.toLocaleString('en')} messages into a data table, rows/s`,
			both.map((of) => of[run].perSecond),
			rounded,
		);
	}
	add('  live message meanwhile, p95', both.map(worst('liveMs')), milliseconds);
	await rest.unpublish(workflow.id);
}

/** Live messages that start a workflow of one node. */
async function deliveries(): Promise<void> {
	const example = await readExample('inbox-in-postgres');
	const trigger = example.nodes.find(isTrigger)!;
	const alone = { ...trigger, parameters: { groups: ['inbound'], options: {} } };
	const workflow = await publish({
		...byHand.webhookAlone,
		name: 'A trigger alone',
		nodes: [alone],
	});
	const urls = [workflow.url, (await publish(byHand.webhookAlone)).url];
	for (const order of [urls, urls.toReversed()]) {
		const rates = new Map<string, number>();
		for (const url of order) rates.set(url, await deliveriesPerSecond(url));
		add(
			'Deliveries of one message, per second',
			urls.map((url) => rates.get(url)!),
			rounded,
		);
	}
	const [{ bytes }] = sqlite<{ bytes: number }>(
		'SELECT length(staticData) AS bytes FROM workflow_entity WHERE id = ?',
		workflow.id,
	);
	add('Static data written with a delivery, bytes', [bytes], rounded);
}

async function deliveriesPerSecond(url: string): Promise<number> {
	const end = Date.now() + DELIVERIES_SECONDS * 1_000;
	let answered = 0;
	await eightTimes(async () => {
		while (Date.now() < end) {
			await deliver({ url }, payloads.liveText().body);
			answered++;
		}
	});
	return answered / DELIVERIES_SECONDS;
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
	const [first] = workflow.nodes.filter((node) => isTrigger(node) || node.webhookId !== undefined);
	const nodes = workflow.nodes.map((node) => (node === first ? { ...node, webhookId } : node));
	const id = await rest.createWorkflow({ ...workflow, nodes });
	const { status } = await rest.publish(id);
	if (status !== 'published') throw new Error(`“${workflow.name}” could not be published.`);
	const path = isTrigger(first) ? `${webhookId}/whatsapp` : (first.parameters.path as string);
	return { id, url: `${hosts.n8n.url}/webhook/${path}` };
}

function isTrigger({ type }: { type: string }): boolean {
	return type.endsWith('whatsAppCoexistenceTrigger');
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
	return Number((await postgres.query(`SELECT count(*) FROM ${name}`))[0].count);
}

async function tableStore(url: string, name: string): Promise<Store> {
	const { id } = (await rest.dataTables()).find((each) => each.name === name)!;
	const rows = `data_table_user_${id}`;
	return {
		url,
		count: async () => sqlite<{ n: number }>(`SELECT count(*) AS n FROM ${rows}`)[0].n,
		has: async (wamid) => sqlite(`SELECT 1 FROM ${rows} WHERE wamid = ?`, wamid).length > 0,
	};
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

function p95(values: number[]): number {
	return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];
}

function worst(figure: keyof Import) {
	return (runs: Import[]) => Math.max(...runs.map((run) => run[figure]));
}

function add(what: string, values: number[], format: (value: number) => string): void {
	const [ours, other] = values.map(format);
	console.log(what, ours, other ?? '');
	report.push([what, ours, other ?? '']);
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
