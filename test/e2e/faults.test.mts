/** What may happen to n8n while Meta delivers. Meta is the test itself, so that it sees each answer. */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import pRetry from 'p-retry';
import { dir, type DirectoryResult } from 'tmp-promise';

import { verifyTokenFor } from '../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import { inboundMessage, webhook } from '../integration/trigger/wire.mts';
import { signed } from './signed.mts';
import { addressesOf, startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

const DISK_MIB = 300;

jest.setTimeout(600_000);

let disk: DirectoryResult;
let isDiskSmall: boolean;
let stage: Stage;
let production: URL;
let workflowId: string;

beforeAll(async () => {
	disk = await dir({ prefix: 'whatsapp-coexistence-disk-', unsafeCleanup: true });
	isDiskSmall = await mountSmallDisk();
	stage = await startStage(undefined, disk.path);
	workflowId = await stage.n8n.rest.createWorkflow(stage.workflow({ webhookId: 'faults' }));
	await expect(stage.n8n.rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	production = new URL(addressesOf(stage, 'faults').production);
});
afterAll(async () => {
	await stage?.stop();
	if (isDiskSmall) await execa('umount', [disk.path]);
	await disk.cleanup();
});

/** Only root may do so; elsewhere the disk is the machine's, and is not filled. */
async function mountSmallDisk(): Promise<boolean> {
	const { failed } = await execa(
		'mount',
		['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk.path],
		{ reject: false },
	);
	return !failed;
}

let messages = 0;
const aMessage = () => `wamid.fault.${++messages}`;

function bodyOf(wamid: string, text = 'Are you open?'): string {
	const content = { type: 'text', text: { body: text } };
	const message = { ...inboundMessage(content), id: wamid };
	return JSON.stringify(webhook('messages', { messages: [message] }));
}

/** Delivers a message as Meta does; gives the status, or null for no answer. */
async function deliver(wamid: string, text?: string): Promise<number | null> {
	return await post(production, bodyOf(wamid, text));
}

async function post(url: URL | string, body: string): Promise<number | null> {
	const headers = { 'content-type': 'application/json', ...signed(stage, body) };
	const response = await fetch(url, { method: 'POST', body, headers }).catch(() => null);
	return response?.status ?? null;
}

/** As Meta does, until it is answered 200. */
async function deliverUntilTaken(wamid: string): Promise<void> {
	await pRetry(
		async () => {
			const status = await deliver(wamid);
			if (status !== 200) throw new Error(`${wamid} was answered ${status}`);
		},
		{ retries: 60, factor: 1, minTimeout: 500 },
	);
}

/** How often each of the messages was started. */
function starts(wamids: string[], workflow = workflowId): number[] {
	const started = startedExecutions(stage, workflow)
		.flatMap(({ events }) => events)
		.map(({ message }) => (message as { id: string } | undefined)?.id);
	return wamids.map((wamid) => started.filter((id) => id === wamid).length);
}

test('the database is locked: what is answered 200 is stored, the rest comes again, each starts once', async () => {
	const database = new DatabaseSync(path.join(stage.n8n.dataDir, '.n8n/database.sqlite'));
	database.exec('BEGIN IMMEDIATE');
	const wamids = Array.from({ length: 10 }, aMessage);
	const first = wamids.map(async (wamid) => await deliver(wamid));
	await sleep(8_000);
	database.exec('ROLLBACK');
	database.close();
	const answers = await Promise.all(first);
	console.log(`Locked for 8 s: ${answers.join(', ')}`);
	const taken = wamids.filter((_, at) => answers[at] === 200);
	expect(starts(taken)).toEqual(taken.map(() => 1));
	for (const wamid of wamids) await deliverUntilTaken(wamid);
	expect(starts(wamids)).toEqual(wamids.map(() => 1));
});

test('the disk is full: nothing is answered 200 that is not stored; with room again each starts once', async () => {
	if (!isDiskSmall) return console.log('No small disk can be made without root: not tried');
	const filler = path.join(disk.path, 'filler');
	await writeFile(filler, Buffer.alloc(DISK_MIB * 1024 * 1024)).catch(
		(error: NodeJS.ErrnoException) => expect(error.code).toBe('ENOSPC'),
	);
	// What the database has free within its file goes first.
	const large = 'Open? '.repeat(50_000);
	const wamids: string[] = [];
	const answers: Array<number | null> = [];
	while (answers.filter((status) => status !== 200).length < 5 && answers.length < 100) {
		wamids.push(aMessage());
		answers.push(await deliver(wamids.at(-1)!, large));
	}
	console.log(`Disk full: ${answers.join(', ')}`);
	await rm(filler);
	const taken = wamids.filter((_, at) => answers[at] === 200);
	expect(taken.length).toBeLessThan(wamids.length);
	expect(starts(taken)).toEqual(taken.map(() => 1));
	for (const wamid of wamids) await deliverUntilTaken(wamid);
	expect(starts(wamids)).toEqual(wamids.map(() => 1));
});

test('a thousand handshakes at once: none is answered wrongly or starts anything, and a message gets through', async () => {
	const token = verifyTokenFor(production.href, stage.meta.credential.appSecret);
	const before = startedExecutions(stage, workflowId).length;
	const handshakes = Array.from({ length: 1_000 }, async (_, at) => {
		const query = new URLSearchParams({
			'hub.mode': 'subscribe',
			'hub.challenge': String(at),
			'hub.verify_token': at % 2 === 0 ? token : 'guessed',
		});
		const response = await fetch(`${production}?${query}`).catch(() => null);
		return response?.status === 200 ? await response.text() : (response?.status ?? null);
	});
	const wamid = aMessage();
	await deliverUntilTaken(wamid);
	const answers = await Promise.all(handshakes);
	// n8n that has no isolate left to give answers 500 itself, or 503 by the trigger, and hangs up on who has
	// waited for a minute.
	const judged = answers.map((answer, at) => ({ answer, due: at % 2 === 0 ? String(at) : 403 }));
	const answered = judged.filter(({ answer }) => ![null, 500, 503].includes(answer as null));
	console.log(`${answered.length} of ${answers.length} handshakes were judged`);
	expect(answered.length).toBeGreaterThan(0);
	expect(answered.filter(({ answer, due }) => answer !== due)).toEqual([]);
	expect(starts([wamid])).toEqual([1]);
	expect(startedExecutions(stage, workflowId)).toHaveLength(before + 1);
});

test('a hundred slow senders: others are answered meanwhile, and what is sent slowly starts once', async () => {
	const slow = Array.from({ length: 100 }, aMessage);
	const others = Promise.withResolvers<void>();
	const answers = slow.map(async (wamid) => await deliverSlowly(wamid, others.promise));
	const quick = aMessage();
	await deliverUntilTaken(quick);
	expect(starts([quick])).toEqual([1]);
	expect(starts(slow)).toEqual(slow.map(() => 0));
	others.resolve();
	const taken = (await Promise.all(answers)).filter((status) => status === 200);
	console.log(`Sent slowly: ${taken.length} of ${slow.length} were answered 200`);
	for (const wamid of slow) await deliverUntilTaken(wamid);
	expect(starts(slow)).toEqual(slow.map(() => 1));
});

/** Sends a body in ten parts, the last of them when the promise resolves. Gives the status, or null for no answer. */
async function deliverSlowly(wamid: string, last: Promise<void>): Promise<number | null> {
	const body = Buffer.from(bodyOf(wamid));
	const socket = connect(Number(production.port), production.hostname);
	await once(socket, 'connect');
	// n8n may answer, or hang up, before it has the whole of it.
	let answer = '';
	socket.on('data', (part) => (answer += part.toString()));
	socket.on('error', () => undefined);
	socket.setTimeout(120_000, () => socket.destroy());
	const closed = new Promise((resolve) => socket.once('close', resolve));
	const headers = {
		host: production.host,
		connection: 'close',
		'content-type': 'application/json',
		'content-length': body.length,
		...signed(stage, body.toString()),
	};
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.write(`POST ${production.pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
	const part = Math.ceil(body.length / 10);
	for (let at = 0; at < body.length; at += part) {
		if (at + part >= body.length) await last;
		else await sleep(100);
		socket.write(body.subarray(at, at + part));
	}
	await closed;
	return answer === '' ? null : Number(answer.split(' ', 2)[1]);
}

/** Twenty at once take n8n a second or two, from the first byte to the last answer. */
test.each<[string, (first: (answers: number) => Promise<void>) => Promise<void>]>([
	['5 ms after Meta began', async () => await sleep(5)],
	['400 ms after Meta began', async () => await sleep(400)],
	['once the first is answered', async (first) => await first(1)],
	['once half are answered', async (first) => await first(10)],
	['once all are answered', async (first) => await first(20)],
])(
	'n8n is killed %s: of 20 messages, answered is started once, unanswered at least once',
	async (moment, reached) => {
		const wamids = Array.from({ length: 20 }, aMessage);
		let ended = 0;
		const delivering = wamids.map(async (wamid) => {
			const status = await deliver(wamid);
			ended++;
			return status;
		});
		await reached(async (answers) => {
			while (ended < answers) await sleep(1);
		});
		await stage.n8n.kill();
		const answers = await Promise.all(delivering);
		const atTheKill = starts(wamids);
		await stage.n8n.restart();
		const unanswered = wamids.filter((_, at) => answers[at] !== 200);
		for (const wamid of unanswered) await deliverUntilTaken(wamid);
		const stored = atTheKill.filter((count) => count > 0).length;
		console.log(`Killed ${moment}: of 20 ${stored} stored, ${20 - unanswered.length} answered`);
		// What was stored and not answered may start once more, when Meta comes again.
		const most = wamids.map((_, at) => (answers[at] === 200 ? 1 : atTheKill[at]! + 1));
		const wrong = starts(wamids).filter((count, at) => count < 1 || count > most[at]!);
		expect(wrong).toEqual([]);
	},
);

test('n8n is killed between two pieces of a large chunk: the whole chunk comes again, and nothing is lost', async () => {
	const parameters = { groups: ['history'] };
	const workflow = stage.workflow({ webhookId: 'pieces', parameters });
	const id = await stage.n8n.rest.createWorkflow(workflow);
	await expect(stage.n8n.rest.publish(id)).resolves.toEqual({ status: 'published' });
	const { production: url } = addressesOf(stage, 'pieces');
	const content = { type: 'text', text: { body: 'An old message' } };
	const old = Array.from({ length: 5_000 }, () => inboundMessage(content, { secondsAgo: 9_000 }));
	const threads = [{ id: old[0]!.from, messages: old }];
	const metadata = { phase: 1, chunk_order: 1, progress: 50 };
	const chunk = JSON.stringify(webhook('history', { history: [{ metadata, threads }] }));

	let isAnswered = false;
	const delivering = post(url, chunk).finally(() => (isAnswered = true));
	while (startedExecutions(stage, id).length < 2 && !isAnswered) await sleep(5);
	await stage.n8n.kill();
	await expect(delivering).resolves.toBeNull();
	const atTheKill = startedExecutions(stage, id).length;
	await stage.n8n.restart();
	await pRetry(async () => expect(await post(url, chunk)).toBe(200), { retries: 20 });

	const counts = starts(
		old.map((message) => message.id),
		id,
	);
	const twice = counts.filter((count) => count === 2).length;
	console.log(`Killed with ${atTheKill} of 6 pieces stored: ${twice} messages started twice`);
	expect(counts.filter((count) => count !== 1 && count !== 2)).toEqual([]);
	// Of those that were stored the kill has ended some before they had run.
	expect(twice).toBeLessThanOrEqual(1_000 * atTheKill);
});
