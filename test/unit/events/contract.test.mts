import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import {
	GROUP_NAMES,
	GROUP_OF_EVENT,
	OUTPUT_GROUPS,
} from '../../../nodes/WhatsAppCoexistence/events/groups';
import {
	coexistenceEventSchema,
	eventSchemas,
	messageSchema,
} from '../../../nodes/WhatsAppCoexistence/events/schema';
import { fixtureNames, loadFixture } from './fixtures.mts';

/** A message may have one field that the schema does not name: the one named after its type. */
function undeclaredFields(message: object & { type?: unknown }): string[] {
	return Object.keys(message).filter(
		(key) => !(key in messageSchema.shape) && key !== message.type,
	);
}

/** The cells of the table that begins with this heading. */
function rowsOf(page: string, heading: string): string[][] {
	const text = readFileSync(path.join(__dirname, '../../..', page), 'utf8');
	const [, table] = text.split(`\n${heading}`);
	const [, , ...rows] = table.split('\n\n')[0].split('\n');
	return rows.map((row) =>
		row
			.split('|')
			.slice(1)
			.map((cell) => cell.trim()),
	);
}

describe('the event contract', () => {
	test.each(fixtureNames)('holds for %s', (name) => {
		for (const event of parseWebhook(loadFixture(name))) {
			const result = coexistenceEventSchema.safeParse(event);
			expect(result.error?.issues ?? []).toEqual([]);
			if ('message' in event) expect(undeclaredFields(event.message)).toEqual([]);
		}
		expect(parseWebhook(loadFixture(name))).not.toEqual([]);
	});

	test.each(fixtureNames)('gives the fields of %s in the order of the contract', (name) => {
		for (const event of parseWebhook(loadFixture(name))) {
			const fields = Object.keys(event);
			const inOrder = Object.keys(eventSchemas[event.event].shape);
			expect(fields).toEqual(inOrder.filter((field) => fields.includes(field)));
			if ('isHistory' in event) {
				expect(fields.slice(0, 3)).toEqual(['event', 'message', 'contact']);
				expect(Object.keys(event.message).slice(0, 2)).toEqual(['text', 'type']);
			}
		}
	});

	test('the fixtures have every event', () => {
		const seen = fixtureNames.flatMap((name) =>
			parseWebhook(loadFixture(name)).map(({ event }) => event),
		);

		expect([...new Set(seen)].sort()).toEqual(Object.keys(eventSchemas).sort());
	});

	test('README names every event, beside its output', () => {
		let output = '';
		const named = rowsOf('README.md', '| Output   | `event`').flatMap(([first, events]) => {
			output = first || output;
			return [...events.matchAll(/`([^`]+)`/g)].map(([, event]) => [event, output]);
		});
		const wanted = Object.keys(eventSchemas) as Array<keyof typeof eventSchemas>;
		expect(Object.fromEntries(named)).toEqual(
			Object.fromEntries(wanted.map((event) => [event, GROUP_NAMES[GROUP_OF_EVENT[event]]])),
		);
	});

	test('every event in a delivery has an ID of its own', () => {
		for (const name of fixtureNames) {
			const ids = parseWebhook(loadFixture(name)).map(({ eventId }) => eventId);
			expect([name, new Set(ids).size]).toEqual([name, ids.length]);
		}
	});

	test('every schema is found under the name that it declares, and has an output', () => {
		for (const [name, schema] of Object.entries(eventSchemas)) {
			expect(schema.shape.event.value).toBe(name);
			expect(OUTPUT_GROUPS).toContain(GROUP_OF_EVENT[schema.shape.event.value]);
		}
		expect(coexistenceEventSchema.options).toHaveLength(Object.keys(eventSchemas).length);
	});
});
