/** Workflows of one n8n that share a Meta app, a WhatsApp Business Account and a number. */
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	jest,
	test,
} from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { Delivery, Dispatch } from '../../sandbox/meta/delivery/engine.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { stateSync } from '../../sandbox/meta/payloads/state-sync.mts';
import { failedStatus } from '../../sandbox/meta/payloads/statuses.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { DEFAULT, defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { accountPlace, appPlace, registrationsOf } from '../integration/engine/registrations.mts';
import { startReceiver } from '../integration/meta/meta-client.mts';
import { TRIGGER } from './hosts.mts';
import { startHubSpot, type HubSpot } from './hubspot.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';
import { publishTemplate } from './templates.mts';

jest.setTimeout(900_000);

const [first, second] = defaultWorld().phoneNumbers;
const CUSTOMERS = 4;
/** How long a customer waits for an answer before the next one writes, in ms. */
const PATIENCE_MS = 500;
/** How long Meta takes for an answer. */
const GRAPH_MS = 150;
/** So many that nobody is sent more than Meta allows to the same person. */
const customers = inventPeople(37, 7);
/** Whom the owner saves on the phone, one after the other. */
const addressBook = inventPeople(1_000, 8);
const PUBLISHED = { status: 'published' };

let stage: Stage;

beforeAll(async () => {
	// The isolates of n8n's default for expressions take most of the time of so many small executions.
	stage = await startStage({ N8N_EXPRESSION_ENGINE: 'legacy' });
});
afterAll(async () => await stage?.stop());

beforeEach(async () => {
	await stage.meta.control.post('/reset');
	await stage.meta.control.post('/delivery-options', { retryBaseMs: 200, maxRetries: 6 });
});

const registrations = () => registrationsOf(stage.meta.world);

async function publish(workflow: WorkflowJson): Promise<string> {
	const id = await stage.n8n.rest.createWorkflow(workflow);
	await expect(stage.n8n.rest.publish(id)).resolves.toEqual(PUBLISHED);
	return id;
}

/** Somebody is subscribed to each of these updates, or it would not be delivered at all. */
async function deliver(updates: Update[]): Promise<void> {
	const { unrouted } = await stage.meta.control.post<Dispatch>('/deliver', { updates });
	expect(unrouted).toBe(0);
}

/** What the executions of a workflow were started with, by the names that {@link anEvent} gives. */
function startedWith(workflowId: string): string[] {
	return startedExecutions(stage, workflowId)
		.filter(({ mode }) => mode === 'webhook')
		.flatMap(({ events }) => events.map(nameOf));
}

function nameOf(item: JsonObject): string {
	return /wamid\.\w+\.\d+/.exec(JSON.stringify(item))![0];
}

type Kind = 'echo' | 'failed' | 'quality' | 'saved' | 'toFirst' | 'toSecond';

interface NamedEvent {
	name: string;
	kind: Kind;
	update: Update;
}

let events = 0;

function anEvent(kind: Kind): NamedEvent {
	const name = `wamid.${kind}.${++events}`;
	const head = { id: name, timestamp: Math.floor(Date.now() / 1000) };
	const content = textContent('Are you open?');
	const customer = customers[events % customers.length]!;
	const updates: Record<Kind, () => Update> = {
		toFirst: () => inboundMessage(first, customer, head, content),
		toSecond: () => inboundMessage(second, customer, head, content),
		echo: () => echo(first, customer, head, content),
		failed: () =>
			failedStatus(first, {
				id: name,
				phoneNumberId: first.id,
				recipient: customer.phone!,
				at: Date.now(),
				lost: false,
				body: {},
			}),
		saved: () => {
			const person = { ...addressBook[events]!, fullName: name };
			return stateSync(first, [{ action: 'add', person, timestamp: head.timestamp }]);
		},
		quality: () => ({
			wabaId: first.wabaId,
			phoneNumberId: null,
			field: 'message_template_quality_update',
			value: {
				previous_quality_score: 'GREEN',
				new_quality_score: 'RED',
				message_template_id: events,
				message_template_name: name,
				message_template_language: 'en_US',
			},
		}),
	};
	return { name, kind, update: updates[kind]() };
}

/** Customers who write as soon as the last of them was answered, or does not want to wait any more. */
async function send(updates: Update[]): Promise<void> {
	for (let at = 0; at < updates.length; at += CUSTOMERS) {
		await deliver(updates.slice(at, at + CUSTOMERS));
		await Promise.race([stage.meta.control.post('/drain'), sleep(PATIENCE_MS)]);
	}
}

interface Example {
	file: string;
	gets: Kind[];
	/** A change of a node that is not the trigger. */
	edit: { node: string; parameters: JsonObject };
	triggerOptions?: JsonObject;
}

describe('five examples', () => {
	const EVENTS_PER_ROUND = 100;
	const REPEATED = 0.3;
	const KINDS: Kind[] = [
		'toFirst',
		'echo',
		'toSecond',
		'toFirst',
		'quality',
		'saved',
		'echo',
		'toSecond',
		'toFirst',
		'failed',
	];
	const MESSAGES: Kind[] = ['echo', 'toFirst', 'toSecond'];
	const EXAMPLES: Example[] = [
		{
			file: 'health-watch',
			gets: ['quality', 'failed'],
			edit: { node: 'Message not sent', parameters: { options: { dotNotation: false } } },
			triggerOptions: { statuses: ['failed', 'deleted'] },
		},
		{
			file: 'inbox-in-postgres',
			gets: ['saved', ...MESSAGES],
			edit: { node: 'Create the tables', parameters: { options: { connectionTimeout: 60 } } },
		},
		{
			file: 'answer-inbound',
			gets: ['toFirst'],
			edit: { node: 'Send the answer', parameters: { text: 'We have your message.' } },
			triggerOptions: { automaticReplySeconds: 5 },
		},
		{
			file: 'ask-by-buttons',
			gets: ['toFirst', 'toSecond'],
			edit: { node: 'Ask what it is about', parameters: { footer: 'Press a button' } },
		},
		{
			file: 'contacts-to-crm',
			gets: ['saved', 'toFirst', 'toSecond'],
			edit: { node: 'Say what was refused', parameters: { errorMessage: 'HubSpot says no' } },
			triggerOptions: { ignoredContacts: '34600999999' },
		},
	];
	/** Which of them are changed in each round. */
	const ROUNDS = [[0], [1], [2], [3], [4, 2]];

	let postgres: Postgres;
	let hubSpot: HubSpot;
	let alerts: AlertReceiver;

	beforeAll(async () => {
		[postgres, hubSpot, alerts] = await Promise.all([
			startPostgres(),
			startHubSpot(),
			startAlertReceiver(),
		]);
		const { rest } = stage.n8n;
		await rest.createCredential('postgres', 'Postgres account', postgres.credential);
		const hubSpotCredential = { appToken: hubSpot.token };
		await rest.createCredential(
			'hubspotAppToken',
			'HubSpot Service Key account',
			hubSpotCredential,
		);
	});
	afterAll(async () => {
		await alerts?.close();
		await hubSpot?.close();
		await postgres?.stop();
	});

	/** An example with what a user enters in it. */
	async function filledIn(file: string): Promise<WorkflowJson> {
		const example = await readExample(file);
		const entered: Record<string, () => WorkflowJson> = {
			'health-watch': () => fillIn(example, 'Send the alert', { url: alerts.url }),
			// As imported it keeps no execution that went well: here they are counted.
			'inbox-in-postgres': () => ({ ...example, settings: { executionOrder: 'v1' } }),
			'answer-inbound': () =>
				fillIn(example, TRIGGER, {
					registerFor: 'phoneNumber',
					phoneNumberIds: [DEFAULT.phoneNumberId],
				}),
			'contacts-to-crm': () =>
				JSON.parse(JSON.stringify(example).replaceAll('https://api.hubapi.com', hubSpot.url)),
		};
		return entered[file]?.() ?? example;
	}

	/** As a user does in the editor: another node, the trigger's options, and the names. */
	async function editAndRename(id: string, { edit, triggerOptions }: Example): Promise<void> {
		const { rest } = stage.n8n;
		const draft = fillIn(await rest.workflow(id), edit.node, edit.parameters);
		const { name, nodes, connections } = draft;
		const trigger = nodes.find(({ type }) => type.endsWith('CoexistenceTrigger'))!;
		const renamed = {
			...trigger,
			name: 'WhatsApp',
			parameters: {
				...trigger.parameters,
				options: { ...(trigger.parameters.options as JsonObject), ...triggerOptions },
			},
		};
		const { [trigger.name]: lines, ...others } = connections;
		await rest.updateWorkflow(id, {
			name: `${name}, renamed`,
			nodes: nodes.map((node) => (node === trigger ? renamed : node)),
			connections: { ...others, [renamed.name]: lines! },
		});
	}

	test('execute each of their events once, while one after the other is unpublished, edited, renamed and published again', async () => {
		const { control } = stage.meta;
		const { rest } = stage.n8n;
		const before = registrations();
		const hosts = { n8n: stage.n8n, meta: control };
		const ids: string[] = [];
		for (const { file } of EXAMPLES) {
			ids.push((await publishTemplate(hosts, await filledIn(file))).workflowId);
		}
		await control.post('/delivery-options', {
			// n8n drops the route of a workflow before the workflow can take itself off the callback, so that
			// Meta meets a 404. Its repeats go on to the address that the first attempt had (what it really does,
			// no source says), so they have to last until the workflow is published again.
			followsCallback: false,
			maxRetries: 12,
			concurrency: 2 * CUSTOMERS,
			duplicateShare: REPEATED,
			reorder: true,
			timeoutMs: 60_000,
		});
		await control.post('/faults', { path: '', delayMs: GRAPH_MS, times: 100_000 });

		const mayMiss = EXAMPLES.map(() => new Set<string>());
		const all: NamedEvent[] = [];
		for (const changed of ROUNDS) {
			const round = Array.from({ length: EVENTS_PER_ROUND }, (_, at) =>
				anEvent(KINDS[at % KINDS.length]!),
			);
			const sendPart = async (from: number, to: number) =>
				await send(round.slice(from, to).map(({ update }) => update));
			const each = async (change: (id: string, index: number) => Promise<unknown>) =>
				await Promise.all(changed.map(async (index) => await change(ids[index]!, index)));
			await sendPart(0, 20);
			await control.post('/drain');
			await Promise.all([sendPart(20, 45), each(async (id) => await rest.unpublish(id))]);
			await Promise.all([
				sendPart(45, 55),
				each(async (id, index) => await editAndRename(id, EXAMPLES[index]!)),
			]);
			const [, publications] = await Promise.all([
				sendPart(55, 80),
				each(async (id) => await rest.publish(id)),
			]);
			expect(publications).toEqual(changed.map(() => PUBLISHED));
			await control.post('/drain');
			await sendPart(80, EVENTS_PER_ROUND);
			await control.post('/drain');
			for (const index of changed) {
				for (const { name } of round.slice(20, 80)) mayMiss[index]!.add(name);
			}
			all.push(...round);
		}

		const deliveries = await control.get<Delivery[]>('/deliveries');
		expect(deliveries.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
		const copies = deliveries.filter(({ duplicateOf }) => duplicateOf !== null);
		expect(copies.length).toBeGreaterThan(all.length * REPEATED * 0.8);
		const notFound = deliveries.filter(({ attempts }) =>
			attempts.some(({ status }) => status === 404),
		);
		const news: string[] = [];
		for (const [index, { file, gets }] of EXAMPLES.entries()) {
			await rest.finishedSummaries(ids[index]!, 0);
			const started = startedWith(ids[index]!);
			const due = all.filter(({ kind }) => gets.includes(kind)).map(({ name }) => name);
			expect({
				file,
				failed: startedExecutions(stage, ids[index]!).flatMap(({ error }) => error ?? []),
				twice: started.filter((name, at) => started.indexOf(name) !== at),
				missed: due.filter((name) => !started.includes(name) && !mayMiss[index]!.has(name)),
				uncalledFor: started.filter((name) => !due.includes(name)),
			}).toEqual({ file, failed: [], twice: [], missed: [], uncalledFor: [] });
			news.push(`${file} ${started.length} of ${due.length}`);
		}
		console.log(
			`${deliveries.length} deliveries, ${notFound.length} met a 404. Executed: ${news.join(', ')}`,
		);

		for (const id of ids) await rest.unpublish(id);
		expect(registrations()).toEqual({ ...before, [accountPlace()]: 'subscribed' });
	});
});

/**
 * A publishes for the app, which had no callback; `messages` is added for B in the App Dashboard; B
 * publishes an override for the account. None of the app's fields that B lives on is A's to take.
 */
describe('what lives on the fields of an app stays when the workflow that set its callback goes:', () => {
	const theirs = ['messages', 'smb_message_echoes'];

	async function addInAppDashboard(fields: string[]): Promise<void> {
		const subscription = stage.meta.world.apps[0].subscription!;
		await stage.meta.control.post('/subscribe-app', {
			callbackUrl: subscription.callbackUrl,
			fields: [...new Set([...subscription.fields, ...fields])],
		});
	}

	const watches: Array<[string, () => Promise<string>]> = [
		[
			'a trigger for Account alone',
			async () =>
				await publish(
					stage.workflow({
						webhookId: `watch-${++events}`,
						parameters: { registerFor: 'app', groups: ['account'] },
					}),
				),
		],
		[
			'Health watch',
			async () => {
				const hosts = { n8n: stage.n8n, meta: stage.meta.control };
				return (await publishTemplate(hosts, await readExample('health-watch'))).workflowId;
			},
		],
	];

	describe.each(watches)('%s', (_, publishWatch) => {
		let watch: string;
		beforeEach(async () => {
			expect(registrations()[appPlace()]).toBeUndefined();
			watch = await publishWatch();
			await addInAppDashboard(theirs);
		});
		afterEach(async () => await stage.n8n.rest.unpublish(watch));

		/** Whether one message and one echo come through, each once, at every step. */
		async function goesThrough(received: () => string[]): Promise<void> {
			const { rest } = stage.n8n;
			const sent: string[] = [];
			const expectBoth = async () => {
				const both = [anEvent('toFirst'), anEvent('echo')];
				sent.push(...both.map(({ name }) => name));
				await send(both.map(({ update }) => update));
				await stage.meta.control.post('/drain');
				expect(received().sort()).toEqual(sent.sort());
			};
			await expectBoth();
			const { nodes } = await rest.workflow(watch);
			await rest.updateWorkflow(watch, {
				nodes: nodes.map((node) => ({ ...node, notes: 'Edited' })),
			});
			await expect(rest.publish(watch)).resolves.toEqual(PUBLISHED);
			await expectBoth();
			await rest.unpublish(watch);
			await expectBoth();
			await expect(rest.publish(watch)).resolves.toEqual(PUBLISHED);
			await expectBoth();
			await rest.unpublish(watch);
			await expectBoth();
		}

		test('beside a workflow for the account', async () => {
			const inbox = await publish(
				stage.workflow({
					webhookId: `inbox-${++events}`,
					parameters: { groups: ['echoes', 'inbound'] },
				}),
			);
			await goesThrough(() => startedWith(inbox));
			await stage.n8n.rest.unpublish(inbox);
			expect(registrations()[appPlace()]).toBeUndefined();
		});

		test('beside another product with an override for the account', async () => {
			const other = await startReceiver();
			try {
				const override = { overrideCallbackUri: `${other.url}/crm` };
				stage.meta.world.wabas[0].subscribedApps = { [DEFAULT.appId]: override };
				await goesThrough(() => other.received.map(({ body }) => /wamid\.[\w.]+/.exec(body)![0]));
				expect(registrations()[accountPlace()]).toBe(`${other.url}/crm`);
			} finally {
				await other.close();
			}
		});
	});
});
