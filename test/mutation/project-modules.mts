import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';

import { type Options, transformSync } from '@swc/core';

type Loader = (module: { _compile(code: string, file: string): void }, file: string) => void;

/** Takes a while to be made, imports nothing of the project's, and has no mutants. */
const SCHEMA = /events\/(rows\/)?schema\.ts$/;

/** The modules of a folder, which can be forgotten, while those of packages stay loaded. */
export class ProjectModules {
	private readonly require: NodeJS.Require;
	private readonly swcOptions: Options;
	private readonly compiled = new Map<string, string>();

	constructor(folder: string, swcOptions: Options) {
		this.swcOptions = swcOptions;
		this.require = createRequire(path.join(folder, 'package.json'));
		const { _extensions } = Module as unknown as { _extensions: Record<string, Loader> };
		const known = { ..._extensions };
		for (const extension of Object.keys(known)) delete _extensions[extension];
		// First, as in Jest: `X.node` is `X.node.ts`, not `X.node.json`.
		for (const extension of ['.ts', '.mts']) {
			_extensions[extension] = (module, file) => module._compile(this.compile(file), file);
		}
		Object.assign(_extensions, { ...known, ..._extensions });
	}

	load(file: string): void {
		this.require(file);
	}

	forget(): void {
		for (const file of Object.keys(this.require.cache)) {
			const isKept = file.includes(`${path.sep}node_modules${path.sep}`) || SCHEMA.test(file);
			if (!isKept) delete this.require.cache[file];
		}
	}

	/** Whoever requires this package gets these exports. */
	replacePackage(name: string, exports: object): void {
		const filename = this.require.resolve(name);
		const replacement = Object.assign(new Module(filename), { filename, loaded: true, exports });
		this.require.cache[filename] = replacement;
	}

	/** As Jest does it. */
	private compile(filename: string): string {
		const known = this.compiled.get(filename);
		if (known !== undefined) return known;
		const source = readFileSync(filename, 'utf8');
		const { code } = transformSync(source, { ...this.swcOptions, filename, sourceMaps: false });
		this.compiled.set(filename, code);
		return code;
	}
}
