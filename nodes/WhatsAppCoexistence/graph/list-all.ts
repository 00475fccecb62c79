import { OperationalError, type IDataObject } from 'n8n-workflow';

import type { Graph } from './client';
import { GraphApiError } from './errors';

interface Page<T> {
	data?: T[];
	paging?: { cursors?: { after?: string }; next?: string };
}

const PAGE_SIZE = 100;
/** More than any edge that we read has: a number can have blocked 64,000 people. */
const MAX_PAGES = 1_000;

/** Meta's code for a cursor that has become stale while we read, from v24.0 on. */
const STALE_CURSOR = 131059;

/**
 * Follows Meta's cursors to the last page of an edge. Where one becomes stale on the way, which Meta
 * wants to be answered by beginning anew, the list is read once more.
 *
 * @param path the edge, such as `/900000000000001/phone_numbers`
 * @param most so many entries are enough; the last page read may bring more
 * @throws OperationalError where the pages have no end; GraphApiError with Meta's reason
 * @see https://developers.facebook.com/docs/graph-api/results
 */
export async function listAll<T>(
	graph: Graph,
	path: string,
	qs: IDataObject = {},
	most = Infinity,
): Promise<T[]> {
	return await readPages<T>(graph, path, qs, most).catch(async (error: unknown) => {
		if (!(error instanceof GraphApiError) || error.graph.code !== STALE_CURSOR) throw error;
		return await readPages<T>(graph, path, qs, most);
	});
}

async function readPages<T>(
	graph: Graph,
	path: string,
	qs: IDataObject,
	most: number,
): Promise<T[]> {
	const found: T[] = [];
	const seen = new Set<string>();
	let after: string | undefined;
	for (;;) {
		const page: Page<T> = await graph.call<Page<T>>({
			method: 'GET',
			path,
			qs: { ...qs, limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) },
		});
		found.push(...(page.data ?? []));
		after = page.paging?.next === undefined ? undefined : page.paging.cursors?.after;
		if (after === undefined || found.length >= most) return found;
		if (seen.has(after) || seen.size === MAX_PAGES) throw endless(path, found.length);
		seen.add(after);
	}
}

function endless(path: string, length: number): OperationalError {
	return new OperationalError('Meta’s list does not come to an end', {
		description: `${path} gave the same page twice, or more than ${MAX_PAGES} pages; ${length} entries were read. Try again later. If it happens again, report it to the maintainers of this package.`,
	});
}
