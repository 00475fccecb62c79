import { appendFile, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { dir, type DirectoryResult } from 'tmp-promise';

const PROJECT = process.cwd();
const PUBLISH = path.join(PROJECT, '.github/workflows/publish.yml');

jest.setTimeout(60_000);

let folder: DirectoryResult;
let clone: string;

/** Without what npm tells its scripts: it names this project's folder, and `npm version` would follow it. */
const env = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')),
);

const inClone = (command: string, ...args: string[]) =>
	execa(command, args, { cwd: clone, preferLocal: true, localDir: PROJECT, env, extendEnv: false });

beforeAll(async () => {
	folder = await dir({ unsafeCleanup: true });
	const origin = path.join(folder.path, 'origin.git');
	clone = path.join(folder.path, 'clone');
	await execa('git', ['clone', '--quiet', '--bare', PROJECT, origin]);
	await execa('git', ['--git-dir', origin, 'branch', '--force', 'main', 'HEAD']);
	await execa('git', ['clone', '--quiet', '--branch', 'main', origin, clone]);
	await inClone('git', 'config', 'user.name', 'Ada Example');
	await inClone('git', 'config', 'user.email', 'ada@example.com');
	await symlink(path.join(PROJECT, 'node_modules'), path.join(clone, 'node_modules'));
	await appendFile(path.join(clone, '.git/info/exclude'), 'node_modules\n');
	const unreleased = (await changelog()).replace(
		'## [Unreleased]\n',
		'## [Unreleased]\n\n- Something new.\n',
	);
	await writeFile(path.join(clone, 'CHANGELOG.md'), unreleased);
	await inClone('git', 'commit', '--quiet', '--all', '--message', 'Something new');
	await inClone('git', 'push', '--quiet');
});

afterAll(() => folder.cleanup());

const changelog = () => readFile(path.join(clone, 'CHANGELOG.md'), 'utf8');

test('a dry run changes nothing', async () => {
	const { stdout: before } = await inClone('git', 'rev-parse', 'HEAD');
	await inClone('release-it', 'minor', '--ci', '--no-hooks', '--dry-run');
	const { stdout: changed } = await inClone('git', 'status', '--short');
	expect(changed).toBe('');
	const { stdout: after } = await inClone('git', 'rev-parse', 'HEAD');
	expect(after).toBe(before);
});

test('a release moves what is unreleased to its version, and pushes one commit and its tag', async () => {
	const before = await changelog();
	const { stdout: parent } = await inClone('git', 'rev-parse', 'HEAD');

	await inClone('release-it', 'minor', '--ci', '--no-hooks');

	const { version } = JSON.parse(await readFile(path.join(clone, 'package.json'), 'utf8'));
	const today = new Date().toLocaleDateString('sv');
	expect(await changelog()).toBe(
		before.replace('## [Unreleased]', `## [Unreleased]\n\n## [${version}] - ${today}`),
	);
	const { stdout: pushed } = await inClone('git', 'ls-remote', 'origin', `refs/tags/${version}^{}`);
	const { stdout: head } = await inClone('git', 'rev-parse', 'origin/main');
	expect(pushed).toContain(head);
	const { stdout: parentOfHead } = await inClone('git', 'rev-parse', 'origin/main^');
	expect(parentOfHead).toBe(parent);
});

test('the release notes are that section', async () => {
	const { version } = JSON.parse(await readFile(path.join(clone, 'package.json'), 'utf8'));
	const [, awk] = /run: (awk .*) > notes\.md\n/.exec(await readFile(PUBLISH, 'utf8')) ?? [];
	const { stdout: notes } = await execa({
		cwd: clone,
		shell: true,
		env: { GITHUB_REF_NAME: version },
	})`${awk!}`;
	const [, section] = (await changelog()).split(/^## \[.*\n/m).slice(1);
	expect(notes.trim()).toBe(section!.trim());
	expect(notes).toContain('- Something new.');
});

test('nothing is released from a branch, or without a word in the changelog', async () => {
	await expect(inClone('release-it', 'minor', '--ci', '--no-hooks')).rejects.toMatchObject({
		stderr: expect.stringContaining('There are no entries under "Unreleased"'),
	});
	await inClone('git', 'checkout', '--quiet', '-b', 'other');
	await writeFile(path.join(clone, 'README.md'), 'changed');
	await expect(inClone('release-it', 'minor', '--ci', '--no-hooks')).rejects.toMatchObject({
		stderr: expect.stringContaining('Must be on branch main'),
	});
});
