import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';

interface Page<T> {
	data?: T[];
	paging?: { cursors?: { after?: string }; next?: string };
}

const PAGE_SIZE = 100;

/**
 * Follows Meta's cursors to the last page of an edge.
 *
 * @param path the edge, such as `/900000000000001/phone_numbers`
 * @see https://developers.facebook.com/docs/graph-api/results
 */
export async function listAll<T>(graph: Graph, path: string, qs: IDataObject = {}): Promise<T[]> {
	const found: T[] = [];
	let after: string | undefined;
	do {
		const page: Page<T> = await graph.call<Page<T>>({
			method: 'GET',
			path,
			qs: { ...qs, limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) },
		});
		found.push(...(page.data ?? []));
		after = page.paging?.next === undefined ? undefined : page.paging.cursors?.after;
	} while (after !== undefined);
	return found;
}
