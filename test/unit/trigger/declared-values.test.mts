import { describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { declare, valuesOf } from '../../../nodes/WhatsAppCoexistence/trigger/declared-values';

const field = { displayName: 'Shown', type: 'string', default: 'as shown' } as const;
const properties = declare([
	{ ...field, name: 'text' },
	{ ...field, name: 'count', type: 'number', default: 3 },
	{
		...field,
		name: 'more',
		type: 'collection',
		default: {},
		options: [
			{ ...field, name: 'inner' },
			{ ...field, name: 'isOn', type: 'boolean', default: true },
		],
	},
	{
		...field,
		name: 'files',
		type: 'fixedCollection',
		default: { never: 'seen' },
		options: [{ displayName: 'File', name: 'file', values: [{ ...field, name: 'kind' }] }],
	},
]);

const DEFAULTS = {
	text: 'as shown',
	count: 3,
	more: { inner: 'as shown', isOn: true },
	files: {},
};

describe('the values of parameters', () => {
	test.each<[string, INodeParameters | undefined]>([
		['nothing is stored', undefined],
		['nothing was entered', {}],
		['a collection was opened and left empty', { more: {} }],
		['something is stored that is no parameter any more', { earlier: 'value' }],
	])('are their defaults where %s', (_where, entered) => {
		expect(valuesOf(properties, entered)).toEqual(DEFAULTS);
	});

	test.each<[string, INodeParameters]>([
		['text', { text: 'entered' }],
		['emptied text', { text: '' }],
		['a zero', { count: 0 }],
		['a group of fields', { files: { file: { kind: 'image' } } }],
	])('are what was entered: %s', (_what, entered) => {
		expect(valuesOf(properties, entered)).toEqual({ ...DEFAULTS, ...entered });
	});

	test('of a collection stand beside the defaults of what was not added to it', () => {
		const { more } = valuesOf(properties, { more: { isOn: false } });
		expect(more).toEqual({ inner: 'as shown', isOn: false });
	});
});
