import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';
import pg from 'pg';
import { request } from 'undici';

import { readExample } from '../../sandbox/demo/examples.mts';
import { payloadOf } from '../../sandbox/meta/delivery/batching.mts';
import { encodeBody, sign } from '../../sandbox/meta/delivery/encoding.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';

jest.setTimeout(600_000);

const EVENTS = 240;
const AT_ONCE = 4;
const [number] = defaultWorld().phoneNumbers;
const [marta] = inventPeople(1, 1);

/** The template, with a node behind it that does something which must not be done twice. */
function withEffect(template: WorkflowJson): WorkflowJson {
	const gate = template.nodes.find(({ name }) => name === 'Note it, unless it is there')!;
	const effect = {
		...gate,
		id: 'effect',
		name: 'Do it',
		position: [1200, 300] as [number, number],
		parameters: {
			resource: 'database',
			operation: 'executeQuery',
			query: 'INSERT INTO effects (wamid) VALUES ($1)',
			options: { queryReplacement: '={{ [$json.message.id] }}' },
		},
	};
	return {
		...template,
		nodes: [...template.nodes, effect],
		connections: {
			...template.connections,
			'Your nodes': { main: [[{ node: effect.name, type: 'main', index: 0 }]] },
		},
	};
}

/** Two executions ask the database for the same events, each at the same moment as the other. */
describe('the statement', () => {
	let postgres: Postgres;
	let executions: pg.Client[];
	let gate: string;

	beforeAll(async () => {
		postgres = await startPostgres();
		const { nodes } = await readExample('once-and-only-once');
		const queryOf = (node: string) =>
			nodes.find(({ name }) => name === node)!.parameters.query as string;
		await postgres.query(queryOf('Create the table'));
		gate = queryOf('Note it, unless it is there');
		executions = [0, 1].map(() => new pg.Client(postgres.credential));
		await Promise.all(executions.map(async (client) => await client.connect()));
	});
	afterAll(async () => {
		for (const client of executions ?? []) await client.end();
		await postgres?.stop();
	});

	const ask = async (execution: number, eventId: string) =>
		(await executions[execution]!.query(gate, [eventId, `execution ${execution}`])).rows;

	test('gives each event to one of two that ask in the same moment', async () => {
		for (let event = 0; event < 1_000; event++) {
			const answers = await Promise.all([ask(0, `event ${event}`), ask(1, `event ${event}`)]);
			expect(answers.flat()).toEqual([{ eventId: `event ${event}` }]);
		}
	});

	test('gives it again to the one that has it, and to no other', async () => {
		await expect(ask(0, 'once more')).resolves.toEqual([{ eventId: 'once more' }]);
		await expect(ask(1, 'once more')).resolves.toEqual([]);
		await expect(ask(0, 'once more')).resolves.toEqual([{ eventId: 'once more' }]);
	});
});

(HAS_REDIS && process.env.QUEUE_LONG ? describe : describe.skip)(
	'with two webhook processes (npm run test:queue; needs redis-server on the PATH)',
	() => {
		let meta: TestMeta;
		let n8n: QueueMode;
		let workflowId: string;
		let path: string;

		beforeAll(async () => {
			[meta, n8n] = await Promise.all([metaForTest(), startQueueMode()]);
			await n8n.postgres.query('CREATE TABLE effects (wamid text)');
			const type = 'whatsAppCoexistenceApi';
			const name = 'WhatsApp Coexistence account';
			await n8n.rest.createCredential(type, name, { ...meta.credential });
			await n8n.rest.createCredential('postgres', 'Postgres account', n8n.postgres.credential);
			const template = withEffect(await readExample('once-and-only-once'));
			workflowId = await n8n.rest.createWorkflow(template);
			await n8n.rest.executeByHand(workflowId);
			const [{ error }] = await n8n.rest.finishedExecutions(workflowId, 1);
			expect(error).toBeNull();
			await n8n.publish(workflowId);
			const { nodes } = await n8n.rest.workflow(workflowId);
			const trigger = nodes.find(({ type }) => type.endsWith('.whatsAppCoexistenceTrigger'))!;
			path = `/webhook/${trigger.webhookId}/whatsapp`;
		});
		afterAll(async () => {
			await n8n?.stop();
			await meta?.close();
		});

		/** Meta's delivery of a message, sent to both processes in the same moment. */
		async function deliverToBoth(wamid: string): Promise<void> {
			const message = inboundMessage(
				number,
				marta,
				{ id: wamid, timestamp: Math.floor(Date.now() / 1000) },
				textContent('Is it still there?'),
			);
			const body = encodeBody(payloadOf([message]));
			const headers = {
				'content-type': 'application/json',
				'x-hub-signature-256': sign(body, meta.credential.appSecret),
			};
			await Promise.all(
				n8n.webhooks.map(async ({ url }) => {
					const answer = await request(url + path, { method: 'POST', headers, body });
					await answer.body.dump();
					expect(answer.statusCode).toBe(200);
				}),
			);
		}

		async function executionsAreOver(): Promise<number> {
			return await pRetry(
				async () => {
					const rows = await n8n.postgres.query(
						`SELECT status, count(*)::int FROM execution_entity WHERE mode = 'webhook' GROUP BY status`,
					);
					if (rows.length !== 1 || rows[0]!.status !== 'success') {
						throw new Error(JSON.stringify(rows));
					}
					return rows[0]!.count as number;
				},
				{ retries: 600, factor: 1, minTimeout: 500 },
			);
		}

		test('what both receive in the same moment is done once', async () => {
			const wamids = Array.from({ length: EVENTS }, (_, index) => `wamid.once.${index}`);
			for (let from = 0; from < EVENTS; from += AT_ONCE) {
				await Promise.all(wamids.slice(from, from + AT_ONCE).map(deliverToBoth));
			}
			const executions = await executionsAreOver();
			console.log(`${EVENTS} events, each sent to both: ${executions} executions`);
			// Or it would show nothing.
			expect(executions).toBeGreaterThan(1.5 * EVENTS);
			const done = await n8n.postgres.query('SELECT wamid FROM effects');
			expect(done.map(({ wamid }) => wamid).sort()).toEqual(wamids.sort());
		});

		test('what is old is forgotten, and nothing else', async () => {
			await n8n.postgres.query(
				`UPDATE whatsapp_once SET seen_at = now() - interval '31 days' WHERE event_id LIKE '%.once.1%'`,
			);
			const before = await n8n.postgres.query('SELECT event_id FROM whatsapp_once');
			await n8n.rest.executeByHand(workflowId, 'Every night');
			await pRetry(
				async () => {
					const left = await n8n.postgres.query('SELECT event_id FROM whatsapp_once');
					if (left.length === before.length) throw new Error('Nothing is deleted yet');
					expect(before).toHaveLength(EVENTS);
					expect(left.map(({ event_id }) => event_id).sort()).toEqual(
						before
							.map(({ event_id }) => event_id as string)
							.filter((id) => !id.includes('.once.1'))
							.sort(),
					);
				},
				{ retries: 100, factor: 1, minTimeout: 200 },
			);
		});
	},
);
