import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import jestConfig from '../../jest.config.mjs';

// As for the integration tests, before anything of n8n is loaded.
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-core-'));
process.env.N8N_LOG_LEVEL = 'silent';

const [[, swc]] = Object.values(jestConfig.projects[0].transform);
const nodes = 'nodes/WhatsAppCoexistence';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	plugins: [fileURLToPath(new URL('./in-process-runner.mts', import.meta.url))],
	testRunner: 'in-process',
	coverageAnalysis: 'perTest',
	mutate: [
		`${nodes}/{events,trigger,callbacks}/**/*.ts`,
		`${nodes}/graph/errors.ts`,
		`${nodes}/graph/webhooks.ts`,
		// Data only: what is emitted is held against it.
		`!${nodes}/events/**/schema.ts`,
	],
	ignorePatterns: ['/dist', '/docs/pictures', '/.tmp'],
	tempDirName: '.tmp/stryker',
	concurrency: 1,
	// What a mutant may have left behind in packages ends with the process.
	maxTestRunnerReuse: 200,
	timeoutMS: 10_000,
	disableTypeChecks: false,
	reporters: ['clear-text', 'json', 'progress-append-only'],
	warnings: { unknownOptions: false },
	clearTextReporter: { logTests: false, allowColor: false, allowEmojis: false },
	jsonReporter: { fileName: '.tmp/mutation.json' },
	allowConsoleColors: false,
	inProcess: {
		// By hand: a few of them for a few files take a fraction of the time.
		tests: process.env.MUTATION_TESTS?.split(' ') ?? [
			'test/unit/{graph/errors,graph/webhooks,events/*,callbacks/*,trigger/*,actions/*}.test.mts',
		],
		slowTests: ['is the youngest 300 takeovers', 'it is kept when 20,000 others'],
		testTimeout: jestConfig.testTimeout,
		swc,
	},
};
