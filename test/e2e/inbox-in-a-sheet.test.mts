import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import {
	editContent,
	inboundMessage,
	revokeContent,
} from '../../sandbox/meta/payloads/inbound.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startGoogleSheets, type GoogleSheets } from './google-sheets.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { simulatedHosts } from './simulated-hosts.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(180_000);

const [number] = defaultWorld().phoneNumbers;
const [marta] = inventPeople(1, 7);
const NOON = 1_770_000_000;
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
/** What somebody has chosen, in an order of their own. */
const COLUMNS = [
	'sent_at',
	'contact_name',
	'direction',
	'text',
	'edited_text',
	'deleted_at',
	'wamid',
];

let google: GoogleSheets;
let hosts: Hosts;
let template: WorkflowJson;
let published: PublishedTemplate;

beforeAll(async () => {
	google = await startGoogleSheets(COLUMNS);
	const addresses = {
		'oauth2.googleapis.com': google.url,
		'sheets.googleapis.com': google.url,
	};
	hosts = await startHosts(undefined, simulatedHosts(addresses));
	const name = 'Google Service Account account';
	const id = await hosts.n8n.rest.createCredential('googleApi', name, google.account);
	const example = await readExample('inbox-in-a-sheet');
	template = {
		...example,
		nodes: example.nodes.map((node) =>
			node.type.endsWith('.googleSheets')
				? {
						...node,
						credentials: { googleApi: { id, name } },
						parameters: {
							...node.parameters,
							authentication: 'serviceAccount',
							documentId: { __rl: true, mode: 'id', value: google.spreadsheetId },
							sheetName: { __rl: true, mode: 'name', value: google.sheet },
						},
					}
				: node,
		),
	};
	published = await publishTemplate(hosts, template);
});

afterAll(async () => {
	await hosts?.stop();
	await google?.close();
});

const write = (id: string, seconds: number, text: string) =>
	inboundMessage(number, marta, { id, timestamp: NOON + seconds }, textContent(text));
const echoOf = (id: string, seconds: number, content: Parameters<typeof echo>[3]) =>
	echo(number, marta, { id, timestamp: NOON + seconds }, content);

test('each message has a line, in the columns that somebody has chosen', async () => {
	await published.deliver(
		write('wamid.first', 0, 'Are you open?'),
		echoOf('wamid.second', 60, textContent('Until eight')),
		write('wamid.third', 120, '=1+1'),
	);
	expect(google.lines()).toEqual([
		COLUMNS,
		[at(NOON), marta.fullName, 'inbound', 'Are you open?', '', '', 'wamid.first'],
		[at(NOON + 60), '', 'outbound', 'Until eight', '', '', 'wamid.second'],
		[at(NOON + 120), marta.fullName, 'inbound', '=1+1', '', '', 'wamid.third'],
	]);
});

test('an edit and a deletion are noted in the line of their message', async () => {
	await published.deliver(
		echoOf('wamid.edit', 90, editContent('wamid.second', textContent('Until nine'))),
		echoOf('wamid.revoke', 100, revokeContent('wamid.second')),
	);
	expect(google.lines()).toHaveLength(4);
	expect(google.lines()[2]).toEqual([
		at(NOON + 60),
		'',
		'outbound',
		'Until eight',
		'Until nine',
		at(NOON + 100),
		'wamid.second',
	]);
});

test('a whole history comes in, each old message on a line of its own', async () => {
	const before = google.lines().length;
	const scenario = { threads: 3, messagesPerThread: 20, contacts: 3 };
	await hosts.meta.post('/scenario/onboarding', scenario);
	await published.settled();
	const wamids = google.lines().map((line) => line[COLUMNS.length - 1]);
	expect(wamids.length).toBeGreaterThan(before + 40);
	expect(new Set(wamids).size).toBe(wamids.length);
});

test('all of it once more changes no line', async () => {
	const before = google.lines();
	const sent = await sentSoFar(hosts);
	await published.unpublish();
	published = await publishTemplate(hosts, template);
	await published.deliver(...sent);
	expect(google.lines()).toEqual(before);
});
