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
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { Delivery, Dispatch } from '../../sandbox/meta/delivery/engine.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { DEFAULT, defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { accountPlace, appPlace, registrationsOf } from '../integration/engine/registrations.mts';
import { startReceiver } from '../integration/meta/meta-client.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';
import { publishTemplate } from './templates.mts';

jest.setTimeout(900_000);

const [first, second] = defaultWorld().phoneNumbers;
const CUSTOMERS = 4;
const [customer] = inventPeople(1, 7);
const PUBLISHED = { status: 'published' };

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
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

function nameOf({ message, value }: JsonObject): string {
	const { id } = (message ?? {}) as { id?: string };
	return id ?? (value as { message_template_name: string }).message_template_name;
}

type Kind = 'echo' | 'quality' | 'toFirst' | 'toSecond';

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
	const updates: Record<Kind, () => Update> = {
		toFirst: () => inboundMessage(first, customer, head, content),
		toSecond: () => inboundMessage(second, customer, head, content),
		echo: () => echo(first, customer, head, content),
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

/** Customers who write as soon as the last of them was answered, whatever n8n is doing. */
async function send(updates: Update[]): Promise<void> {
	for (let at = 0; at < updates.length; at += CUSTOMERS) {
		await deliver(updates.slice(at, at + CUSTOMERS));
		await stage.meta.control.post('/drain');
	}
}

describe('five workflows', () => {
	const EVENTS_PER_ROUND = 100;
	const REPEATED = 0.3;
	const KINDS: Kind[] = [
		'toFirst',
		'echo',
		'toSecond',
		'toFirst',
		'quality',
		'toFirst',
		'echo',
		'toSecond',
		'toFirst',
		'toFirst',
	];
	const WORKFLOWS: Array<{ name: string; parameters: JsonObject; gets: Kind[] }> = [
		{
			name: 'Health',
			parameters: { registerFor: 'app', groups: ['account', 'inbound'] },
			gets: ['quality', 'toFirst', 'toSecond'],
		},
		{
			name: 'Inbox',
			parameters: { groups: ['echoes', 'inbound'] },
			gets: ['echo', 'toFirst', 'toSecond'],
		},
		{
			name: 'Bot',
			parameters: { registerFor: 'phoneNumber', phoneNumberIds: [DEFAULT.phoneNumberId] },
			gets: ['toFirst'],
		},
		{ name: 'Alerts', parameters: { groups: ['echoes'] }, gets: ['echo'] },
		{ name: 'CRM', parameters: { groups: ['inbound'] }, gets: ['toFirst', 'toSecond'] },
	];

	const workflowOf = (index: number, trigger?: string): WorkflowJson => {
		const { name, parameters } = WORKFLOWS[index];
		return stage.workflow({ webhookId: name.toLowerCase(), trigger, parameters });
	};

	test('execute each of their events once, while one after the other is unpublished, renamed and published again', async () => {
		const { control } = stage.meta;
		const { rest } = stage.n8n;
		const before = registrations();
		const ids: string[] = [];
		for (const index of WORKFLOWS.keys()) ids.push(await publish(workflowOf(index)));
		await control.post('/delivery-options', {
			// n8n drops the route of a workflow before the workflow can take itself off the callback, so that
			// Meta meets a 404 for a moment. What it does next with the old address, no source says.
			followsCallback: true,
			concurrency: 2 * CUSTOMERS,
			duplicateShare: REPEATED,
			reorder: true,
			timeoutMs: 60_000,
		});

		const missedByRound: Array<Set<string>> = [];
		const all: NamedEvent[] = [];
		for (const [index, id] of ids.entries()) {
			const round = Array.from({ length: EVENTS_PER_ROUND }, (_, at) =>
				anEvent(KINDS[at % KINDS.length]),
			);
			const sendPart = async (from: number, to: number) =>
				await send(round.slice(from, to).map(({ update }) => update));
			await sendPart(0, 20);
			await Promise.all([sendPart(20, 45), rest.unpublish(id)]);
			await sendPart(45, 55);
			const { nodes } = workflowOf(index, `Renamed ${index}`);
			await rest.updateWorkflow(id, { name: `Renamed ${index}`, nodes });
			const [, publication] = await Promise.all([sendPart(55, 80), rest.publish(id)]);
			expect(publication).toEqual(PUBLISHED);
			await sendPart(80, EVENTS_PER_ROUND);
			missedByRound.push(new Set(round.slice(20, 80).map(({ name }) => name)));
			all.push(...round);
		}

		const deliveries = await control.get<Delivery[]>('/deliveries');
		expect(deliveries.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
		const copies = deliveries.filter(({ duplicateOf }) => duplicateOf !== null);
		expect(copies.length).toBeGreaterThan(all.length * REPEATED * 0.8);
		for (const [index, { name: workflow, gets }] of WORKFLOWS.entries()) {
			const started = startedWith(ids[index]);
			const due = all.filter(({ kind }) => gets.includes(kind)).map(({ name }) => name);
			const mayMiss = missedByRound[index];
			expect({
				workflow,
				twice: started.filter((name, at) => started.indexOf(name) !== at),
				missed: due.filter((name) => !started.includes(name) && !mayMiss.has(name)),
				uncalledFor: started.filter((name) => !due.includes(name)),
			}).toEqual({ workflow, twice: [], missed: [], uncalledFor: [] });
		}

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
				const example = fillIn(await readExample('health-watch'), 'How far are the syncs?', {
					phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId },
				});
				return (await publishTemplate(hosts, example)).workflowId;
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
