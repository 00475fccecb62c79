import { runInNewContext } from 'node:vm';

import { describe, expect, test } from '@jest/globals';
import type { IBinaryData } from 'n8n-workflow';

import { noNewestValues } from '../../../nodes/WhatsAppCoexistence/events/rows';
import type { TriggerEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	OUTPUTS_EXPRESSION,
	SUBTITLE_EXPRESSION,
	toOutputs,
} from '../../../nodes/WhatsAppCoexistence/trigger/outputs';
import { rowOptions } from '../../../nodes/WhatsAppCoexistence/trigger/rows';

const NOW = Date.parse('2026-11-22T10:00:00Z');

/** What n8n's editor makes of an expression of the node. */
function shown(expression: unknown, groups: string[] | undefined): unknown {
	const [, code] = /^=\{\{(.*)\}\}$/s.exec(expression as string)!;
	const value: unknown = runInNewContext(`JSON.stringify(${code!})`, { $parameter: { groups } });
	return JSON.parse(value as string);
}

describe('on the canvas', () => {
	test.each([
		[undefined, ''],
		[[], ''],
		[['inbound'], 'Inbound'],
		[['history', 'contacts', 'statuses'], 'History, Contacts, Statuses'],
		[['history', 'contacts', 'echoes', 'inbound'], '4 kinds of events'],
	])('the trigger of %j is called “%s”', (groups, expected) => {
		expect(shown(SUBTITLE_EXPRESSION, groups)).toBe(expected);
	});

	test.each([
		[
			['echoes', 'account'],
			['History off', 'Contacts off', 'Echoes', 'Inbound off', 'Statuses off', 'Account'],
		],
		[
			undefined,
			['History off', 'Contacts off', 'Echoes off', 'Inbound off', 'Statuses off', 'Account off'],
		],
	])('the outputs of %j always stand in their places: %j', (groups, expected) => {
		expect(shown(OUTPUTS_EXPRESSION, groups)).toEqual(
			expected.map((displayName) => ({ type: 'main', displayName })),
		);
	});
});

describe('an event', () => {
	const event = (name: string, id = name) =>
		({
			event: name,
			eventId: id,
			occurredAt: new Date(NOW).toISOString(),
			contact: { key: '34600333444', phone: '34600333444' },
			message: { id, type: 'text', text: 'hola' },
		}) as TriggerEvent;
	const events = rowOptions(['inbound'], [], 'perRow');
	const outputsOf = (list: TriggerEvent[], files = new Map<TriggerEvent, IBinaryData>()) =>
		toOutputs(list, files, events, noNewestValues(), NOW);

	test.each([
		['history.message', 0],
		['contact.saved', 1],
		['echo.message', 2],
		['inbound.message', 3],
		['message.status', 4],
		['account.updated', 5],
		['unrecognized', 5],
	])('%s leaves by output %i alone', (name, place) => {
		const own = event(name);
		expect(outputsOf([own])).toEqual(
			[0, 1, 2, 3, 4, 5].map((each) => (each === place ? [{ json: own }] : [])),
		);
	});

	test('has its file as the binary data “data”, and no other', () => {
		const [plain, pictured] = [event('inbound.message', '1'), event('inbound.message', '2')];
		const file = { mimeType: 'image/jpeg', data: 'aGk=' };
		const [, , , inbound] = outputsOf([plain, pictured], new Map([[pictured, file]]));
		expect(inbound).toEqual([{ json: plain }, { json: pictured, binary: { data: file } }]);
	});
});
