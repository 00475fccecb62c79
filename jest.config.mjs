/** @type {import('jest').Config} */
const base = {
	testEnvironment: 'node',
	moduleFileExtensions: ['mts', 'ts', 'js', 'mjs', 'cjs', 'json', 'node'],
	transform: {
		'^.+\\.m?ts$': [
			'@swc/jest',
			{
				jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
				module: { type: 'commonjs' },
			},
		],
	},
};

/** @type {import('jest').Config} */
export default {
	testTimeout: 60_000,
	// Jest would leave one core of two idle. More would be as many n8n and browsers at once.
	maxWorkers: 2,
	// n8n-core keeps connections alive for a while after the last test.
	forceExit: true,
	openHandlesTimeout: 0,
	projects: [
		{ ...base, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.mts'] },
		{
			...base,
			displayName: 'integration',
			globalSetup: '<rootDir>/test/integration/engine/make-user-folders.cjs',
			globalTeardown: '<rootDir>/test/integration/engine/remove-user-folders.cjs',
			setupFiles: ['<rootDir>/test/integration/engine/n8n-environment.cjs'],
			testMatch: ['<rootDir>/test/integration/**/*.test.mts'],
		},
		{
			...base,
			displayName: 'e2e',
			testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
		},
	],
};
