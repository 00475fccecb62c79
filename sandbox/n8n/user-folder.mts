import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { cachedFolder, type Progress } from './cache.mts';
import type { N8nInstall } from './install.mts';
import { startProcess } from './process.mts';
import { N8nRest } from './rest.mts';

/**
 * Makes `userFolder` ready to start n8n in: a migrated database with an owner, unless it has a
 * database already, and the package as it is now.
 */
export async function prepareUserFolder(
	userFolder: string,
	install: N8nInstall,
	packageTarball: string,
	progress: Progress,
): Promise<void> {
	if (!existsSync(path.join(userFolder, '.n8n/database.sqlite'))) {
		const pristine = await pristineUserFolder(install, progress);
		await cp(path.join(pristine, '.n8n'), path.join(userFolder, '.n8n'), { recursive: true });
	}
	await installPackage(path.join(userFolder, '.n8n/nodes/node_modules'), packageTarball);
}

/** The user folder of an n8n whose owner has just signed up. Copying it saves the migrations. */
export async function pristineUserFolder(install: N8nInstall, progress: Progress): Promise<string> {
	return await cachedFolder(
		`${install.name}-user-folder`,
		async (userFolder) => {
			progress('Setting up the database and the owner of the sandbox: about 15 seconds, once');
			const port = await getPort({ host: '127.0.0.1' });
			const taskBrokerPort = await getPort({ host: '127.0.0.1' });
			const n8n = await startProcess(install, { userFolder, port, taskBrokerPort });
			try {
				await N8nRest.setUpOwner(`http://127.0.0.1:${port}`);
			} finally {
				await n8n.stop();
			}
		},
		progress,
	);
}

interface Manifest {
	name: string;
	dependencies?: Record<string, string>;
	devDependencies?: unknown;
	peerDependencies?: unknown;
	optionalDependencies?: unknown;
}

/**
 * Unpacks the tarball as n8n does when a user installs a community node, which is without the
 * dependencies for development and without peers (community-packages.service.js, downloadPackage).
 * n8n then runs `npm install`; this package has nothing for that to install.
 */
async function installPackage(nodeModules: string, tarball: string): Promise<void> {
	const unpacked = path.join(nodeModules, '.unpacking');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked, { recursive: true });
	await execa('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

	const manifest = path.join(unpacked, 'package.json');
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = JSON.parse(
		await readFile(manifest, 'utf8'),
	) as Manifest;
	if (Object.keys(kept.dependencies ?? {}).length > 0) {
		throw new Error(`${kept.name} must bring no dependencies: n8n would have to download them.`);
	}
	await writeFile(manifest, JSON.stringify(kept, null, 2));

	const folder = path.join(nodeModules, kept.name);
	await rm(folder, { recursive: true, force: true });
	await rename(unpacked, folder);
}
