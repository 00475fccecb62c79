import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { echo, inboundMessage, webhook } from './wire.mts';

const CUSTOMER = '34600333444';

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await host();
});
afterEach(async () => await trigger.close());

async function host(staticData?: IDataObject): Promise<TriggerHost> {
	const groups = ['contacts', 'echoes', 'inbound'];
	const parameters = { groups, registerFor: 'manual' };
	return await hostTrigger({ credential: meta.credential, parameters, staticData });
}

async function post(body: object, url = trigger.url): Promise<void> {
	await meta.control.post('/deliver-raw', { url, body });
}

const text = { type: 'text', text: { body: 'hola' } };
const seconds = () => Math.floor(Date.now() / 1000);

async function phoneSaves(fullName: string, at = seconds()): Promise<void> {
	await post(addressBook('add', { full_name: fullName, first_name: 'Marta' }, at));
}
function addressBook(action: string, names: object, at: number) {
	const contact = { phone_number: CUSTOMER, ...names };
	const change = { type: 'contact', action, contact, metadata: { timestamp: String(at) } };
	return webhook('smb_app_state_sync', { state_sync: [change] });
}
async function customerWrites(): Promise<void> {
	const contacts = [{ wa_id: CUSTOMER, profile: { name: 'marta 🌷' } }];
	await post(webhook('messages', { contacts, messages: [inboundMessage(text)] }));
}
async function ownerAnswers(url = trigger.url) {
	await post(webhook('smb_message_echoes', { message_echoes: [echo(text)] }), url);
	const started = url === trigger.testUrl ? trigger.testExecutions : trigger.executions;
	const { contact } = started.flat(2).at(-1)!.json as { contact: IDataObject };
	const { fullName, profileName } = contact;
	return { fullName, profileName };
}

test('an echo says whom the owner has written to, by both names, as long as they hold', async () => {
	expect(await ownerAnswers()).toEqual({});
	await customerWrites();
	expect(await ownerAnswers()).toEqual({ profileName: 'marta 🌷' });
	await phoneSaves('Marta Soler', seconds() - 20);
	expect(await ownerAnswers()).toEqual({ fullName: 'Marta Soler', profileName: 'marta 🌷' });
	await phoneSaves('Marta (florist)', seconds() - 10);
	expect(await ownerAnswers()).toEqual({ fullName: 'Marta (florist)', profileName: 'marta 🌷' });
	await post(addressBook('remove', {}, seconds()));
	expect(await ownerAnswers()).toEqual({ profileName: 'marta 🌷' });
});

test('the names told last outlive n8n, and a test finds them', async () => {
	await customerWrites();
	await phoneSaves('Marta Soler');
	const names = { fullName: 'Marta Soler', profileName: 'marta 🌷' };
	expect(await ownerAnswers(trigger.testUrl)).toEqual(names);

	const stored = JSON.stringify(trigger.staticData);
	expect(stored.length).toBeLessThan(2_000);
	const next = await host(JSON.parse(stored.replace(/"writer":"[^"]+"/, '"writer":"before"')));
	await trigger.close();
	trigger = next;
	expect(await ownerAnswers()).toEqual(names);
});
