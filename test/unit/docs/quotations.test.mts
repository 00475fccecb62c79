import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { lookUp } from '../../../nodes/WhatsAppCoexistence/graph/error-catalogue';
import { tablesOf } from './page.mts';

const ROOT = path.join(__dirname, '../../..');
const DOCS = path.join(ROOT, 'docs');
const pages = readdirSync(DOCS).filter((file) => file.endsWith('.md'));

/** Codes of WhatsApp as they look: 130000 to 135999, and those of the syncs. */
const CODE = /\b(?:13[0-5]\d{3}|2593\d{3})\b/g;

test.each(pages)('every error code that %s names is one of the catalogue', (page) => {
	const codes = readFileSync(path.join(DOCS, page), 'utf8').match(CODE) ?? [];
	expect(codes.filter((code) => lookUp(Number(code)) === undefined)).toEqual([]);
});

describe('every message that a page quotes is one of the code', () => {
	const source = sourceText();
	const messages = pages.flatMap((page) =>
		tablesOf(page).flatMap(([headings, ...rows]) => {
			const column = headings!.indexOf('The message');
			return column < 0 ? [] : rows.map((cells) => cells[column]!);
		}),
	);

	test.each(messages)('%s', (message) => {
		expect(source.includes(message)).toBe(true);
	});
});

/** All code of the package, with an ellipsis for what is filled in at run time. */
function sourceText(): string {
	return ['nodes', 'credentials']
		.flatMap((folder) =>
			readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.ts'))
				.map((file) => readFileSync(path.join(ROOT, folder, file), 'utf8')),
		)
		.join('\n')
		.replace(/\$\{[^}]*\}/g, '…');
}
