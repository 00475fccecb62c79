import { expect, test } from '@jest/globals';

import { keepNewest } from '../../../nodes/WhatsAppCoexistence/events/rows';
import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { claim } from '../../../nodes/WhatsAppCoexistence/trigger/accepted-events';
import {
	recall,
	recallInTest,
	toStore,
	type StoredMemory,
	type TriggerMemory,
} from '../../../nodes/WhatsAppCoexistence/trigger/memory';
import { addNames, noteNames } from '../../../nodes/WhatsAppCoexistence/trigger/names';
import { isTakenOver, noteTakeovers } from '../../../nodes/WhatsAppCoexistence/trigger/takeover';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const TAKEOVER = { minutes: 60, automaticReplySeconds: 0 };

const eventOf = (event: string, contact: object, eventId = event) =>
	({
		event,
		eventId,
		phoneNumberId: '800000000000001',
		contact: { phone: '34600333444', ...contact },
		author: 'business_app',
		occurredAt: new Date(NOW).toISOString(),
	}) as CoexistenceEvent;
const echo = () => eventOf('echo.message', {});
const nameChange = (name: string, savedAt: string) => ({
	contact_key: '34600333444',
	full_name: name,
	saved_at: savedAt,
});

async function learn(memory: TriggerMemory): Promise<void> {
	const saved = eventOf('contact.saved', { fullName: 'Marta Soler' });
	(await claim(memory.accepted, [echo()], 'first', NOW))?.settle(true);
	noteTakeovers(memory.takeovers, [echo()], TAKEOVER, NOW);
	noteNames(memory.names, [saved], NOW);
	keepNewest(memory.newest, nameChange('Marta Soler', '2026-11-22T10:00:00.000Z'));
}

/** What is known of what {@link learn} tells. */
async function knownIn(memory: TriggerMemory): Promise<object> {
	const copy = await claim(memory.accepted, [echo()], 'again', NOW);
	const message = eventOf('inbound.message', {});
	addNames(memory.names, [message]);
	const late = nameChange('Marta', '2026-11-22T09:00:00.000Z');
	return {
		accepted: copy?.fresh.length === 0,
		takenOver: isTakenOver(memory.takeovers, message, NOW),
		name: (message as { contact: { fullName?: string } }).contact.fullName,
		newest: keepNewest(memory.newest, late) === undefined,
	};
}
const EVERYTHING = { accepted: true, takenOver: true, name: 'Marta Soler', newest: true };
const NOTHING = { accepted: false, takenOver: false, name: undefined, newest: false };

const storedBy = (writer: string, memory: TriggerMemory): StoredMemory => ({
	...structuredClone(toStore(memory, NOW)),
	writer,
});

test('a trigger knows what it was told before, and no other trigger does', async () => {
	await learn(recall('one', undefined, NOW));
	expect(await knownIn(recall('one', undefined, NOW))).toEqual(EVERYTHING);
	expect(await knownIn(recall('another', undefined, NOW))).toEqual(NOTHING);
});

test('a trigger knows what another process has stored', async () => {
	await learn(recall('there', undefined, NOW));
	const stored = storedBy('there', recall('there', undefined, NOW));
	expect(await knownIn(recall('here', stored, NOW))).toEqual(EVERYTHING);
});

test('what n8n stored before the newest values of rows were stored with it is read', async () => {
	await learn(recall('before', undefined, NOW));
	const { newest, ...stored } = storedBy('before', recall('before', undefined, NOW));
	expect(newest).not.toBe('');
	const memory = recall('after', stored, NOW);
	expect(toStore(memory, NOW)).toMatchObject({ newest: '', events: stored.events });
	expect(await knownIn(memory)).toEqual({ ...EVERYTHING, newest: false });
});

test('a test has a memory of its own, with the names that production knows', async () => {
	await learn(recall('tested', undefined, NOW));
	const inTest = recallInTest('tested', NOW);
	expect(await knownIn({ ...recall('tested:test', undefined, NOW), ...inTest })).toEqual({
		...NOTHING,
		name: 'Marta Soler',
	});
	noteTakeovers(inTest.takeovers, [echo()], TAKEOVER, NOW);
	const isTakenOverInTest = (key: string) =>
		isTakenOver(recallInTest(key, NOW).takeovers, eventOf('inbound.message', {}), NOW);
	expect(['tested', 'another'].map(isTakenOverInTest)).toEqual([true, false]);
});

test('of more than 200 triggers, the one that has received nothing for the longest time is forgotten', async () => {
	await learn(recall('busy', undefined, NOW));
	await learn(recall('quiet', undefined, NOW));
	for (let other = 0; other < 198; other++) recall(`other ${other}`, undefined, NOW);
	expect(await knownIn(recall('busy', undefined, NOW))).toEqual(EVERYTHING);
	recall('one more', undefined, NOW);
	expect(await knownIn(recall('busy', undefined, NOW))).toEqual(EVERYTHING);
	expect(await knownIn(recall('quiet', undefined, NOW))).toEqual(NOTHING);
});
