import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';
import { readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { historyChunk } from '../../sandbox/meta/payloads/history.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { editContent, inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { ONE_PERSON, SAVED_NAME } from './one-person.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(180_000);

const CUSTOMERS = { customers: 2, usernameOnlyShare: 0.5 };
const [number] = defaultWorld().phoneNumbers;
const [marta] = inventPeople(1, 1);
const NOON = 1_770_000_000;
const LARGE = 3_000;

/** A message of a customer who corrects it twice, as Meta sends it. */
const CORRECTED_TWICE = [
	{ id: 'wamid.corrected', content: textContent('When?') },
	{ id: 'wamid.first', content: editContent('wamid.corrected', textContent('At what time?')) },
	{ id: 'wamid.second', content: editContent('wamid.corrected', textContent('Open today?')) },
].map(({ id, content }, step) =>
	inboundMessage(number, marta, { id, timestamp: NOON + step }, content),
);

let hosts: Hosts;
let postgres: Postgres;
let template: WorkflowJson;
let published: PublishedTemplate;

beforeAll(async () => {
	postgres = await startPostgres();
	hosts = await startHosts();
	await hosts.n8n.rest.createCredential('postgres', 'Postgres account', postgres.credential);
	template = await readExample('inbox-in-postgres');
	published = await publishTemplate(hosts, template);
});

afterAll(async () => {
	await hosts?.stop();
	await postgres?.stop();
});

/** All rows, in an order that does not depend on how they came about. */
async function rows() {
	return {
		messages: await postgres.query('SELECT * FROM whatsapp_messages ORDER BY wamid'),
		contacts: await postgres.query('SELECT * FROM whatsapp_contacts ORDER BY contact_key'),
		people: await postgres.query('SELECT * FROM whatsapp_people ORDER BY key'),
	};
}

async function emptyTables(): Promise<void> {
	await postgres.query('TRUNCATE whatsapp_messages, whatsapp_address_book, whatsapp_people');
}

const inbox = async () => await postgres.query('SELECT * FROM whatsapp_inbox ORDER BY wamid');
const column = (of: JsonObject[], name: string) => of.map((row) => row[name]);
const sorted = (ids: string[] | undefined) => [...(ids ?? [])].sort();

test('the schema is the same as a file and in the workflow', async () => {
	const file = await readFile('examples/inbox-in-postgres.sql', 'utf8');
	const { parameters } = template.nodes.find(({ name }) => name === 'Create the tables')!;
	expect(parameters.query).toBe(file);
	await postgres.query(file);
	expect(await rows()).toEqual({ messages: [], contacts: [], people: [] });
});

describe('what a phone shares and what is written afterwards', () => {
	let onboarding: ScenarioReport;
	let customers: ScenarioReport;
	let owner: ScenarioReport;
	let changes: ScenarioReport;
	let first: Awaited<ReturnType<typeof rows>>;

	beforeAll(async () => {
		const play = async (name: string, options: JsonObject) =>
			await hosts.meta.post<ScenarioReport>(`/scenario/${name}`, options);
		await hosts.meta.post('/delivery-options', { batchSize: 4 });
		onboarding = await play('onboarding', {
			contacts: 6,
			editedContacts: 2,
			removedContacts: 2,
			threads: 3,
			messagesPerThread: 8,
			mediaShare: 0.4,
			usernameOnlyShare: 0.3,
		});
		customers = await play('customer-writes', { ...CUSTOMERS, count: 3, types: ['text', 'image'] });
		owner = await play('owner-answers', { ...CUSTOMERS, count: 2 });
		changes = await play('edit-and-revoke', CUSTOMERS);
		await hosts.meta.post('/deliver', { updates: CORRECTED_TWICE });
		await published.settled();
		first = await rows();
	});

	test('is one row for each message', async () => {
		expect(column(first.messages, 'wamid')).toEqual(
			sorted([
				'wamid.corrected',
				...[onboarding, customers, owner, changes].flatMap(({ ids }) => [
					...(ids.historyMessages ?? []),
					...(ids.inboundMessages ?? []),
					...(ids.echoes ?? []),
				]),
			]),
		);
		expect(column(await inbox(), 'contact_key')).not.toContain(null);
		expect(column(first.messages, 'sent_at')).not.toContain(null);
	});

	test('has the media of old photos in the rows of their placeholders', () => {
		const old = first.messages.filter(({ from_history }) => from_history === true);
		const withMedia = old.filter(({ media_id }) => media_id !== null);
		expect(onboarding.counts.historyMedia).toBeGreaterThan(0);
		expect(column(withMedia, 'wamid')).toEqual(sorted(onboarding.ids.historyMedia));
		expect(column(withMedia, 'type')).not.toContain(null);
		expect(column(withMedia, 'media_type')).not.toContain(null);
	});

	test('has edits and deletions beside the original text, and the inbox applies them', async () => {
		const edited = first.messages.filter(({ edited_at }) => edited_at !== null);
		expect(edited).toHaveLength(changes.counts.echoEdits! + changes.counts.inboundEdits! + 1);
		expect(edited).toContainEqual(
			expect.objectContaining({
				wamid: 'wamid.corrected',
				text: 'When?',
				edited_text: 'Open today?',
				edited_at: new Date((NOON + 2) * 1000),
			}),
		);
		const deleted = first.messages.filter(({ deleted_at }) => deleted_at !== null);
		expect(column(deleted, 'wamid')).toEqual(
			sorted([...changes.ids.echoes!, ...changes.ids.inboundMessages!]),
		);
		expect(column(deleted, 'text')).not.toContain(null);

		const shown = (await inbox()).filter((row) => row.deleted);
		expect(shown).toHaveLength(deleted.length);
		expect(new Set(column(shown, 'text'))).toEqual(new Set([null]));
		expect(shown).toContainEqual(expect.objectContaining({ contact: 'Marta Gil (VIP)' }));
	});

	test('has the address book as the phone has it now', () => {
		const removed = new Set(onboarding.ids.contactsRemoved);
		const saved = new Set(onboarding.ids.contactsSaved);
		expect(column(first.contacts, 'contact_key')).toEqual(sorted([...saved]));
		for (const { contact_key, in_address_book, full_name } of first.contacts) {
			expect(in_address_book).toBe(!removed.has(contact_key as string));
			expect(full_name).not.toBeNull();
		}
		const edited = column(first.contacts, 'full_name').filter((name) => /VIP/.test(String(name)));
		expect(edited).toHaveLength(2);
	});

	test('ends in the same rows when all of it comes again, backwards', async () => {
		const sent = await sentSoFar(hosts);
		await published.unpublish();
		published = await publishTemplate(hosts, template);
		await hosts.meta.post('/deliver', { updates: sent.reverse() });
		await published.settled();
		expect(await rows()).toEqual(first);
	});

	test('ends in the same rows when it came backwards from the start', async () => {
		const sent = await sentSoFar(hosts);
		const backwards = sent.slice(sent.length / 2);
		await published.unpublish();
		await emptyTables();
		published = await publishTemplate(hosts, template);
		await hosts.meta.post('/deliver', { updates: backwards });
		await published.settled();
		expect(await rows()).toEqual(first);
	});
});

describe('one person', () => {
	const orders = ONE_PERSON.flatMap(({ name, messages, updates }) => [
		{ name, messages, updates },
		{ name: `${name}, told backwards,`, messages, updates: () => updates().reverse() },
	]);
	test.each(orders)('$name is one conversation, with the saved name', async (person) => {
		await emptyTables();
		await hosts.meta.post('/deliver', { updates: person.updates() });
		await published.settled();
		const shown = await inbox();
		expect(shown).toHaveLength(person.messages);
		expect(new Set(column(shown, 'contact_key')).size).toBe(1);
		expect(new Set(column(shown, 'contact'))).toEqual(new Set([SAVED_NAME]));
		expect(column((await rows()).contacts, 'full_name')).toEqual([SAVED_NAME]);
	});
});

test('a large chunk, which is one statement, is stored whole even if n8n is killed at its first row', async () => {
	await emptyTables();
	await hosts.meta.post('/delivery-options', { retryBaseMs: 1_000 });
	const messages = Array.from({ length: LARGE }, (_, index) => ({
		id: `wamid.large.${index}`,
		timestamp: NOON + index,
		outbound: false,
		content: textContent(`Old message ${index}`),
		media: null,
		status: 'READ' as const,
	}));
	const chunk = historyChunk(number, { phase: 1, chunkOrder: 1, progress: 50 }, [
		{ person: marta, messages },
	]);
	await hosts.meta.post('/deliver', { updates: [chunk] });
	await pRetry(
		async () => {
			if ((await rows()).messages.length === 0) throw new Error('Nothing is stored yet');
		},
		{ retries: 2_000, factor: 1, minTimeout: 20 },
	);
	await hosts.n8n.kill();
	await hosts.n8n.restart();
	await hosts.meta.post('/drain');
	await pRetry(
		async () => {
			const { messages: stored } = await rows();
			if (stored.length < LARGE) throw new Error(`Stored are ${stored.length}`);
		},
		{ retries: 300, factor: 1, minTimeout: 100 },
	);
	expect(new Set(column((await rows()).messages, 'wamid'))).toEqual(
		new Set(messages.map(({ id }) => id)),
	);
}, 400_000);
