/** Which pictures there are, and what each shows: a picture is out of date when that has changed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
const EXAMPLE = '.workflow.json';

/** Names of the examples, as in `examples/`, without their ending. */
export const EXAMPLES = readdirSync(path.join(ROOT, 'examples'))
	.filter((file) => file.endsWith(EXAMPLE))
	.map((file) => file.slice(0, -EXAMPLE.length));

const N8N_VERSION = 'sandbox/n8n/package.json';

/** By the name of the picture: the files and folders whose look it shows. */
export const SOURCES: Record<string, string[]> = {
	demo: ['sandbox/demo/stage.mts', N8N_VERSION],
	phone: ['sandbox/phone'],
	trigger: [
		'nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node.ts',
		'nodes/WhatsAppCoexistence/trigger/parameters.ts',
		N8N_VERSION,
	],
	...Object.fromEntries(
		EXAMPLES.map((name) => [name, [`examples/${name}${EXAMPLE}`, N8N_VERSION]]),
	),
};

/** What all pictures show at present, as a hash for each. */
export function presentState(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(SOURCES).map(([name, sources]) => [name, hashOf(sources.flatMap(filesIn))]),
	);
}

function filesIn(source: string): string[] {
	const absolute = path.join(ROOT, source);
	if (statSync(absolute).isFile()) return [absolute];
	return readdirSync(absolute)
		.sort()
		.map((file) => path.join(absolute, file));
}

function hashOf(files: string[]): string {
	const hash = createHash('sha256');
	for (const file of files) hash.update(readFileSync(file));
	return hash.digest('hex').slice(0, 16);
}
