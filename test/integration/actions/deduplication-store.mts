import { DataDeduplicationService } from 'n8n-core';
import type { IDataDeduplicator } from 'n8n-workflow';

/** n8n's store for deduplication, by workflow and scope, in memory instead of in its database. */
export interface DeduplicationStore {
	/** Makes writing to it fail, as it does for a workflow that was never saved. */
	broken: boolean;
	clear(): void;
}

/** Puts the store where n8n's helpers look for it. Once per test file. */
export async function useDeduplicationStore(): Promise<DeduplicationStore> {
	const seen = new Map<string, Set<unknown>>();
	const store = { broken: false, clear: () => seen.clear() };
	const rowOf = (
		scope: string,
		{ workflow, node }: Parameters<IDataDeduplicator['checkProcessedAndRecord']>[2],
	) => {
		if (store.broken) throw new Error('FOREIGN KEY constraint failed');
		const key = `${workflow.id} ${scope === 'node' ? node?.id : ''}`;
		const row = seen.get(key) ?? new Set();
		seen.set(key, row);
		return row;
	};
	await DataDeduplicationService.init({
		async checkProcessedAndRecord(items, scope, context) {
			const row = rowOf(scope, context);
			const unseen = items.filter((item) => !row.has(item));
			const processed = items.filter((item) => row.has(item));
			for (const item of unseen) row.add(item);
			return { new: unseen, processed };
		},
		async removeProcessed(items, scope, context) {
			for (const item of items) rowOf(scope, context).delete(item);
		},
		clearAllProcessedItems: async (scope, context) => rowOf(scope, context).clear(),
		getProcessedDataCount: async (scope, context) => rowOf(scope, context).size,
	});
	return store;
}
