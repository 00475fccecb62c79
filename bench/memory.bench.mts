/**
 * What the trigger's memory costs: the heap that it takes with 10 000 contacts in takeover, as many names
 * and 100 000 accepted events, and what n8n writes to its database with one delivery. Run after a build:
 *
 *     node --expose-gc bench/memory.bench.mts
 */
import { createRequire } from 'node:module';

import type { CoexistenceEvent } from '../nodes/WhatsAppCoexistence/events/schema';
import type * as acceptedEvents from '../nodes/WhatsAppCoexistence/trigger/accepted-events';
import type * as memories from '../nodes/WhatsAppCoexistence/trigger/memory';
import type * as nameMemory from '../nodes/WhatsAppCoexistence/trigger/names';
import type * as takeover from '../nodes/WhatsAppCoexistence/trigger/takeover';
import type * as events from '../nodes/WhatsAppCoexistence/events';

const require = createRequire(import.meta.url);
const built = '../dist/nodes/WhatsAppCoexistence';
const { parseWebhook }: typeof events = require(`${built}/events`);
const { claim }: typeof acceptedEvents = require(`${built}/trigger/accepted-events`);
const { recall, toStore }: typeof memories = require(`${built}/trigger/memory`);
const { noteNames }: typeof nameMemory = require(`${built}/trigger/names`);
const { noteTakeovers }: typeof takeover = require(`${built}/trigger/takeover`);

const CONTACTS = 10_000;
const EVENTS = 100_000;
const BUSINESS = '34600111222';
const TAKEOVER = { minutes: 60, automaticReplySeconds: 0 };

/** A webhook with one message; the parser makes its event, as in a delivery. */
function eventOf(field: string, list: string, message: object): CoexistenceEvent {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: '800000000000001' };
	const value = { messaging_product: 'whatsapp', metadata, [list]: [message] };
	const [event] = parseWebhook({
		object: 'whatsapp_business_account',
		entry: [{ id: '900000000000001', changes: [{ field, value }] }],
	});
	if (!event) throw new Error(`Nothing came of ${field}.`);
	return event;
}

function messageOf(number: number) {
	return {
		id: `wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQz${String(number).padStart(24, '0')}AA==`,
		timestamp: String(Math.floor(Date.now() / 1000)),
		type: 'text',
		text: { body: 'hola' },
	};
}

function keysOf(contact: number) {
	return { phone: String(34_600_300_000 + contact), userId: `ES.48151623420${contact}` };
}

function echoTo(contact: number): CoexistenceEvent {
	const { phone, userId } = keysOf(contact);
	return eventOf('smb_message_echoes', 'message_echoes', {
		from: BUSINESS,
		to: phone,
		to_user_id: userId,
		...messageOf(contact),
	});
}

function inboundFrom(contact: number, number: number): CoexistenceEvent {
	const { phone, userId } = keysOf(contact);
	return eventOf('messages', 'messages', {
		from: phone,
		from_user_id: userId,
		...messageOf(number),
	});
}

function savedAs(contact: number): CoexistenceEvent {
	const { phone, userId } = keysOf(contact);
	return eventOf('smb_app_state_sync', 'state_sync', {
		type: 'contact',
		action: 'add',
		contact: {
			phone_number: phone,
			user_id: userId,
			full_name: `Customer ${contact}`,
			first_name: 'Customer',
		},
		metadata: { timestamp: String(Math.floor(Date.now() / 1000)) },
	});
}

function heapUsed(): number {
	if (globalThis.gc === undefined) throw new Error('Run with node --expose-gc.');
	globalThis.gc();
	return process.memoryUsage().heapUsed;
}

const memory = recall('bench', undefined, Date.now());
const empty = heapUsed();

for (let contact = 0; contact < CONTACTS; contact++) {
	noteTakeovers(memory.takeovers, [echoTo(contact)], TAKEOVER, Date.now());
}
const withTakeovers = heapUsed();

for (let contact = 0; contact < CONTACTS; contact++) {
	noteNames(memory.names, [savedAs(contact)], Date.now());
}
const withNames = heapUsed();

for (let number = 0; number < EVENTS; number++) {
	const event = inboundFrom(number % CONTACTS, CONTACTS + number);
	(await claim(memory.accepted, [event], `sha256=${number}`, Date.now()))?.settle(true);
}
const withEvents = heapUsed();

const stored = toStore(memory, Date.now());
const remembered = memory.accepted.claims.size + memory.accepted.olderClaims.size;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const kilobytes = (value: unknown) => `${(JSON.stringify(value).length / 1e3).toFixed(1)} kB`;

console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.log(
	`${memory.takeovers.people.all.size} contacts in takeover: ${megabytes(withTakeovers - empty)}`,
);
console.log(`${memory.names.people.all.size} names: ${megabytes(withNames - withTakeovers)}`);
console.log(
	`${EVENTS} accepted events, ${remembered} of them remembered: ${megabytes(withEvents - withNames)}`,
);
console.log(
	`Written with a delivery: ${kilobytes(stored)} (events ${kilobytes(stored.events)}, takeovers ${kilobytes(stored.takeovers)}, names ${kilobytes(stored.names)})`,
);
