import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import { cachedFolder, type Progress } from './cache.mts';

const project = path.join(import.meta.dirname, '../..');
const REPORT_EVERY_MS = 10_000;

/** An n8n that is ready to be started. */
export interface N8nInstall {
	version: string;
	/** Name of the installation's folder in the cache: differs for each set of packages. */
	name: string;
	/** n8n's start script, to be run with Node 24. */
	script: string;
}

/** What npm installs n8n from. */
interface Wanted {
	version: string;
	/** Contents by file name; with a lockfile or without. */
	files: { 'package.json': string; 'package-lock.json'?: string };
}

/**
 * The n8n that package-lock.json beside this file names or, where `SANDBOX_N8N` is set, that version of
 * it. Installed if it is not there yet: about 4 minutes and 2.7 GB.
 *
 * @throws Error with npm's last lines when the install fails
 */
export async function ensureN8n(progress: Progress): Promise<N8nInstall> {
	const other = process.env.SANDBOX_N8N;
	const wanted = other ? await otherN8n(other) : await lockedN8n();
	const { version, files } = wanted;
	const digest = createHash('sha256').update(files['package-lock.json'] ?? files['package.json']);
	const name = `n8n-${version}-${digest.digest('hex').slice(0, 8)}`;
	const folder = await cachedFolder(name, (target) => install(target, wanted, progress), progress);
	return { version, name, script: path.join(folder, 'node_modules/n8n/bin/n8n') };
}

async function lockedN8n(): Promise<Wanted> {
	const lockfile = await readHere('package-lock.json');
	const { packages } = JSON.parse(lockfile) as {
		packages: { 'node_modules/n8n': { version: string } };
	};
	return {
		version: packages['node_modules/n8n'].version,
		files: { 'package.json': await readHere('package.json'), 'package-lock.json': lockfile },
	};
}

/** Without a lockfile: its packages are what the registry has today. */
async function otherN8n(version: string): Promise<Wanted> {
	const manifest = JSON.parse(await readHere('package.json')) as Record<string, object>;
	const text = JSON.stringify({
		...manifest,
		dependencies: { n8n: version },
		// Older ones take it from its maker's own site.
		overrides: { ...manifest.overrides, xlsx: '0.18.5' },
	});
	return { version, files: { 'package.json': text } };
}

async function readHere(file: string): Promise<string> {
	return await readFile(path.join(import.meta.dirname, file), 'utf8');
}

async function install(
	folder: string,
	{ version, files }: Wanted,
	progress: Progress,
): Promise<void> {
	for (const [file, content] of Object.entries(files)) {
		await writeFile(path.join(folder, file), content);
	}
	await copyFile(path.join(project, '.npmrc'), path.join(folder, '.npmrc'));

	// Without install scripts: one of them builds librdkafka, which nothing here needs. SQLite's is
	// the only one that n8n does not start without.
	const command = 'package-lock.json' in files ? 'ci' : 'install';
	const what = `Installing n8n ${version} into ${folder}: 2.7 GB, about 4 minutes, once`;
	await npm([command, '--ignore-scripts'], folder, what, progress);
	await npm(['rebuild', 'sqlite3'], folder, 'Preparing SQLite: up to 2 minutes', progress);
}

async function npm(args: string[], cwd: string, what: string, progress: Progress): Promise<void> {
	const start = Date.now();
	progress(what);
	const reporting = setInterval(() => {
		progress(`${what} (${Math.round((Date.now() - start) / 1000)} s so far)`);
	}, REPORT_EVERY_MS);
	try {
		// `npm run --silent` would silence this npm too, and with it the reason of a failure.
		await execa('npm', [...args, '--loglevel=error'], {
			cwd,
			all: true,
			env: { npm_config_nodedir: nodeHeaders() },
		});
	} catch (error) {
		const output = error instanceof ExecaError ? String(error.all || error.message) : String(error);
		throw new Error(
			`npm ${args.join(' ')} failed in ${cwd}:\n${output.trimEnd().split('\n').slice(-20).join('\n')}\n` +
				'Check the connection, the registry (npm config get registry) and the free disk space, then run the same command again.',
		);
	} finally {
		clearInterval(reporting);
	}
}

/**
 * Where the C headers of the running Node lie, if its package carries them. SQLite comes prebuilt;
 * only where that download is out of reach is it compiled, and then the headers would have to be
 * downloaded too.
 */
function nodeHeaders(): string | undefined {
	const platformPackage = `node-${process.platform}-${process.arch}`;
	return [`node_modules/node/node_modules/${platformPackage}`, `node_modules/${platformPackage}`]
		.map((folder) => path.join(project, folder))
		.find((folder) => existsSync(path.join(folder, 'include/node/node_api.h')));
}
