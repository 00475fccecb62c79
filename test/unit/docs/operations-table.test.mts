import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { RESOURCES } from '../../../nodes/WhatsAppCoexistence/actions/resources';

const readme = readFileSync(path.join(__dirname, '../../../README.md'), 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| '));
const text = (cell: string) => cell.replace(/\[(.*?)\]\(.*?\)/g, '$1').trim();

describe('the table of the action node in README', () => {
	test.each(Object.values(RESOURCES).map(({ name, operations }) => [name, operations] as const))(
		'names what can be done with %s',
		(name, operations) => {
			const row = rows.find((line) => text(line.split('|')[1]!) === name);
			const told = text(row?.split('|')[2] ?? '');
			const missing = Object.values(operations).filter(
				(operation) => !new RegExp(`(^|, )${operation.name}(,|$)`).test(told),
			);
			expect(missing.map((operation) => operation.name)).toEqual([]);
		},
	);
});
