import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { SOURCES } from '../../../sandbox/pictures/made-from.mts';

const ROOT = path.join(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'docs/pictures');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

describe.each(Object.keys(SOURCES))('the picture %s', (name) => {
	test.each(['light', 'dark'])('is in the README, %s', (scheme) => {
		const file = `${name}-${scheme}.png`;
		expect(existsSync(path.join(FOLDER, file))).toBe(true);
		expect(README).toContain(`="docs/pictures/${file}"`);
	});
});
