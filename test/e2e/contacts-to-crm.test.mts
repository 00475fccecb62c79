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
const [marta, other, stranger, fourth, fifth, sixth, seventh, ...many] = inventPeople(77, 7);
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

test('who is there by a mobile number keeps the phone number that stands there', async () => {
	hubSpot.enter({ firstname: 'Old', phone: '+34910000000', mobilephone: fifth.phone! });
	const before = Object.keys(hubSpot.contacts()).length;
	await published.deliver(changes(change('add', fifth, NOON)));
	expect(Object.keys(hubSpot.contacts())).toHaveLength(before);
	expect(hubSpot.contacts()[fifth.userId]).toMatchObject({
		firstname: fifth.firstName,
		phone: '+34910000000',
		mobilephone: fifth.phone,
	});
});

test('an address book goes thirty at once, who is known by the number among them', async () => {
	const [known] = many;
	hubSpot.enter({ firstname: 'Old', email: 'k@example.com', phone: `+${known.phone}` });
	const before = Object.keys(hubSpot.contacts()).length;
	hubSpot.requests();
	await published.deliver(changes(...many.map((person) => change('add', person, NOON))));
	const asked = hubSpot.requests().map((request) => /\w+(?= 20\d$)/.exec(request)?.[0]);
	const times = (path: string) => asked.filter((each) => each === path).length;
	expect([times('read'), times('search'), times('upsert'), times('update')]).toEqual([3, 3, 3, 1]);
	expect(asked).toHaveLength(10);
	expect(Object.keys(hubSpot.contacts())).toHaveLength(before + many.length - 1);
	expect(hubSpot.contacts()[known.userId]).toMatchObject({ email: 'k@example.com' });
});

test('who is saved, removed and writes in one delivery is one contact', async () => {
	hubSpot.requests();
	await hosts.meta.post('/delivery-options', { batchSize: 10 });
	const updates = [
		changes(change('add', seventh, NOON), change('remove', seventh, NOON + 5)),
		write({ ...seventh, fullName: '7' }, 'wamid.seventh'),
		changes(change('add', seventh, NOON + 10, 'Seven of Nine')),
	];
	await hosts.meta.post('/deliver', { updates });
	await published.settled();
	await hosts.meta.post('/delivery-options', { batchSize: 1 });
	expect(writes()).toHaveLength(1);
	expect(hubSpot.contacts()[seventh.userId]).toMatchObject({
		lastname: 'Seven of Nine',
		whatsapp_profile_name: '7',
		whatsapp_saved_at: at(NOON + 10),
		whatsapp_removed_at: at(NOON + 5),
		whatsapp_in_address_book: 'true',
	});
});

test('of two people with the same contact, one has it', async () => {
	const husband = { ...sixth, userId: `${sixth.userId}9`, phone: `${sixth.phone}9` };
	hubSpot.enter({ phone: `+${sixth.phone}`, mobilephone: `+${husband.phone}` });
	await published.deliver(changes(change('add', sixth, NOON), change('add', husband, NOON)));
	const written = [sixth, husband].filter(({ userId }) => userId in hubSpot.contacts());
	expect(written).toHaveLength(1);
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
