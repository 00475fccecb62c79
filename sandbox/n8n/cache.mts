import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import envPaths from 'env-paths';
import { check, lock } from 'proper-lockfile';

/** The user's cache folder of this project, by the rules of the operating system. */
const cacheDirectory = envPaths('n8n-nodes-whatsapp-coexistence', { suffix: '' }).cache;

/** How long the lock of a process that was killed stands in the way of the next. */
const STALE_AFTER_MS = 30_000;

/** Says what goes on, one line at a time, to the person who waits. */
export type Progress = (line: string) => void;

/**
 * A folder of the cache, built at its first use and kept.
 *
 * It is built under another name and renamed when complete, so a build that was cut short is
 * never taken for a whole one. A second process that wants it meanwhile waits for the first.
 *
 * @param build fills the empty folder it is given
 */
export async function cachedFolder(
	name: string,
	build: (folder: string) => Promise<void>,
	progress: Progress,
): Promise<string> {
	const folder = path.join(cacheDirectory, name);
	if (existsSync(folder)) return folder;

	await mkdir(cacheDirectory, { recursive: true });
	if (await check(folder, { realpath: false, stale: STALE_AFTER_MS })) {
		progress(`Another process is preparing ${folder}; waiting for it`);
	}
	const release = await lock(folder, {
		realpath: false,
		stale: STALE_AFTER_MS,
		retries: { forever: true, factor: 1, minTimeout: 1000 },
	});
	try {
		if (!existsSync(folder)) {
			const unfinished = `${folder}.unfinished`;
			await rm(unfinished, { recursive: true, force: true });
			await mkdir(unfinished);
			await build(unfinished);
			await rename(unfinished, folder);
		}
	} finally {
		await release();
	}
	return folder;
}
