import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { presentState, SOURCES } from '../../../sandbox/pictures/made-from.mts';

const ROOT = path.join(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'docs/pictures');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** To make them anew: `npm run pictures`. */
const madeFrom = JSON.parse(readFileSync(path.join(FOLDER, 'made-from.json'), 'utf8'));

describe.each(Object.keys(SOURCES))('the picture %s', (name) => {
	test('shows the present state', () => {
		expect(madeFrom[name]).toBe(presentState()[name]);
	});

	test.each(['light', 'dark'])('is in the README, %s', (scheme) => {
		const file = `${name}-${scheme}.png`;
		expect(existsSync(path.join(FOLDER, file))).toBe(true);
		expect(README).toContain(`="docs/pictures/${file}"`);
	});
});
