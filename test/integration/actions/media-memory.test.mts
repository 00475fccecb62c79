import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';

const MEGABYTE = 1024 * 1024;
/** Meta's largest file. */
const SIZE = 100 * MEGABYTE;

let meta: TestMeta;

beforeAll(async () => {
	meta = await metaForTest();
	await Container.get(BinaryDataService).init();
});

afterAll(async () => await meta.close());

/** The most memory outside the heap, where file contents are, that was in use during `work`. */
async function peakBytes<T>(work: () => Promise<T>): Promise<[peak: number, result: T]> {
	const inUse = () => process.memoryUsage().arrayBuffers;
	const before = inUse();
	let peak = 0;
	const watch = setInterval(() => (peak = Math.max(peak, inUse() - before)), 5);
	const result = await work().finally(() => clearInterval(watch));
	return [peak, result];
}

it('downloads Meta’s largest file to disk without ever holding it in memory', async () => {
	const { id } = await meta.control.post<{ id: string }>('/media', {
		phoneNumberId: DEFAULT.phoneNumberId,
		mimeType: 'application/pdf',
		fileName: 'catalog.pdf',
		sizeBytes: SIZE,
	});
	const [peak, { items, error }] = await peakBytes(
		async () =>
			await runAction({
				credential: meta.credential,
				parameters: { resource: 'media', operation: 'download', mediaId: id },
			}),
	);
	expect(error).toBeUndefined();
	console.log('peak', peak / MEGABYTE);
	expect(peak).toBeLessThan(SIZE / 4);

	const file = items[0].binary?.data;
	const checksum = createHash('sha256');
	const stored = await Container.get(BinaryDataService).getAsStream(file?.id as string);
	for await (const chunk of stored) checksum.update(chunk as Buffer);
	expect(checksum.digest('base64')).toBe(items[0].json.sha256);
});
