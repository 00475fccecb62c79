import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from '@jest/globals';

const ROOT = path.join(__dirname, '../../..');

const pages = globSync('**/*.md', {
	cwd: ROOT,
	exclude: ['**/node_modules', '**/dist', '**/.*'],
});

describe('every link inside the repository leads somewhere', () => {
	test('and there are pages to look at', () => {
		expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/events.md']));
	});

	test.each(pages)('%s', (page) => {
		const broken = linksOf(page).filter((link) => !leadsSomewhere(page, link));
		expect(broken).toEqual([]);
	});
});

/** Links and pictures, without those to other sites. */
function linksOf(page: string): string[] {
	const text = readFileSync(path.join(ROOT, page), 'utf8').replace(/```[\s\S]*?```/g, '');
	const markdown = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
	const html = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, link]) => link!);
	return [...markdown, ...html].filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
	const [file = '', anchor] = link.split('#');
	const target = file === '' ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), file);
	if (!existsSync(target)) return false;
	if (anchor === undefined) return true;
	const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(
		([, text]) => text!,
	);
	return headings.some((heading) => slugOf(heading) === anchor);
}

/** As GitHub makes anchors of headings. */
function slugOf(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\w\s-]/g, '')
		.trim()
		.replace(/\s/g, '-');
}
