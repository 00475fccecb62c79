import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { stateSync, type ContactChange } from '../../sandbox/meta/payloads/state-sync.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { startAirtable, type Airtable } from './airtable.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { simulatedHosts } from './simulated-hosts.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(180_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other, third] = inventPeople(3, 7);
const NOON = 1_770_000_000;

let airtable: Airtable;
let hosts: Hosts;
let template: WorkflowJson;
let published: PublishedTemplate;

beforeAll(async () => {
	airtable = await startAirtable({
		Phone: 'singleLineText',
		Name: 'singleLineText',
		'First name': 'singleLineText',
		'WhatsApp username': 'singleLineText',
		'On the phone': 'checkbox',
		Notes: 'singleLineText',
	});
	hosts = await startHosts(undefined, simulatedHosts({ 'api.airtable.com': airtable.url }));
	const name = 'Airtable Personal Access Token account';
	await hosts.n8n.rest.createCredential('airtableTokenApi', name, { accessToken: airtable.token });
	template = fillIn(await readExample('contacts-to-any-crm'), 'Create or update', {
		base: { __rl: true, mode: 'id', value: airtable.base },
		table: { __rl: true, mode: 'id', value: airtable.table },
	});
	published = await publishTemplate(hosts, template);
});

afterAll(async () => {
	await hosts?.stop();
	await airtable?.close();
});

const change = (
	action: ContactChange['action'],
	person: Person,
	seconds: number,
	fullName = person.fullName,
): ContactChange => ({ action, timestamp: NOON + seconds, person: { ...person, fullName } });
const changes = (...list: ContactChange[]) => stateSync(number, list);
const recordOf = (person: Person) =>
	airtable.records().filter(({ Phone }) => Phone === `+${person.phone}`);

test('the address book becomes records; who is removed keeps the name', async () => {
	await published.deliver(
		changes(change('add', marta, 0), change('add', other, 0)),
		changes(change('remove', other, 20)),
	);
	expect(airtable.records()).toEqual([
		{
			Phone: `+${marta.phone}`,
			Name: marta.fullName,
			'First name': marta.firstName,
			'WhatsApp username': marta.username,
			'On the phone': true,
		},
		expect.objectContaining({ Phone: `+${other.phone}`, Name: other.fullName }),
	]);
	expect(airtable.records()[1]).not.toHaveProperty('On the phone');
});

test('who is in the CRM already is found by the phone number', async () => {
	airtable.enter({ Phone: `+${third.phone}`, Name: 'Old', Notes: 'Pays late' });
	await published.deliver(changes(change('add', third, 30)));
	expect(recordOf(third)).toEqual([
		expect.objectContaining({ Name: third.fullName, Notes: 'Pays late', 'On the phone': true }),
	]);
});

test('an older change that comes late undoes nothing', async () => {
	await published.deliver(
		changes(change('add', marta, 50, 'Marta (VIP)')),
		changes(change('add', marta, 40, 'Marta, too late')),
		changes(change('remove', marta, 45)),
		changes(change('remove', third, 90)),
		changes(change('add', third, 80, 'Third (VIP)')),
	);
	expect(recordOf(marta)).toMatchObject([{ Name: 'Marta (VIP)', 'On the phone': true }]);
	expect(recordOf(third)).toMatchObject([{ Name: 'Third (VIP)', Notes: 'Pays late' }]);
	expect(recordOf(third)[0]).not.toHaveProperty('On the phone');
});

test('who has no phone number is left out', async () => {
	const before = airtable.records();
	await published.deliver(changes(change('add', { ...marta, phone: null }, 60, 'Nobody')));
	expect(airtable.records()).toEqual(before);
});

test('all of it once more changes no record', async () => {
	const before = airtable.records();
	const sent = await sentSoFar(hosts);
	await published.unpublish();
	published = await publishTemplate(hosts, template);
	await published.deliver(...sent);
	expect(airtable.records()).toEqual(before);
});
