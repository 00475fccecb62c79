import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import {
	historyChunk,
	historyMedia,
	type OldMessage,
} from '../../sandbox/meta/payloads/history.mts';
import {
	editContent,
	inboundMessage,
	revokeContent,
} from '../../sandbox/meta/payloads/inbound.mts';
import { stateSync, type ContactChange } from '../../sandbox/meta/payloads/state-sync.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import type { ScenarioReport } from '../../sandbox/meta/scenarios/index.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { ONE_PERSON, SAVED_NAME } from './one-person.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(120_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other] = inventPeople(2, 7);
const NOON = 1_770_000_000;
const media = {
	type: 'image',
	image: { id: '610000000000001', mime_type: 'image/jpeg', sha256: 'aa11', caption: 'The shop' },
};

const SYSTEM_COLUMNS = ['id', 'createdAt', 'updatedAt'];

let hosts: Hosts;
let template: WorkflowJson;
let published: PublishedTemplate;

beforeAll(async () => {
	hosts = await startHosts();
	template = await readExample('inbox-in-a-table');
	published = await publishTemplate(hosts, template);
});

afterAll(async () => await hosts?.stop());

/** Delivers one after the other, each when the execution of the one before is over. */
async function deliver(...updates: Update[]): Promise<void> {
	for (const update of updates) await deliverAtOnce([update]);
}

async function deliverAtOnce(updates: Update[]): Promise<void> {
	await hosts.meta.post('/deliver', { updates });
	await published.settled();
}

/** What a user sees in a table. */
async function rows(table: string, where: JsonObject = {}): Promise<JsonObject[]> {
	const { rest } = hosts.n8n;
	const { id } = (await rest.dataTables()).find(({ name }) => name === table)!;
	const all = (await rest.dataTableRows(id)).map((row) =>
		Object.fromEntries(Object.entries(row).filter(([name]) => !SYSTEM_COLUMNS.includes(name))),
	);
	return all.filter((row) => Object.entries(where).every(([name, value]) => row[name] === value));
}

/** All rows of both tables, in an order that does not depend on how they came about. */
async function allRows(): Promise<{ messages: JsonObject[]; contacts: JsonObject[] }> {
	const sorted = async (table: string, by: string) =>
		(await rows(table)).sort((a, b) => ((a[by] as string) < (b[by] as string) ? -1 : 1));
	return {
		messages: await sorted('whatsapp_messages', 'wamid'),
		contacts: await sorted('whatsapp_contacts', 'contact_key'),
	};
}

const messageRows = async (wamid: string) => await rows('whatsapp_messages', { wamid });
const contactRows = async () => await rows('whatsapp_contacts', { contact_key: marta.userId });
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

describe('an old photo', () => {
	const old = (id: string): OldMessage & { media: typeof media } => ({
		id,
		timestamp: NOON,
		outbound: false,
		content: { type: 'media_placeholder' },
		media,
		status: 'READ',
	});
	const placeholder = (id: string) =>
		historyChunk(number, { phase: 0, chunkOrder: 1, progress: 50 }, [
			{ person: marta, messages: [old(id)] },
		]);
	const followUp = (id: string) => historyMedia(number, marta, old(id));
	const complete = {
		type: 'image',
		text: 'The shop',
		media_id: '610000000000001',
		media_type: 'image/jpeg',
		contact_key: marta.userId,
		direction: 'inbound',
		sent_at: at(NOON),
		from_history: true,
	};

	test('waits for its media in a row without type', async () => {
		await deliver(placeholder('wamid.waiting'));
		expect(await messageRows('wamid.waiting')).toMatchObject([
			{ type: null, media_id: null, contact_key: marta.userId, from_history: true },
		]);
	});

	test('is one row when the media comes after the placeholder', async () => {
		await deliver(placeholder('wamid.inOrder'), followUp('wamid.inOrder'));
		expect(await messageRows('wamid.inOrder')).toMatchObject([complete]);
	});

	test('is the same row when the media comes before the placeholder', async () => {
		await deliver(followUp('wamid.reversed'), placeholder('wamid.reversed'));
		expect(await messageRows('wamid.reversed')).toMatchObject([complete]);
	});
});

describe('a message', () => {
	const write = (id: string, text: string) =>
		inboundMessage(number, marta, { id, timestamp: NOON }, textContent(text));
	const edit = (id: string, original: string, text: string, timestamp: number) =>
		inboundMessage(number, marta, { id, timestamp }, editContent(original, textContent(text)));
	const revoke = (id: string, original: string) =>
		echo(number, marta, { id, timestamp: NOON + 50 }, revokeContent(original));

	test('keeps its text beside the newest edit, whatever comes first', async () => {
		await deliver(
			edit('wamid.edit2', 'wamid.edited', 'At what time do you open today?', NOON + 20),
			write('wamid.edited', 'When?'),
			edit('wamid.edit1', 'wamid.edited', 'At what time?', NOON + 10),
		);
		expect(await messageRows('wamid.edited')).toMatchObject([
			{
				text: 'When?',
				edited_text: 'At what time do you open today?',
				edited_at: at(NOON + 20),
				deleted_at: null,
			},
		]);
	});

	test('of the owner is marked when the owner deletes it', async () => {
		await deliver(
			echo(number, marta, { id: 'wamid.deleted', timestamp: NOON }, textContent('Wrong chat')),
			revoke('wamid.revoke', 'wamid.deleted'),
		);
		expect(await messageRows('wamid.deleted')).toMatchObject([
			{
				author: 'business_app',
				direction: 'outbound',
				text: 'Wrong chat',
				deleted_at: at(NOON + 50),
			},
		]);
		expect(await messageRows('wamid.revoke')).toEqual([]);
	});
});

describe('a contact of the phone', () => {
	const change = (
		action: ContactChange['action'],
		timestamp: number,
		fullName = marta.fullName,
	): ContactChange => ({ action, timestamp, person: { ...marta, fullName } });

	test('has the newest name, even if an older change comes later', async () => {
		await deliver(
			stateSync(number, [change('add', NOON + 10, 'Marta Gil (VIP)')]),
			stateSync(number, [change('add', NOON, 'Marta Gil')]),
		);
		expect(await contactRows()).toMatchObject([
			{ full_name: 'Marta Gil (VIP)', in_address_book: true, changed_at: at(NOON + 10) },
		]);
	});

	test('keeps its row when removed, with the newest name', async () => {
		await deliver(
			stateSync(number, [change('remove', NOON + 20)]),
			stateSync(number, [change('add', NOON + 15, 'Marta, in between')]),
		);
		expect(await contactRows()).toMatchObject([
			{ full_name: 'Marta, in between', in_address_book: false, changed_at: at(NOON + 20) },
		]);
	});

	test('ends as the newest of several changes in one webhook', async () => {
		await deliver(
			stateSync(number, [
				change('add', NOON + 40, 'Marta, back again'),
				change('remove', NOON + 30),
				{ action: 'add', timestamp: NOON, person: other },
			]),
		);
		expect(await contactRows()).toMatchObject([
			{ full_name: 'Marta, back again', in_address_book: true, changed_at: at(NOON + 40) },
		]);
		expect(await rows('whatsapp_contacts')).toHaveLength(2);
	});
});

test('all of it once more, backwards, changes no row', async () => {
	const before = await allRows();
	const sent = await sentSoFar(hosts);
	await published.unpublish();
	published = await publishTemplate(hosts, template);
	await deliver(...sent.reverse());
	expect(await allRows()).toEqual(before);
});

describe('what a phone shares and what is written afterwards, shuffled and repeated', () => {
	let reports: ScenarioReport[];
	let earlier: JsonObject[];
	let first: Awaited<ReturnType<typeof allRows>>;

	beforeAll(async () => {
		earlier = await rows('whatsapp_messages');
		await hosts.meta.post('/delivery-options', {
			batchSize: 4,
			reorder: true,
			duplicateShare: 0.3,
			delayMs: 500,
		});
		const customers = { customers: 2, usernameOnlyShare: 0.5 };
		const scenarios: Array<[string, JsonObject]> = [
			[
				'onboarding',
				{
					contacts: 6,
					editedContacts: 2,
					removedContacts: 2,
					threads: 3,
					messagesPerThread: 8,
					mediaShare: 0.4,
					usernameOnlyShare: 0.3,
				},
			],
			['customer-writes', { ...customers, count: 3, types: ['text', 'image'] }],
			['owner-answers', { ...customers, count: 2 }],
			['edit-and-revoke', customers],
		];
		reports = await Promise.all(
			scenarios.map(
				async ([name, options]) =>
					await hosts.meta.post<ScenarioReport>(`/scenario/${name}`, options),
			),
		);
		await published.settled();
		first = await allRows();
	});

	const ids = (...kinds: Array<keyof ScenarioReport['ids']>) =>
		reports.flatMap((report) => kinds.flatMap((kind) => report.ids[kind] ?? [])).sort();
	const column = (of: JsonObject[], name: string) => of.map((row) => row[name]);

	test('is one row for each message, with all that Meta sent of it', () => {
		const known = new Set(column(earlier, 'wamid'));
		const added = first.messages.filter(({ wamid }) => !known.has(wamid));
		expect(column(added, 'wamid')).toEqual(ids('historyMessages', 'inboundMessages', 'echoes'));
		for (const name of ['contact_key', 'sent_at', 'direction', 'author', 'phone_number_id']) {
			expect(column(added, name)).not.toContain(null);
		}
		const withMedia = added.filter(
			({ from_history, media_id }) => from_history === true && media_id !== null,
		);
		expect(withMedia.length).toBeGreaterThan(0);
		expect(column(withMedia, 'wamid')).toEqual(ids('historyMedia'));
		const changes = reports.at(-1)!.ids;
		const changed = [...changes.echoes!, ...changes.inboundMessages!].sort();
		for (const name of ['edited_text', 'edited_at', 'deleted_at']) {
			const noted = added.filter((row) => row[name] !== null);
			expect([name, column(noted, 'wamid')]).toEqual([name, changed]);
		}
	});

	test('is one row for each contact, as the phone has it now', () => {
		const saved = new Set(ids('contactsSaved'));
		const removed = new Set(ids('contactsRemoved'));
		const contacts = first.contacts.filter(({ contact_key }) => saved.has(contact_key as string));
		expect(column(contacts, 'contact_key')).toEqual([...saved]);
		for (const { contact_key, in_address_book } of contacts) {
			expect([contact_key, in_address_book]).toEqual([
				contact_key,
				!removed.has(contact_key as string),
			]);
		}
	});

	test('ends in the same rows when all of it comes again, in order or backwards', async () => {
		await hosts.meta.delete('/delivery-options');
		await hosts.meta.post('/delivery-options', { batchSize: 4 });
		const sent = await sentSoFar(hosts);
		for (const updates of [sent, sent.toReversed()]) {
			await published.unpublish();
			published = await publishTemplate(hosts, template);
			await deliverAtOnce(updates);
			expect(await allRows()).toEqual(first);
		}
	});
});

describe('one person', () => {
	test.each(ONE_PERSON)('$name is one conversation, with the saved name', async (person) => {
		const known = new Set((await rows('whatsapp_messages')).map(({ wamid }) => wamid));
		await deliver(...person.updates());
		const added = (await rows('whatsapp_messages')).filter(({ wamid }) => !known.has(wamid));
		expect(added).toHaveLength(person.messages);
		const [contact_key, ...others] = new Set(added.map((row) => row.contact_key));
		expect(others).toEqual([]);
		const names = (await rows('whatsapp_contacts', { contact_key })).map((row) => row.full_name);
		expect(names.filter((name) => name !== null)).toEqual([SAVED_NAME]);
	});
});

test.each(['phone', 'userId'] as const)(
	'a customer is forgotten by %s, in both tables, and nobody else is',
	async (known) => {
		const person = known === 'phone' ? marta : other;
		await deliver(
			inboundMessage(
				number,
				person,
				{ id: `wamid.last.${known}`, timestamp: NOON },
				textContent('Bye'),
			),
		);
		const before = await allRows();
		const { rest } = hosts.n8n;
		const workflow = await rest.createWorkflow(
			fillIn(await readExample('forget-a-customer'), 'Whom to forget', {
				assignments: {
					assignments: [{ id: 'contact', name: 'contact', type: 'string', value: person[known] }],
				},
			}),
		);
		await rest.executeByHand(workflow);
		const [{ error }] = await rest.finishedExecutions(workflow, 1);
		expect(error).toBeNull();

		const isKept = (row: JsonObject) => row.contact_key !== person.userId;
		const kept = {
			messages: before.messages.filter(isKept),
			contacts: before.contacts.filter(isKept),
		};
		expect(kept.messages.length).toBeGreaterThan(0);
		expect(kept.messages.length).toBeLessThan(before.messages.length);
		expect(kept.contacts.length).toBeLessThan(before.contacts.length);
		expect(await allRows()).toEqual(kept);
	},
);
