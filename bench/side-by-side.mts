/**
 * `npm run bench:side-by-side`: what one more workflow on a number costs a delivery, beside what its execution
 * costs, as CPU time of a real n8n, in one run and in turn: with n8n's default settings, and with the one that
 * `docs/production.md` advises. Linux only.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { request } from 'undici';

import { type Hosts, PACKAGE, startHosts } from '../test/e2e/hosts.mts';
import { load, processor } from './machine.mts';
import { text } from './payloads.mts';
import { median } from './statistics.mts';

const ROUNDS = 4;
const DELIVERIES = 100;
const TOKEN = 'blue-lemon-tree';
/** Of one CPU clock tick, which Linux fixes at 100 per second for programs. */
const TICK_MS = 10;
const SETTLED_BELOW_TICKS = 10;

/** Workflows by webhook ID, and the group of events that they take; what is delivered is inbound. */
const WORKFLOWS = { runs: 'inbound', quiet: 'statuses', other: 'statuses' };

const SETTINGS: Array<Record<string, string>> = [
	{},
	{ N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
];

let hosts: Hosts;
for (const env of SETTINGS) {
	hosts = await startHosts(undefined, env);
	try {
		await measure(Object.keys(env)[0] ?? 'default settings');
	} finally {
		await hosts.stop();
	}
}

async function measure(setting: string): Promise<void> {
	for (const [webhookId, group] of Object.entries(WORKFLOWS)) await publish(webhookId, group);
	const alone = way('nothing is started', '/webhook/quiet/whatsapp');
	const handedOn = way(
		'handed on to another, nothing is started',
		'/webhook/quiet/whatsapp?with=other',
	);
	const executed = way('an execution is started', '/webhook/runs/whatsapp');
	const ways = [alone, handedOn, executed];
	for (const { path } of ways) await cpuPerDelivery(path);
	for (let round = 0; round < ROUNDS; round++) {
		for (const { path, spent } of ways) spent.push(await cpuPerDelivery(path));
	}
	console.log(`${setting}: ${processor()}, load ${load()}, ${new Date().toISOString()}`);
	for (const { name, spent } of ways) {
		const each = spent.map((ms) => ms.toFixed(1)).join(', ');
		console.log(`${name}: ${median(spent).toFixed(1)} ms of CPU (${each})`);
	}
	const base = median(alone.spent);
	const share = (median(handedOn.spent) - base) / (median(executed.spent) - base);
	console.log(
		`Handing on costs ${share.toFixed(2)} of what the execution of a trigger alone costs.`,
	);
}

/** What a delivery may lead to, and the ms of CPU that one has taken, in each round. */
function way(name: string, path: string) {
	return { name, path, spent: [] as number[] };
}

async function publish(webhookId: string, group: string): Promise<void> {
	const id = await hosts.n8n.rest.createWorkflow({
		name: webhookId,
		nodes: [
			{
				id: webhookId,
				webhookId,
				name: 'Trigger',
				type: `${PACKAGE}.whatsAppCoexistenceTrigger`,
				typeVersion: 2,
				position: [0, 0],
				parameters: { groups: [group], registerFor: 'manual', manualVerification: TOKEN },
				credentials: hosts.credentials,
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	});
	const result = await hosts.n8n.rest.publish(id);
	if (result.status !== 'published') throw new Error(result.error);
}

/** In ms, the execution included. */
async function cpuPerDelivery(path: string): Promise<number> {
	const before = await settledTicks();
	for (let left = DELIVERIES; left > 0; left--) await deliver(path);
	return (((await settledTicks()) - before) * TICK_MS) / DELIVERIES;
}

async function deliver(path: string): Promise<void> {
	const body = text.replaceAll('wamid.', `wamid.${randomUUID()}.`);
	const secret = hosts.credential.appSecret as string;
	const digest = createHmac('sha256', secret).update(body).digest('hex');
	const answer = await request(hosts.n8n.url + path, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${digest}` },
		body,
	});
	await answer.body.dump();
	if (answer.statusCode !== 200) throw new Error(`n8n answered ${answer.statusCode}`);
}

/** CPU time that n8n has used, read once it is idle: executions go on after the answer. */
async function settledTicks(): Promise<number> {
	for (let before = await ticks(); ; ) {
		await sleep(1_000);
		const now = await ticks();
		if (now - before < SETTLED_BELOW_TICKS) return now;
		before = now;
	}
}

async function ticks(): Promise<number> {
	const stat = await readFile(`/proc/${hosts.n8n.pid()}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return Number(fields[11]) + Number(fields[12]);
}
