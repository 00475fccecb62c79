import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { partnerRemoved } from '../../sandbox/meta/payloads/account.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { stateSync, type ContactChange } from '../../sandbox/meta/payloads/state-sync.mts';
import { deliveryStatuses, failedStatus } from '../../sandbox/meta/payloads/statuses.mts';
import { DEFAULT, defaultWorld, type SentMessage } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(180_000);

const world = defaultWorld();
const [number] = world.phoneNumbers;
const [marta, other, third] = inventPeople(3, 7);
const HOUR = 3600;
/** Unix seconds: a full hour that is over. */
const hour = Math.floor(Date.now() / 1000 / HOUR) * HOUR - 2 * HOUR;
const SYSTEM_COLUMNS = ['id', 'createdAt', 'updatedAt'];

let hosts: Hosts;
let receiver: AlertReceiver;
let news: WorkflowJson;
let syncs: WorkflowJson;
let figures: WorkflowJson;
/** Side by side, in this order. */
let published: PublishedTemplate[];

beforeAll(async () => {
	receiver = await startAlertReceiver();
	hosts = await startHosts();
	news = fillIn(await readExample('health-watch'), 'Send the alert', { url: receiver.url });
	syncs = fillIn(
		fillIn(await readExample('health-watch-syncs'), 'Send the alert', { url: receiver.url }),
		'How far are the syncs?',
		{ phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId } },
	);
	figures = await readExample('health-watch-figures');
	await publish();
});

async function publish(): Promise<void> {
	published = [];
	for (const template of [news, syncs, figures]) {
		published.push(await publishTemplate(hosts, template));
	}
}

afterAll(async () => {
	await hosts?.stop();
	await receiver?.close();
});

async function deliver(...updates: Update[]): Promise<void> {
	await hosts.meta.post('/deliver', { updates });
	await settled();
}

async function settled(): Promise<void> {
	for (const each of published) await each.settled();
}

async function anHourPasses(): Promise<void> {
	for (const { workflowId } of published.slice(1)) {
		await hosts.n8n.rest.executeByHand(workflowId, 'Every hour');
	}
	await settled();
}

/** What a user sees in the table. */
async function rows(table: string): Promise<JsonObject[]> {
	const { rest } = hosts.n8n;
	const { id } = (await rest.dataTables()).find(({ name }) => name === table)!;
	return (await rest.dataTableRows(id)).map((row) =>
		Object.fromEntries(Object.entries(row).filter(([name]) => !SYSTEM_COLUMNS.includes(name))),
	);
}

async function allRows(): Promise<Record<string, JsonObject[]>> {
	const { rest } = hosts.n8n;
	const names = (await rest.dataTables()).map(({ name }) => name);
	return Object.fromEntries(
		await Promise.all(names.map(async (name) => [name, await rows(name)] as const)),
	);
}

/** What has been told since the last call. */
const told = () => receiver.alerts.splice(0);

const accountUpdate = (field: string, value: JsonObject): Update => ({
	wabaId: number.wabaId,
	phoneNumberId: null,
	field,
	value,
});

function sentByPlatform(id: string, recipient: string, at: number): SentMessage {
	const body = { to: recipient, type: 'text', text: { body: 'Hello' } };
	return { id, phoneNumberId: number.id, recipient, at: at * 1000, lost: false, body };
}

test('a sync that was not asked for, or falls silent, is told once', async () => {
	await hosts.meta.post('/onboard', {});
	await anHourPasses();
	expect(told()).toEqual([]);

	const impatient: WorkflowJson = JSON.parse(JSON.stringify(syncs).replace('hours: 6', 'hours: 0'));
	await hosts.n8n.rest.updateWorkflow(published[1]!.workflowId, { nodes: impatient.nodes });
	await anHourPasses();
	await anHourPasses();
	expect(told().sort()).toEqual([
		expect.stringMatching(/^The sync of the contacts has been silent since .*No request is known/),
		expect.stringMatching(/^The sync of the history has been silent since .*No request is known/),
	]);

	const chunk = (progress: number): Update => ({
		wabaId: number.wabaId,
		phoneNumberId: number.id,
		field: 'history',
		value: {
			messaging_product: 'whatsapp',
			metadata: {
				display_phone_number: number.displayPhoneNumber,
				phone_number_id: number.id,
			},
			history: [{ metadata: { phase: 0, chunk_order: progress, progress }, threads: [] }],
		},
	});
	await deliver(chunk(40));
	await anHourPasses();
	expect(told()).toEqual([
		expect.stringMatching(/^The sync of the history has been silent since .*It is coming/),
	]);
	await deliver(chunk(100));
	await anHourPasses();
	expect(told()).toEqual([]);
	expect(await rows('whatsapp_syncs')).toMatchObject([{ progress: 40 }, { progress: 100 }]);
});

test('contacts that have come are noted once for each number, and are no stalled sync', async () => {
	const saved = (person: typeof marta): ContactChange => ({
		action: 'add',
		timestamp: Math.floor(Date.now() / 1000),
		person,
	});
	await deliver(stateSync(number, [saved(marta), saved(other)]), stateSync(number, [saved(third)]));
	const noted = (await rows('whatsapp_syncs')).filter(({ event }) => event === 'contact.saved');
	expect(noted).toMatchObject([{ phoneNumberId: number.id }]);
	await anHourPasses();
	expect(told()).toEqual([]);
});

test('the end of the connection and its return are told', async () => {
	await deliver(
		partnerRemoved(world, number, { reason: 'PRIMARY_INACTIVITY', initiatedBy: 'SYSTEM' }),
	);
	expect(told()).toEqual([
		'WhatsApp 34600111222 was disconnected (PRIMARY_INACTIVITY). Connect it again by onboarding.',
	]);
	await hosts.meta.post('/scenario/reconnect');
	await settled();
	expect(told().sort()).toEqual([
		'WhatsApp 900000000000001 is off-boarded (no reason given): nothing is sent or received until it is reconnected.',
		'WhatsApp 900000000000001 works again.',
	]);
});

test('what Meta delivers several times at the same moment is told once', async () => {
	const offboarded = accountUpdate('account_update', { event: 'ACCOUNT_OFFBOARDED' });
	await hosts.meta.post('/deliver', { ...offboarded, entryTime: hour, copies: 8 });
	await settled();
	expect(told()).toHaveLength(1);
});

test('changes of quality are told', async () => {
	await deliver(
		accountUpdate('phone_number_quality_update', {
			display_phone_number: number.displayPhoneNumber,
			event: 'THROUGHPUT_UPGRADE',
			max_daily_conversations_per_business: 'TIER_2K',
		}),
		accountUpdate('message_template_quality_update', {
			previous_quality_score: 'GREEN',
			new_quality_score: 'RED',
			message_template_id: 1,
			message_template_name: 'invoice',
			message_template_language: 'en_US',
		}),
		accountUpdate('account_alerts', {
			entity_type: 'PHONE_NUMBER',
			entity_id: number.id,
			alert_info: {
				alert_severity: 'WARNING',
				alert_status: 'ACTIVE',
				alert_type: 'OBA_APPROVED',
				alert_description: 'Approved',
			},
		}),
		accountUpdate('account_review_update', { decision: 'APPROVED' }),
	);
	expect(told().sort()).toEqual([
		'Quality of WhatsApp 34600111222 has changed: THROUGHPUT_UPGRADE with TIER_2K conversations a day.',
		'Quality of the template invoice was GREEN and is RED.',
		'WhatsApp alert: OBA_APPROVED, WARNING: Approved',
	]);
});

test('of messages that fail for one reason, one is told', async () => {
	await hosts.meta.post('/delivery-options', { batchSize: 10 });
	await deliver(
		failedStatus(number, sentByPlatform('wamid.failed1', marta.phone!, hour)),
		failedStatus(number, sentByPlatform('wamid.failed2', marta.phone!, hour + 1)),
	);
	await deliver(failedStatus(number, sentByPlatform('wamid.failed3', marta.phone!, hour + 60)));
	expect(told()).toEqual([
		`A WhatsApp message to ${marta.phone} could not be sent: The recipient cannot receive this message. (131026)`,
	]);
});

test('the table says how much was written, how late echoes came, who answered and how fast', async () => {
	const question = (person: typeof marta, id: string, timestamp: number) =>
		inboundMessage(number, person, { id, timestamp }, textContent('Are you open?'));
	const sentToThird = deliveryStatuses(
		number,
		sentByPlatform('wamid.platform', third.userId, hour + 730),
	)[0]!;
	await deliver(
		echo(number, marta, { id: 'wamid.phone', timestamp: hour + 645 }, textContent('Yes')),
		sentToThird,
		question(marta, 'wamid.first', hour + 600),
		question(marta, 'wamid.second', hour + 625),
		question(third, 'wamid.third', hour + 720),
		question(other, 'wamid.other', hour + 800),
	);
	await anHourPasses();

	const traffic = await rows('whatsapp_traffic');
	expect(traffic.map(({ wamid, sender }) => [wamid, sender]).sort()).toEqual([
		['wamid.first', 'customer'],
		['wamid.other', 'customer'],
		['wamid.phone', 'business_app'],
		['wamid.platform', 'platform'],
		['wamid.second', 'customer'],
		['wamid.third', 'customer'],
	]);
	const latency = traffic.find(({ wamid }) => wamid === 'wamid.phone')!.seconds_to_n8n as number;
	const age = Date.now() / 1000 - (hour + 645);
	expect(latency).toBeGreaterThan(age - 120);
	expect(latency).toBeLessThan(age);
	expect(await rows('whatsapp_health')).toEqual([
		{
			hour: new Date(hour * 1000).toISOString(),
			from_customers: 4,
			from_phone: 1,
			from_platform: 1,
			answered_by_phone: 2,
			phone_seconds_to_answer: (45 + 20) / 2,
			answered_by_platform: 1,
			platform_seconds_to_answer: 10,
			not_answered: 1,
			echo_seconds_to_n8n: latency,
		},
	]);
	expect(told()).toEqual([]);
});

test('all of it once more changes no row and tells nothing', async () => {
	/** All but when contacts came last. */
	const kept = async () => {
		const { whatsapp_syncs: syncRows, ...others } = await allRows();
		return { ...others, history: syncRows!.filter(({ event }) => event !== 'contact.saved') };
	};
	const before = await kept();
	const sent = await sentSoFar(hosts);
	for (const each of published) await each.unpublish();
	await publish();
	await deliver(...sent);
	await anHourPasses();
	expect(await kept()).toEqual(before);
	expect(told()).toEqual([]);
});

test('an alert that Slack does not take makes the run fail, and is told when it is tried again', async () => {
	const { rest } = hosts.n8n;
	const { workflowId } = published[0]!;
	receiver.setArchived(true);
	await hosts.meta.post(
		'/deliver',
		partnerRemoved(world, number, { reason: 'ACCOUNT_DISCONNECTED', initiatedBy: 'USER' }),
	);
	await hosts.meta.post('/drain');
	const runs = await rest.finishedExecutions(workflowId, 1);
	expect(runs.at(-1)).toMatchObject({ status: 'error' });
	expect(told()).toEqual([]);

	receiver.setArchived(false);
	await rest.retry(runs.at(-1)!.id);
	await rest.finishedExecutions(workflowId, runs.length + 1);
	expect(told()).toEqual([expect.stringMatching(/was disconnected/)]);
});
