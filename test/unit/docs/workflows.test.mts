import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

const FOLDER = path.join(process.cwd(), '.github/workflows');

/** The jobs of a GitHub workflow by name, each as its lines. */
function jobsOf(workflow: string): Array<[name: string, text: string]> {
	const [, jobs] = workflow.split(/^jobs:\n/m);
	return jobs!
		.split(/^ {2}(?=[\w-]+:\n)/m)
		.filter((job) => /^[\w-]+:\n/.test(job))
		.map((job) => [job.slice(0, job.indexOf(':')), job]);
}

describe.each(readdirSync(FOLDER))('%s', (file) => {
	const workflow = readFileSync(path.join(FOLDER, file), 'utf8');

	test('names each action by the hash of a commit', () => {
		const actions = [...workflow.matchAll(/uses: (.*)/g)].map(([, action]) => action);
		expect(actions).not.toEqual([]);
		for (const action of actions) expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d/);
	});

	test('lets no job publish that runs code of others', () => {
		expect(workflow.split(/^jobs:/m)[0]).not.toContain('write');
		for (const [, job] of jobsOf(workflow).filter(([, text]) => text.includes('id-token: write'))) {
			const commands = [...job.matchAll(/run: (.*)/g)].map(([, command]) => command);
			expect(commands).toEqual([
				expect.stringMatching(/^npm install --global --ignore-scripts npm@\d+\.\d+\.\d+$/),
				expect.stringMatching(/^npm publish .*--ignore-scripts$/),
			]);
		}
	});
});

test('one job can publish', () => {
	const workflow = readFileSync(path.join(FOLDER, 'publish.yml'), 'utf8');
	const able = jobsOf(workflow).filter(([, text]) => text.includes('id-token: write'));
	expect(able.map(([name]) => name)).toEqual(['publish']);
});
