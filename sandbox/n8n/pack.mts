import path from 'node:path';
import { execa } from 'execa';

/**
 * Packs the built project into `folder`, as `npm publish` would.
 *
 * @returns the path of the tarball
 * @throws Error when `dist/` has not been built
 */
export async function packPackage(folder: string): Promise<string> {
	const { stdout } = await execa(
		'npm',
		['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder],
		{ cwd: path.join(import.meta.dirname, '../..') },
	);
	const [{ filename, files }] = JSON.parse(stdout) as [
		{ filename: string; files: Array<{ path: string }> },
	];
	if (!files.some((file) => file.path.startsWith('dist/'))) {
		throw new Error('There is nothing to pack: dist/ is empty. Run npm run build first.');
	}
	return path.join(folder, filename);
}
