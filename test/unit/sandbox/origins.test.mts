import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { CALLS } from '../../../sandbox/meta/graph/routes.mts';
import { scenarioNames } from '../../../sandbox/meta/scenarios/index.mts';

const FOLDER = path.join(__dirname, '../../../sandbox/meta');
const page = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');
const origins = page.split('## Where each behaviour comes from')[1]!.split('\n## ')[0]!;
const rows = origins.split('\n').filter((line) => /^\| (?!-|Behaviour|Call|Scenario)/.test(line));
const firstCells = rows.map((row) => row.split('|')[1]!);

/** Of each behaviour of the simulated Meta its README says where it comes from. */
describe('the origin of what the simulated Meta does', () => {
	const calls = Object.entries(CALLS).flatMap(([call, kinds]) => {
		const [method, edge] = call.split(' ');
		return Object.keys(kinds).map((kind) => `${method} {${kind}}${edge === '' ? '' : `/${edge}`}`);
	});

	test.each(calls)('is told for %s', (call) => {
		expect(firstCells.filter((cell) => cell.includes(`\`${call}\``))).toHaveLength(1);
	});

	test.each(scenarioNames)('is told for the scenario %s', (scenario) => {
		expect(firstCells.filter((cell) => cell.includes(`\`${scenario}\``))).toHaveLength(1);
	});

	test('is told for each error code', () => {
		const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
			file.endsWith('.mts'),
		);
		const codes = files.flatMap((file) =>
			[
				...readFileSync(path.join(FOLDER, file), 'utf8').matchAll(
					/(?:GraphError|syncError)\(\s*(\d+)/g,
				),
			].map(([, code]) => code),
		);
		expect(codes.length).toBeGreaterThan(20);
		expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(origins))).toEqual([]);
	});

	test('is Meta, production or an assumption, in every row', () => {
		const without = rows.filter((row) => {
			const origin = row.replaceAll('\\|', '').split('|').at(-2) ?? '';
			return !/\b[MPA]\b/.test(origin) && !row.includes('see below');
		});
		expect(without).toEqual([]);
	});
});
