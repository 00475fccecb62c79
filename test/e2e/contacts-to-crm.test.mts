import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { stateSync, type ContactChange } from '../../sandbox/meta/payloads/state-sync.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { startHubSpot, type HubSpot } from './hubspot.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(180_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other, stranger, fourth] = inventPeople(4, 7);
const hidden: Person = { ...stranger, phone: null, username: 'quiet.one' };
const NOON = 1_770_000_000;

let hosts: Hosts;
let hubSpot: HubSpot;
let template: WorkflowJson;
let published: PublishedTemplate;

beforeAll(async () => {
	hubSpot = await startHubSpot();
	hosts = await startHosts();
	await hosts.n8n.rest.createCredential('hubspotAppToken', 'HubSpot Service Key account', {
		appToken: hubSpot.token,
	});
	const example = JSON.stringify(await readExample('contacts-to-crm'));
	template = JSON.parse(example.replaceAll('https://api.hubapi.com', hubSpot.url));
	published = await publishTemplate(hosts, template);
});

afterAll(async () => {
	await hosts?.stop();
	await hubSpot?.close();
});

const change = (
	action: ContactChange['action'],
	person: Person,
	timestamp: number,
	fullName = person.fullName,
): ContactChange => ({ action, timestamp, person: { ...person, fullName } });
const changes = (...list: ContactChange[]) => stateSync(number, list);
const write = (person: Person, id: string) =>
	inboundMessage(number, person, { id, timestamp: NOON }, textContent('Are you open?'));
const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const writes = () => hubSpot.requests().filter((request) => /batch\/(upsert|update)/.test(request));

test('the properties are created, and a second time is no error', async () => {
	const created = hubSpot.requests();
	expect(created.length).toBeGreaterThan(0);
	expect(created.filter((request) => !request.endsWith(' 201'))).toEqual([]);
	expect(hubSpot.properties()).toContain('whatsapp_id');

	await hosts.n8n.rest.executeByHand(published.workflowId);
	await published.settled();
	expect(hubSpot.requests()).toEqual(created.map((request) => request.replace(/201$/, '409')));
});

test('the address book becomes contacts; what is removed is marked, not deleted', async () => {
	await published.deliver(
		changes(
			change('add', marta, NOON),
			change('add', other, NOON),
			change('remove', other, NOON + 20),
		),
	);
	expect(hubSpot.requests().filter((request) => !request.startsWith('POST '))).toEqual([]);
	expect(hubSpot.contacts()).toEqual({
		[marta.userId]: {
			whatsapp_id: marta.userId,
			firstname: 'Marta',
			lastname: 'Gil',
			phone: `+${marta.phone}`,
			whatsapp_username: marta.username,
			whatsapp_saved_at: at(NOON),
			whatsapp_in_address_book: 'true',
		},
		[other.userId]: expect.objectContaining({
			firstname: other.firstName,
			whatsapp_saved_at: at(NOON),
			whatsapp_removed_at: at(NOON + 20),
			whatsapp_in_address_book: 'false',
		}),
	});
});

test('the newest change wins, whichever comes last', async () => {
	await published.deliver(
		changes(change('add', marta, NOON + 30, 'Marta Gil (VIP)')),
		changes(change('add', marta, NOON + 10, 'Marta, too late')),
		changes(change('remove', marta, NOON + 20)),
	);
	expect(hubSpot.contacts()[marta.userId]).toMatchObject({
		firstname: 'Marta',
		lastname: 'Gil (VIP)',
		whatsapp_saved_at: at(NOON + 30),
		whatsapp_removed_at: at(NOON + 20),
		whatsapp_in_address_book: 'true',
	});
});

test('the name of a profile never replaces a saved name', async () => {
	await published.deliver(
		write({ ...marta, fullName: '✨ M ✨' }, 'wamid.saved'),
		write(hidden, 'wamid.hidden'),
	);
	expect(hubSpot.contacts()[marta.userId]).toMatchObject({
		firstname: 'Marta',
		lastname: 'Gil (VIP)',
		whatsapp_profile_name: '✨ M ✨',
	});
	expect(hubSpot.contacts()[hidden.userId]).toEqual({
		whatsapp_id: hidden.userId,
		whatsapp_profile_name: hidden.fullName,
		whatsapp_username: hidden.username,
	});
});

test('who has not changed is not written again', async () => {
	writes();
	await published.deliver(write({ ...marta, fullName: '✨ M ✨' }, 'wamid.again'));
	expect(writes()).toEqual([]);
});

test('all of it once more, backwards, changes no contact', async () => {
	const before = hubSpot.contacts();
	const sent = await sentSoFar(hosts);
	await published.unpublish();
	published = await publishTemplate(hosts, template);
	hubSpot.requests();
	await published.deliver(...sent.reverse());
	expect(hubSpot.contacts()).toEqual(before);
	expect(writes()).toEqual([]);
});

test('who is in HubSpot without a WhatsApp ID is found by the number, and is there once', async () => {
	hubSpot.enter({ firstname: 'Old', email: 'o@example.com', phone: `+${fourth.phone}` });
	const before = Object.keys(hubSpot.contacts()).length;
	await published.deliver(changes(change('add', fourth, NOON)), write(fourth, 'wamid.fourth'));
	expect(Object.keys(hubSpot.contacts())).toHaveLength(before);
	expect(hubSpot.contacts()[fourth.userId]).toMatchObject({
		firstname: fourth.firstName,
		email: 'o@example.com',
		whatsapp_profile_name: fourth.fullName,
	});
});

test('who is named by nobody is left out', async () => {
	hubSpot.requests();
	const nobody = changes(change('add', marta, NOON + 50));
	const [entry] = (nobody.value as any).state_sync;
	delete entry.contact.phone_number;
	delete entry.contact.user_id;
	delete entry.contact.username;
	await published.deliver(nobody);
	expect(hubSpot.requests()).toEqual([]);
});

test('what HubSpot does not take is an error that says why', async () => {
	hubSpot.refuseNext('Contact limit reached');
	await hosts.meta.post('/deliver', changes(change('add', hidden, NOON + 40)));
	await hosts.meta.post('/drain');
	const executions = await hosts.n8n.rest.finishedExecutions(published.workflowId, 1);
	expect(executions.at(-1)).toMatchObject({
		status: 'error',
		error: 'HubSpot did not take the contact: Contact limit reached',
	});
});
