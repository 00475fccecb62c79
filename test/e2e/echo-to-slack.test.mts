import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startAlertReceiver, type AlertReceiver } from '../../sandbox/demo/alert-receiver.mts';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { textContent, type Content } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import {
	editContent,
	inboundMessage,
	revokeContent,
} from '../../sandbox/meta/payloads/inbound.mts';
import { stateSync, type ContactChange } from '../../sandbox/meta/payloads/state-sync.mts';
import { DEFAULT, defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(120_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other, third, fourth] = inventPeople(4, 7);
const NOON = 1_770_000_000;
const TO_MARTA = 'to <https://wa.me/34600333444|Marta Gil (VIP)>* (+34600333444)';

let hosts: Hosts;
let slack: AlertReceiver;
let published: PublishedTemplate;
let wamids = 0;

beforeAll(async () => {
	slack = await startAlertReceiver();
	hosts = await startHosts();
	const template = await readExample('echo-to-slack');
	published = await publishTemplate(hosts, fillIn(template, 'Post to Slack', { url: slack.url }));
});

afterAll(async () => {
	await hosts?.stop();
	await slack?.close();
});

/** Delivers one after the other, and gives what was posted meanwhile. */
async function posted(...updates: Update[]): Promise<string[]> {
	for (const update of updates) {
		await hosts.meta.post('/deliver', update);
		await published.settled();
	}
	return slack.alerts.splice(0);
}

async function postedAtOnce(...updates: Update[]): Promise<string[]> {
	await hosts.meta.post('/deliver', { updates });
	await published.settled();
	return slack.alerts.splice(0).sort();
}

const head = (id = `wamid.${wamids++}`) => ({ id, timestamp: NOON });
const ownerWrites = (person: Person, content: Content, id?: string) =>
	echo(number, person, head(id), content);
const customerWrites = (person: Person) =>
	inboundMessage(number, person, head(), textContent('Are you open?'));
const change = (
	action: ContactChange['action'],
	person: Person,
	timestamp: number,
	fullName = person.fullName,
) => stateSync(number, [{ action, timestamp, person: { ...person, fullName } }]);

/** With n8n's own columns, which tell of every write. */
async function rows(): Promise<Record<string, JsonObject[]>> {
	const { rest } = hosts.n8n;
	const tables = await rest.dataTables();
	return Object.fromEntries(
		await Promise.all(
			tables.map(async ({ id, name }) => [name, await rest.dataTableRows(id)] as const),
		),
	);
}

test('a saved contact is named as in the phone, and the newest change counts', async () => {
	expect(
		await posted(
			customerWrites({ ...marta, fullName: '✨ M ✨' }),
			change('add', marta, NOON + 10, 'Marta Gil (VIP)'),
			change('add', marta, NOON, 'Marta, too late'),
		),
	).toEqual([]);
	expect(await posted(ownerWrites(marta, textContent('We open at nine')))).toEqual([
		`*The owner wrote ${TO_MARTA}: We open at nine`,
	]);
});

test('so is who is named by the number only, or by the user ID only', async () => {
	const byNumber = echo(number, marta, head(), textContent('By number'));
	const [named] = (byNumber.value as { message_echoes: JsonObject[] }).message_echoes;
	delete named!.to_user_id;
	const byUserId = ownerWrites({ ...marta, phone: null }, textContent('By user ID'));
	expect(await posted(byNumber, byUserId)).toEqual([
		`*The owner wrote ${TO_MARTA}: By number`,
		`*The owner wrote ${TO_MARTA}: By user ID`,
	]);
});

test('who is not saved has the name of the profile, else the number', async () => {
	expect(await posted(ownerWrites(other, textContent('Hello')))).toEqual([
		`*The owner wrote to <https://wa.me/${other.phone}|+${other.phone}>*: Hello`,
	]);
	expect(await posted(customerWrites(other), ownerWrites(other, textContent('Hello')))).toEqual([
		`*The owner wrote to <https://wa.me/${other.phone}|${other.fullName}>* (+${other.phone}): Hello`,
	]);
});

test('who is removed from the phone, too', async () => {
	const saved = change('add', third, NOON, 'Third, saved');
	expect(await posted(saved, ownerWrites(third, textContent('Hello')))).toEqual([
		`*The owner wrote to <https://wa.me/${third.phone}|Third, saved>* (+${third.phone}): Hello`,
	]);
	const removed = change('remove', third, NOON + 10);
	expect(await posted(removed, ownerWrites(third, textContent('Hello')))).toEqual([
		`*The owner wrote to <https://wa.me/${third.phone}|+${third.phone}>*: Hello`,
	]);
});

test('who has no number has no link', async () => {
	const hidden = { ...fourth, phone: null, username: 'quiet.one' };
	expect(await posted(ownerWrites(hidden, textContent('Hello')))).toEqual([
		'*The owner wrote*: Hello',
	]);
	const removed = change('remove', hidden, NOON);
	expect(await posted(removed, ownerWrites(hidden, textContent('Hello')))).toEqual([
		'*The owner wrote to @quiet.one*: Hello',
	]);
	expect(await posted(customerWrites(hidden), ownerWrites(hidden, textContent('Hello')))).toEqual([
		`*The owner wrote to ${hidden.fullName}* (@quiet.one): Hello`,
	]);
});

test.each<[string, Content]>([
	[
		'a photo: The shop',
		{ type: 'image', image: { id: '61', mime_type: 'image/jpeg', caption: 'The shop' } },
	],
	['a video', { type: 'video', video: { id: '62', mime_type: 'video/mp4' } }],
	['a voice message', { type: 'audio', audio: { id: '63', mime_type: 'audio/ogg', voice: true } }],
	['an audio file', { type: 'audio', audio: { id: '64', mime_type: 'audio/mpeg' } }],
	[
		'the file order.pdf: As agreed',
		{ type: 'document', document: { id: '65', filename: 'order.pdf', caption: 'As agreed' } },
	],
	['a sticker', { type: 'sticker', sticker: { id: '66', mime_type: 'image/webp' } }],
	[
		'a place: Puerta del Sol',
		{ type: 'location', location: { latitude: 40.4, longitude: -3.7, name: 'Puerta del Sol' } },
	],
	[
		'a contact: Íñigo Peña',
		{ type: 'contacts', contacts: [{ name: { formatted_name: 'Íñigo Peña' } }] },
	],
	['a reaction: 👍', { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } }],
	['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.0' } }],
	['something that only the app shows', { type: 'unsupported' }],
	[
		'a message of the type poll: Tulips or roses?',
		{ type: 'poll', poll: { text: 'Tulips or roses?' } },
	],
])('readable: %s', async (what, content) => {
	expect(await posted(ownerWrites(marta, content))).toEqual([
		`*The owner wrote ${TO_MARTA}: ${what}`,
	]);
});

test('what Slack takes for its own signs is a text like any other', async () => {
	const signs = textContent('Tulips & roses <3 > lilies\nat <!here>');
	expect(await posted(ownerWrites(marta, signs))).toEqual([
		`*The owner wrote ${TO_MARTA}: Tulips &amp; roses &lt;3 &gt; lilies\nat &lt;!here&gt;`,
	]);
});

test('no name breaks the link', async () => {
	const odd = change('add', other, NOON, 'Tom|<b> & "Sons"\n>');
	expect(await posted(odd, ownerWrites(other, textContent('Hello')))).toEqual([
		`*The owner wrote to <https://wa.me/${other.phone}|Tom¦&lt;b&gt; &amp; "Sons" &gt;>* (+${other.phone}): Hello`,
	]);
});

test('an edit and a deletion name the person', async () => {
	expect(
		await posted(
			ownerWrites(marta, textContent('At nine'), 'wamid.edited'),
			ownerWrites(marta, editContent('wamid.edited', textContent('At ten'))),
			ownerWrites(marta, revokeContent('wamid.edited')),
		),
	).toEqual([
		`*The owner wrote ${TO_MARTA}: At nine`,
		`*The owner edited a message ${TO_MARTA}: At ten`,
		`*The owner deleted a message ${TO_MARTA}`,
	]);
});

test('several at once are several messages, a deletion of an unknown message among them', async () => {
	await hosts.meta.post('/delivery-options', { batchSize: 10 });
	expect(
		await postedAtOnce(
			ownerWrites(marta, textContent('To Marta')),
			ownerWrites(marta, revokeContent('wamid.unknown')),
			ownerWrites(third, textContent('To the third')),
		),
	).toEqual([
		'*The owner deleted a message*',
		`*The owner wrote ${TO_MARTA}: To Marta`,
		`*The owner wrote to <https://wa.me/${third.phone}|+${third.phone}>*: To the third`,
	]);
	await hosts.meta.delete('/delivery-options');
});

test('nothing is posted of old chats, or of what n8n sends', async () => {
	await hosts.meta.post('/scenario/onboarding', { threads: 2, messagesPerThread: 5, contacts: 2 });
	await hosts.meta.post('/delivery-options', { statuses: true });
	await n8nWrites('A message of n8n');
	await published.settled();
	const fields = (await sentSoFar(hosts)).flatMap(({ value }) => Object.keys(value as JsonObject));
	expect(fields).toEqual(expect.arrayContaining(['history', 'statuses']));
	expect(slack.alerts).toEqual([]);
});

/** Has n8n send a text, as any other workflow would. */
async function n8nWrites(text: string): Promise<void> {
	const { rest } = hosts.n8n;
	const manual = { name: 'By hand', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 };
	const workflowId = await rest.createWorkflow({
		name: 'Send',
		nodes: [
			{ ...manual, id: 'manual', position: [0, 0], parameters: {} },
			{
				id: 'send',
				name: 'Send',
				type: 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistence',
				typeVersion: 1,
				position: [200, 0],
				parameters: {
					resource: 'message',
					operation: 'sendText',
					phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
					to: marta.userId,
					text,
				},
				credentials: hosts.credentials,
			},
		],
		connections: { [manual.name]: { main: [[{ node: 'Send', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	});
	await rest.executeByHand(workflowId, manual.name);
	const [{ error }] = await rest.finishedExecutions(workflowId, 1);
	expect(error).toBeNull();
}

test('all of it once more posts nothing, and changes no row', async () => {
	const before = await rows();
	expect(before.whatsapp_names!.length).toBeGreaterThan(0);
	expect(before.whatsapp_echoes!.length).toBeGreaterThan(0);
	expect(await postedAtOnce(...(await sentSoFar(hosts)))).toEqual([]);
	expect(await rows()).toEqual(before);
});
