import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { DRAWN } from '../../../sandbox/pictures/made-from.mts';

const ROOT = path.join(__dirname, '../../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const PICTURES = readdirSync(path.join(ROOT, 'docs/pictures')).filter((file) =>
	file.endsWith('.png'),
);

/** That none is missing is looked at before a release: `npm run pictures:check`. */
describe.each(PICTURES)('the picture %s', (file) => {
	test('shows what there is, and is in the README', () => {
		expect(Object.keys(DRAWN)).toContain(file.replace(/-(light|dark)\.png$/, ''));
		expect(README).toContain(`="docs/pictures/${file}"`);
	});
});
