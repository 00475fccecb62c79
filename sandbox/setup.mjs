/**
 * Installs the project's own dependencies where they are missing or differ from package-lock.json.
 *
 * The first step of `npm test` and `npm run demo`, so that both work from a fresh clone. It runs on
 * the machine's own Node (20 or newer) with nothing installed, hence plain JavaScript and no
 * imports but Node's. Among the dependencies is the Node that everything after this runs on.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const project = fileURLToPath(new URL('..', import.meta.url));
const ownNode = path.join(
	project,
	'node_modules/node/bin',
	process.platform === 'win32' ? 'node.exe' : 'node',
);

/** The `packages` of a lockfile, or none where there is no such file. */
function lockedPackages(file) {
	const lockfile = path.join(project, file);
	return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : {};
}

/** npm writes node_modules/.package-lock.json last, so an install cut short does not count. */
function isInstalled() {
	const installed = lockedPackages('node_modules/.package-lock.json');
	const wanted = Object.entries(lockedPackages('package-lock.json'));
	return (
		existsSync(ownNode) &&
		wanted.every(
			([name, { version, optional }]) =>
				name === '' || optional || installed[name]?.version === version,
		)
	);
}

/** Calls `report` with the time elapsed: each second on a terminal, else every 15 seconds. */
function tick(report) {
	const start = Date.now();
	const everySeconds = process.stdout.isTTY ? 1 : 15;
	return setInterval(() => {
		const seconds = Math.round((Date.now() - start) / 1000);
		report(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
	}, everySeconds * 1000);
}

/** Runs `npm ci`, heard even where `npm run --silent` called this, and resolves with its exit code and all it printed. */
function npmCi() {
	const npm = process.env.npm_execpath;
	const child = npm
		? spawn(process.execPath, [npm, 'ci', '--loglevel=error'], { cwd: project })
		: spawn('npm ci --loglevel=error', { cwd: project, shell: true });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => (output += chunk));
	}
	return new Promise((resolve) => {
		child.on('error', (error) => resolve({ code: 1, output: error.message }));
		child.on('close', (code) => resolve({ code, output }));
	});
}

function fail(message) {
	console.error(message);
	process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
	fail(
		`This is Node ${process.versions.node}. Install Node ${OLDEST_NODE} or newer from https://nodejs.org and run the command again.`,
	);
}

if (!isInstalled()) {
	const count = Object.keys(lockedPackages('package-lock.json')).length;
	console.log(`Installing ${count} packages with npm ci: about 2 minutes, once.`);
	const ticking = tick((elapsed) => {
		process.stdout.write(
			process.stdout.isTTY ? `\r  npm ci  ${elapsed} ` : `  npm ci  ${elapsed}\n`,
		);
	});
	const { code, output } = await npmCi();
	clearInterval(ticking);
	if (process.stdout.isTTY) process.stdout.write('\n');

	if (code !== 0) {
		fail(
			[
				...output.trimEnd().split('\n').slice(-20),
				'',
				'npm ci failed; its last lines are above. Check the connection and the registry',
				'(npm config get registry), then run the same command again.',
			].join('\n'),
		);
	}
	if (!existsSync(ownNode)) {
		fail(
			'The packages are there, but the Node that comes with them is not: npm is set to skip install scripts.\n' +
				'Run npm rebuild node --ignore-scripts=false, then the same command again.',
		);
	}
}
