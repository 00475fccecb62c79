import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import {
	contactRowSchema,
	messageRowSchema,
} from '../../../nodes/WhatsAppCoexistence/events/rows/schema';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { echo, inboundMessage, webhook } from './wire.mts';

const GROUPS = ['history', 'contacts', 'echoes', 'inbound'];
const text = { type: 'text', text: { body: 'hola' } };

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({ credential: meta.credential });
});
afterEach(async () => await trigger.close());

/** Delivers, and gives what left each output; undefined where no execution was started. */
async function deliver(
	options: INodeParameters,
	body: object,
): Promise<IDataObject[][] | undefined> {
	trigger.setParameters({ groups: GROUPS, options });
	await meta.control.post('/deliver-raw', { url: trigger.url, body });
	return trigger.executions.pop()?.map((items) => items.map(({ json }) => json));
}

const chunk = (messages: object[]) =>
	webhook('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: 1, progress: 50 },
				threads: messages.length === 0 ? [] : [{ id: '34600333444', messages }],
			},
		],
	});
const contact = (name: string, timestamp: number) =>
	webhook('smb_app_state_sync', {
		state_sync: [
			{
				type: 'contact',
				action: 'add',
				contact: { full_name: name, phone_number: '34600333444' },
				metadata: { timestamp: String(timestamp) },
			},
		],
	});

test('of a group leave by its output, those of others stay events', async () => {
	const options = { rows: ['history', 'contacts', 'echoes'] };
	const [history] = (await deliver(options, chunk([inboundMessage(text)])))!;
	expect(history).toHaveLength(1);
	expect(messageRowSchema.parse(history![0])).toMatchObject({
		contact_phone: '34600333444',
		direction: 'inbound',
		text: 'hola',
		from_history: true,
	});
	const [, contacts] = (await deliver(options, contact('Marta', 1_780_000_000)))!;
	expect(contactRowSchema.parse(contacts![0])).toMatchObject({ full_name: 'Marta' });
	const echoes = webhook('smb_message_echoes', { message_echoes: [echo(text)] });
	expect((await deliver(options, echoes))![2]).toMatchObject([{ direction: 'outbound' }]);
	const inbound = webhook('messages', { messages: [inboundMessage(text)] });
	expect((await deliver(options, inbound))![3]).toMatchObject([{ event: 'inbound.message' }]);
});

test('what has no row starts nothing', async () => {
	expect(await deliver({ rows: ['history'] }, chunk([]))).toBeUndefined();
	expect(await deliver({}, chunk([]))).toBeDefined();
});

test('all in one item are the same rows, as a text', async () => {
	const messages = [inboundMessage(text), inboundMessage(text)];
	const [items] = (await deliver({ rows: ['history'], rowItems: 'together' }, chunk(messages)))!;
	expect(items).toEqual([{ count: 2, rows: expect.any(String) }]);
	const rows = JSON.parse(items![0]!.rows as string) as IDataObject[];
	expect(rows.map(({ wamid }) => wamid)).toEqual(
		messages.map((message) => (message as unknown as { id: string }).id),
	);
});

test('of an older name that comes late leave out what is older', async () => {
	const options = { rows: ['contacts'] };
	await deliver(options, contact('Marta Gil', 1_780_000_100));
	const [, contacts] = (await deliver(options, contact('Marta', 1_780_000_000)))!;
	expect(contacts![0]).toEqual({ contact_key: '34600333444', phone: '34600333444' });
});

test('of an older name leave out what is older after a restart, too', async () => {
	const options = { rows: ['contacts'] };
	await deliver(options, contact('Marta Gil', 1_780_000_100));
	const stored = JSON.stringify(trigger.staticData);
	await trigger.close();
	trigger = await hostTrigger({
		credential: meta.credential,
		staticData: JSON.parse(stored.replace(/"writer":"[^"]+"/, '"writer":"before"')),
	});
	const [, contacts] = (await deliver(options, contact('Marta', 1_780_000_000)))!;
	expect(contacts![0]).toEqual({ contact_key: '34600333444', phone: '34600333444' });
});

describe('people in rows of messages', () => {
	const options = { rows: ['contacts', 'inbound'] };
	const from = (keys: object) =>
		webhook('messages', { messages: [{ ...inboundMessage(text), ...keys }] });
	const people = async (keys: object) => (await deliver(options, from(keys)))![1];
	const both = { from: '34600333444', from_user_id: 'ES.4815162342' };

	test('with a user ID are told once, and again when something of them changes', async () => {
		const person = { contact_key: 'ES.4815162342', phone: '34600333444', user_id: 'ES.4815162342' };
		expect(await people(both)).toEqual([person]);
		expect(await people(both)).toEqual([]);
		expect(await people({ ...both, from: '34600333555' })).toMatchObject([
			{ phone: '34600333555' },
		]);
		expect(await people(both)).toEqual([person]);
	});

	test('are told anew where n8n has not taken them', async () => {
		const answers = [() => {}, () => void JSON.parse('The database is locked')];
		const accept = () => answers.pop()?.();
		await trigger.close();
		trigger = await hostTrigger({ credential: meta.credential, accept });
		const message = from(both);
		expect(await deliver(options, message)).toBeUndefined();
		const [, contacts, , inbound] = (await deliver(options, message))!;
		expect([contacts!.length, inbound!.length]).toEqual([1, 1]);
		expect(await people(both)).toEqual([]);
	});

	test('without one are told each time, since a table may know it', async () => {
		const person = { contact_key: '34600333444', phone: '34600333444' };
		expect(await people({ from: '34600333444' })).toEqual([person]);
		expect(await people({ from: '34600333444' })).toEqual([person]);
	});
});
