import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BinaryDataService } from 'n8n-core';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';

const MEGABYTE = 1024 * 1024;
/** Meta's largest file. */
const SIZE = 100 * MEGABYTE;

/** n8n's own container of services, which it does not export. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get(service: typeof BinaryDataService): BinaryDataService };
};
const binaryData = () => Container.get(BinaryDataService);

let meta: TestMeta;

beforeAll(async () => {
	meta = await metaForTest();
	await binaryData().init();
});

afterAll(async () => await meta.close());

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The most memory outside the heap, where contents of files are, that was held during `work`. */
async function peakBytes<T>(work: () => Promise<T>): Promise<[peak: number, result: T]> {
	const held = () => {
		collectGarbage();
		return process.memoryUsage().arrayBuffers;
	};
	const before = held();
	let peak = 0;
	let working = true;
	const result = work().finally(() => (working = false));
	while (working) {
		await sleep(100);
		peak = Math.max(peak, held() - before);
	}
	return [peak, await result];
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
	// What is on its way adds up on a busy machine: 4 to 51 MB were seen. Held as a whole it would be all of SIZE.
	expect(peak).toBeLessThan(SIZE * 0.75);

	const file = items[0]!.binary?.data;
	const checksum = createHash('sha256');
	const stored = await binaryData().getAsStream(file?.id as string);
	for await (const chunk of stored) checksum.update(chunk as Buffer);
	expect(checksum.digest('base64')).toBe(items[0]!.json.sha256);
}, 240_000);
