import { globSync } from 'node:fs';
import path from 'node:path';

import { jestExpect as expect } from '@jest/expect';
import type { CoverageData, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
	type CompleteDryRunResult,
	determineHitLimitReached,
	DryRunStatus,
	type MutantRunOptions,
	type MutantRunResult,
	type TestResult,
	type TestRunner,
	TestStatus,
	toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import type { Options as SwcOptions } from '@swc/core';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

import { ProjectModules } from './project-modules.mts';

/** In Stryker's options, under `inProcess`. */
interface Options {
	/** Globs of test files, in the order in which they are run. */
	tests: string[];
	/** Beginnings of the names of tests that take too long to be run for each mutant. */
	slowTests: string[];
	testTimeout: number;
	/** How Jest compiles the project. */
	swc: SwcOptions;
}

type State = ReturnType<typeof circus.getState>;
type Block = State['rootDescribeBlock'];
type Test = Extract<Block['children'][number], { type: 'test' }>;

/** What Stryker's instrumented code reads and writes. */
interface Instrumented {
	activeMutant?: string;
	currentTestId?: string | undefined;
	hitCount?: number | undefined;
	hitLimit?: number | undefined;
	mutantCoverage?: { static: CoverageData; perTest: Record<string, CoverageData> };
}

const instrumented: Instrumented = {};

/**
 * Runs test files with Jest's own engine (jest-circus) in one process. For each mutant only the project's modules
 * are loaded anew, with the mutant in force from the start; Stryker's runner for Jest loads all of n8n-core too,
 * for every related test file: a minute for each mutant of `trigger/`.
 */
class InProcessRunner implements TestRunner {
	static readonly inject = tokens(commonTokens.options);

	private readonly testFiles: string[];
	private readonly options: Options;
	private readonly modules: ProjectModules;

	constructor(options: StrykerOptions) {
		this.options = options.inProcess as Options;
		this.testFiles = this.options.tests.flatMap((glob) => globSync(glob).sort());
		this.modules = new ProjectModules(process.cwd(), this.options.swc);
	}

	capabilities() {
		return { reloadEnvironment: true };
	}

	async init(): Promise<void> {
		Object.assign(globalThis, { __stryker__: instrumented });
		const jest = new ModuleMocker(globalThis);
		this.modules.replacePackage('@jest/globals', { ...circus.default, expect, jest });
		circus.addEventHandler((event, state) => {
			if (event.name === 'test_start') instrumented.currentTestId = idOf(event.test);
			if (event.name !== 'test_done') return;
			instrumented.currentTestId = undefined;
			// One that fails is enough.
			if (instrumented.activeMutant !== undefined && event.test.errors.length > 0)
				skipTheRest(state);
		});
	}

	async dryRun(): Promise<CompleteDryRunResult> {
		const tests: TestResult[] = [];
		const perTest: Record<string, CoverageData> = {};
		for (const file of this.testFiles) {
			instrumented.mutantCoverage = { static: {}, perTest: {} };
			this.modules.forget();
			const results = await this.run(file);
			tests.push(...results);
			// A mutant that is met while the file is loaded, or in its hooks, is met by all of its tests.
			for (const { id } of results) {
				const own = instrumented.mutantCoverage.perTest[id] ?? {};
				perTest[id] = { ...instrumented.mutantCoverage.static, ...own };
			}
		}
		return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
	}

	async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
		instrumented.activeMutant = options.activeMutant.id;
		instrumented.hitLimit = options.hitLimit;
		instrumented.hitCount = options.hitLimit === undefined ? undefined : 0;
		instrumented.mutantCoverage = { static: {}, perTest: {} };
		const wanted = options.testFilter && new Set(options.testFilter);
		const tests: TestResult[] = [];
		this.modules.forget();
		for (const file of this.testFiles) {
			if (wanted && !options.testFilter!.some((id) => id.startsWith(`${file} ›`))) continue;
			tests.push(...(await this.run(file, wanted)));
			const endless = determineHitLimitReached(instrumented.hitCount, instrumented.hitLimit);
			if (endless) return toMutantRunResult(endless);
			if (tests.some(({ status }) => status === TestStatus.Failed)) break;
		}
		return toMutantRunResult({ status: DryRunStatus.Complete, tests });
	}

	/** @param wanted IDs of the tests that are run; default: all */
	private async run(file: string, wanted?: Set<string>): Promise<TestResult[]> {
		circus.resetState();
		const state = circus.getState();
		state.rootDescribeBlock.name = file;
		state.testTimeout = this.options.testTimeout;
		try {
			this.modules.load(path.resolve(file));
		} catch (error) {
			return [failed(`${file} is loaded`, error)];
		}
		const tests = testsIn(state.rootDescribeBlock);
		for (const test of tests) {
			const isSlow = this.options.slowTests.some((name) => test.name.startsWith(name));
			if (isSlow || wanted?.has(idOf(test)) === false) test.mode = 'skip';
		}
		const { unhandledErrors } = await circus.run();
		const done = tests.filter(({ status }) => status === 'done');
		return [
			...done.map(resultOf),
			...unhandledErrors.map((error) => failed(`${file} as a whole`, error)),
		];
	}
}

function testsIn(block: Block): Test[] {
	return block.children.flatMap((child) => (child.type === 'test' ? [child] : testsIn(child)));
}

/** The file and the names of its blocks, outermost first. */
function idOf({ name, parent }: { name: string; parent?: Block }): string {
	return parent === undefined ? name : `${idOf(parent)} › ${name}`;
}

function skipTheRest(state: State): void {
	state.testNamePattern = /(?!)/;
}

function resultOf(test: Test): TestResult {
	const id = idOf(test);
	if (test.errors.length > 0) return failed(id, test.errors[0]);
	return { id, name: id, timeSpentMs: test.duration ?? 0, status: TestStatus.Success };
}

function failed(id: string, error: unknown): TestResult {
	const [reason] = Array.isArray(error) ? error : [error];
	const failureMessage = String(reason?.message ?? reason);
	return { id, name: id, timeSpentMs: 0, status: TestStatus.Failed, failureMessage };
}

export const strykerPlugins = [
	declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner),
];
