import { describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import type { Graph, GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { failureOf, GraphApiError } from '../../../nodes/WhatsAppCoexistence/graph/errors';
import { listAll } from '../../../nodes/WhatsAppCoexistence/graph/list-all';

const node = { name: 'WhatsApp Coexistence', type: 'test', typeVersion: 1 } as INode;
const STALE = new GraphApiError(node, failureOf(400, { error: { code: 131059 } }));

/** An edge whose pages are told by the cursor that asks for them, and how often it was asked. */
function edge(pageAfter: (cursor: number, calls: number) => number | null) {
	let calls = 0;
	const graph = {
		async call<T>({ qs }: GraphRequest): Promise<T> {
			calls++;
			const cursor = Number(qs?.after ?? 0);
			const next = pageAfter(cursor, calls);
			const paging = {
				cursors: { after: String(next) },
				next: next === null ? undefined : 'https://',
			};
			return { data: [cursor], paging } as T;
		},
	} as Graph;
	return { graph, calls: () => calls };
}

describe('a list of Meta’s', () => {
	it('is read to its last page', async () => {
		const { graph } = edge((cursor) => (cursor < 4 ? cursor + 1 : null));
		expect(await listAll(graph, '/1/flows')).toEqual([0, 1, 2, 3, 4]);
	});

	it('is read to its last page where a number has blocked as many people as it can', async () => {
		const { graph, calls } = edge((cursor) => (cursor < 639 ? cursor + 1 : null));
		await expect(listAll(graph, '/1/block_users')).resolves.toHaveLength(640);
		expect(calls()).toBe(640);
	});

	it('is read no further than is asked for', async () => {
		const { graph, calls } = edge((cursor) => (cursor < 639 ? cursor + 1 : null));
		await expect(listAll(graph, '/1/block_users', {}, 3)).resolves.toEqual([0, 1, 2]);
		expect(calls()).toBe(3);
	});

	it.each([
		['gives the same page for ever', () => 7, 3],
		['goes round in a circle', (cursor: number) => (cursor + 1) % 5, 7],
		['always has one page more', (cursor: number) => cursor + 1, 1_002],
	])('that %s stops, with a word', async (_case, pageAfter, mostCalls) => {
		const { graph, calls } = edge(pageAfter);
		await expect(listAll(graph, '/1/flows')).rejects.toThrow('does not come to an end');
		expect(calls()).toBeLessThanOrEqual(mostCalls);
	});

	it('is begun anew, once, where a cursor has become stale on the way', async () => {
		const { graph } = edge((cursor, calls) => {
			if (calls === 2) throw STALE;
			return cursor < 2 ? cursor + 1 : null;
		});
		expect(await listAll(graph, '/1/flows')).toEqual([0, 1, 2]);

		const alwaysStale = edge((cursor) => {
			if (cursor === 1) throw STALE;
			return cursor + 1;
		});
		await expect(listAll(alwaysStale.graph, '/1/flows')).rejects.toThrow('131059');
		expect(alwaysStale.calls()).toBe(4);
	});
});
