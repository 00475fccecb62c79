import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { losslessCompressPng } from '@napi-rs/image';

/** Makes the pictures of a folder smaller, by a fifth or so, with each of their points as it was. */
export async function compressPictures(folder: string): Promise<void> {
	const names = await readdir(folder);
	for (const name of names.filter((file) => file.endsWith('.png'))) {
		const file = path.join(folder, name);
		await writeFile(file, await losslessCompressPng(await readFile(file)));
	}
}
