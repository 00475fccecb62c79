import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

/**
 * Which folder of the package may import which. The same is said in docs/contributing.md.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
	events: [],
	graph: [],
	callbacks: ['events', 'graph'],
	questions: ['callbacks', 'events', 'graph'],
	trigger: ['callbacks', 'events', 'graph', 'questions'],
	actions: ['callbacks', 'events', 'graph', 'questions'],
	methods: ['actions', 'graph'],
	// The descriptions of the two nodes.
	'.': ['actions', 'methods', 'questions', 'trigger'],
};

const ROOT = path.join(__dirname, '../../nodes/WhatsAppCoexistence');

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.ts'),
);

describe('dependencies point one way', () => {
	test('of every folder it is said what it may import', () => {
		expect(Object.keys(MAY_IMPORT).sort()).toEqual([...new Set(files.map(folderOf))].sort());
	});

	test.each(Object.keys(MAY_IMPORT))('what %s imports', (folder) => {
		const faults = importsOf(folder).filter(
			({ target }) => target !== undefined && target !== folder && !allowed(folder, target),
		);
		expect(faults).toEqual([]);
	});

	test('the paths of Meta’s stand in graph alone', () => {
		const calling = files.filter(
			(file) =>
				folderOf(file) !== 'graph' &&
				/path: [`']\//.test(readFileSync(path.join(ROOT, file), 'utf8')),
		);
		expect(calling).toEqual([]);
	});

	test.each(['events', 'graph/error-catalogue.ts'])('%s knows nothing of n8n', (pure) => {
		const ofN8n = importsOf(folderOf(pure)).filter(
			({ file, module }) => file.startsWith(pure) && module.startsWith('n8n'),
		);
		expect(ofN8n).toEqual([]);
	});
});

function allowed(folder: string, target: string): boolean {
	return MAY_IMPORT[folder]!.includes(target);
}

/** Every import of a folder's files; `target` is the folder it leads to, undefined outside the package. */
function importsOf(folder: string) {
	return files
		.filter((file) => folderOf(file) === folder)
		.flatMap((file) => {
			const { importedFiles } = ts.preProcessFile(readFileSync(path.join(ROOT, file), 'utf8'));
			return importedFiles.map(({ fileName: module }) => ({
				file,
				module,
				target: module.startsWith('.')
					? folderOf(path.join(path.dirname(file), module))
					: undefined,
			}));
		});
}

function folderOf(file: string): string {
	return file.includes('/') || file in MAY_IMPORT ? file.split('/')[0]! : '.';
}
