import { describe, expect, test } from '@jest/globals';
import type { INodeParameters, INodePropertyOptions, IWebhookFunctions } from 'n8n-workflow';

import { diagnose } from '../../../nodes/WhatsAppCoexistence/actions/connection/diagnose.operation';
import { GROUP_NAMES } from '../../../nodes/WhatsAppCoexistence/events/groups';
import {
	declare,
	valuesOf,
	type ValuesOf,
} from '../../../nodes/WhatsAppCoexistence/trigger/declared-values';
import {
	readParameters,
	triggerProperties,
} from '../../../nodes/WhatsAppCoexistence/trigger/parameters';

const read = (parameters: INodeParameters) =>
	readParameters({ getNode: () => ({ parameters }) } as unknown as IWebhookFunctions);

describe('what was not entered', () => {
	test('has the default that its field shows', () => {
		expect(read({})).toMatchObject({
			groups: ['history', 'contacts', 'echoes', 'inbound'],
			registerFor: 'account',
			options: { automaticReplySeconds: 2, takeoverMinutes: 60, otherCallback: 'stop' },
		});
	});

	test('is not there where it is a group of fields', () => {
		expect(read({}).options.downloadMedia).toEqual({});
	});
});

test('what was entered stays as it is, an expression too, beside the defaults of the rest', () => {
	const options = { takeoverMinutes: 0, ignoredContacts: '={{ 1 }}' };
	expect(read({ options }).options).toMatchObject({ ...options, automaticReplySeconds: 2 });
});

test('values are typed by their declaration', () => {
	const properties = declare([
		{ displayName: 'Age', name: 'age', type: 'number', default: 1 },
		{
			displayName: 'Kind',
			name: 'kind',
			type: 'options',
			default: 'a',
			options: [
				{ name: 'A', value: 'a' },
				{ name: 'B', value: 'b' },
			],
		},
	]);
	const values: ValuesOf<typeof properties> = { age: 3, kind: 'b' };
	// @ts-expect-error there is no such kind
	const wrong: typeof values.kind = 'c';
	expect(valuesOf(properties, { kind: wrong })).toEqual({ age: 1, kind: 'c' });
});

test.each([
	['events of the trigger', triggerProperties[0].options],
	[
		'missing events of Diagnose',
		diagnose.properties.find(({ name }) => name === 'groups')?.options as INodePropertyOptions[],
	],
])('the choice of %s offers all groups, by their names', (_, options) => {
	expect(Object.fromEntries(options.map(({ name, value }) => [value, name]))).toEqual(GROUP_NAMES);
});
