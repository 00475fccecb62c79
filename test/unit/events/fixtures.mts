import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../fixtures');

/** The folders of webhook bodies, one per group of events. */
const FOLDERS = ['history', 'contacts', 'echoes', 'inbound', 'statuses', 'account', 'envelope'];

/** Names of all webhook bodies, for example `history/chunk`. */
export const fixtureNames: string[] = FOLDERS.flatMap((folder) =>
	readdirSync(join(ROOT, folder)).map((file) => `${folder}/${file.replace(/\.json$/, '')}`),
);

export function loadFixture(name: string): unknown {
	return JSON.parse(readFileSync(join(ROOT, `${name}.json`), 'utf8'));
}

/** What the wire's Unix seconds mean. */
export function iso(seconds: number): string {
	return new Date(seconds * 1_000).toISOString();
}
