import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';

import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	jest,
	test,
} from '@jest/globals';
import { BinaryDataService } from 'n8n-core';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { mediaSchema } from '../../../nodes/WhatsAppCoexistence/events/schema';
import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { echo, inboundMessage, webhook } from './wire.mts';

const FILES = '/whatsapp_business/attachments';
const LATER = 'It can be fetched for 7 days with the WhatsApp Coexistence node';

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({ credential: meta.credential });
	listen({});
});
afterEach(async () => {
	await trigger.close();
	await meta.control.post('/reset');
});

/** @param media as on the node; null: no media is asked for */
function listen(media: INodeParameters | null): void {
	trigger.setParameters({
		groups: ['history', 'echoes', 'inbound'],
		options: media === null ? {} : { downloadMedia: { media } },
	});
}

interface Stored {
	id: string;
	sha256: string;
	mimeType: string;
	url: string;
}

/** Media as a customer has just sent it. */
const store = async (media: IDataObject = {}) => await meta.control.post<Stored>('/media', media);

const wireMedia = ({ id, sha256, mimeType, url }: Stored, type = 'image', more: object = {}) => ({
	type,
	[type]: { id, sha256, mime_type: mimeType, url, ...more },
});

/** Delivers, and gives the items that the workflow was started with, and how long Meta waited. */
async function deliver(body: object): Promise<{ items: INodeExecutionData[]; ms: number }> {
	const before = trigger.executions.length;
	const start = performance.now();
	const { status } = await meta.control.post<{ status: number }>('/deliver-raw', {
		url: trigger.url,
		body,
	});
	const ms = performance.now() - start;
	expect(status).toBe(200);
	return { items: trigger.executions.slice(before).flat(2), ms };
}

const deliverInbound = async (...contents: Array<{ type: string }>) =>
	await deliver(
		webhook('messages', { messages: contents.map((content) => inboundMessage(content)) }),
	);

const mediaOf = ({ json }: INodeExecutionData) =>
	(json.message as IDataObject).media as IDataObject;
const reasonOf = (item: INodeExecutionData) => mediaOf(item).notDownloaded;
const contentOf = ({ binary }: INodeExecutionData) =>
	Buffer.from(binary?.data?.data ?? '', 'base64');

async function requestsTo(path: string): Promise<RecordedRequest[]> {
	const requests = await meta.control.get<RecordedRequest[]>('/requests');
	return requests.filter((request) => request.path.includes(path));
}

const MEGABYTE = 1024 * 1024;

describe('a file', () => {
	test.each([
		['image', 'image/jpeg', 'jpg', {}],
		['video', 'video/mp4', 'mp4', {}],
		['audio', 'audio/ogg; codecs=opus', 'oga', { voice: true }],
		['document', 'application/pdf', 'pdf', { filename: 'order.pdf' }],
		['sticker', 'image/webp', 'webp', { animated: false }],
	])('of type %s comes with the event', async (type, mimeType, extension, more) => {
		const content = Buffer.from(`a ${type}, byte for byte \u0000\u00ff`);
		const media = await store({ mimeType, contentBase64: content.toString('base64') });
		const { items } = await deliverInbound(wireMedia(media, type, more));
		const item = items[0]!;

		expect(contentOf(item)).toEqual(content);
		expect(item.binary?.data).toMatchObject({
			mimeType,
			fileName: type === 'document' ? 'order.pdf' : `${media.id}.${extension}`,
		});
		expect(mediaOf(item)).toMatchObject({ id: media.id, sha256: media.sha256, mimeType });
		expect(mediaOf(item)).not.toHaveProperty('notDownloaded');
	});

	test('that n8n cannot keep is not blamed on the download', async () => {
		const media = await store();
		jest
			.spyOn(BinaryDataService.prototype, 'store')
			.mockRejectedValueOnce(new Error('ENOSPC: no space left on device'));
		const { items } = await deliverInbound(wireMedia(media));
		expect(reasonOf(items[0]!)).toMatch(/^n8n could not keep it: ENOSPC: .*\. It can be fetched/);
	});

	test('is fetched by the URL that came with it, without asking for another', async () => {
		const media = await store();
		await deliverInbound(wireMedia(media));
		expect((await requestsTo(FILES)).map(({ status }) => status)).toEqual([200]);
		expect(await requestsTo(media.id)).toEqual([]);
	});

	test('is looked up by its ID and its number where it came without a URL', async () => {
		const media = await store();
		const { items } = await deliverInbound(wireMedia({ ...media, url: undefined as never }));
		expect(contentOf(items[0]!)).toHaveLength(1024);
		expect((await requestsTo(media.id)).map(({ query }) => query)).toEqual([
			{ phone_number_id: DEFAULT.phoneNumberId, appsecret_proof: '[removed]' },
		]);
	});

	test('is looked up where its URL has expired', async () => {
		const media = await store();
		await meta.control.post('/clock', { advanceSeconds: 301 });
		const { items } = await deliverInbound(wireMedia(media));
		expect(contentOf(items[0]!)).toHaveLength(1024);
		expect((await requestsTo(FILES)).map(({ status }) => status)).toEqual([404, 200]);
		expect(await requestsTo(media.id)).toHaveLength(1);
	});

	test('is fetched again where Meta is down for a moment', async () => {
		const media = await store();
		await meta.control.post('/faults', { path: FILES, status: 503, times: 1 });
		const { items } = await deliverInbound(wireMedia(media));
		expect(contentOf(items[0]!)).toHaveLength(1024);
	});

	test('has the token sent to no host but Meta’s', async () => {
		const seen: unknown[] = [];
		const stranger = createServer((request, response) => {
			seen.push(request.headers);
			response.end('not the file');
		});
		await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
		const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/file`;
		try {
			const media = await store();
			const { items } = await deliverInbound(wireMedia({ ...media, url }));
			expect(contentOf(items[0]!)).toHaveLength(1024);
			expect(seen).toEqual([]);
		} finally {
			stranger.close();
		}
	});
});

describe('a file that cannot be had leaves the event as it is, with the reason', () => {
	const expectNoFile = (item: INodeExecutionData, media: Stored, reason: string) => {
		expect(item).not.toHaveProperty('binary');
		expect(reasonOf(item)).toContain(reason);
		expect(item.json).toMatchObject({
			event: 'inbound.message',
			message: { type: expect.any(String), media: { id: media.id, sha256: media.sha256 } },
		});
		expect(mediaSchema.safeParse(mediaOf(item)).error?.issues ?? []).toEqual([]);
		expect(JSON.stringify(item)).not.toContain(meta.credential.accessToken);
	};

	test('gone for good: asked for anew once, and not more often', async () => {
		const media = await store();
		await meta.control.post('/faults', { path: FILES, status: 404, times: 10 });
		const { items } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, 'Meta does not have it any more');
		expect(await requestsTo(FILES)).toHaveLength(2);
		expect(await requestsTo(media.id)).toHaveLength(1);
	});

	test('unknown to Meta', async () => {
		const media = await store();
		await meta.control.post('/clock', { advanceSeconds: 8 * 24 * 60 * 60 });
		const { items } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, 'Meta does not have it any more');
	});

	test('Meta down for long', async () => {
		const media = await store();
		await meta.control.post('/faults', { path: FILES, status: 500, times: 100 });
		const { items, ms } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, 'HTTP status 500');
		expect(ms).toBeLessThan(8_000);
	});

	test('no connection', async () => {
		const media = await store();
		await meta.control.post('/faults', { path: FILES, dropConnection: true, times: 100 });
		const { items } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, 'No answer came');
	});

	test('too large, by what Meta says: it is not read', async () => {
		listen({ maximumMegabytes: 1 });
		const media = await store({ sizeBytes: 50 * MEGABYTE });
		const { items } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, `It is larger than 1 MB. ${LATER}`);
		await expect(lastDownload()).resolves.toMatchObject({ ms: null });
	});

	test('as large as is allowed, and no larger', async () => {
		listen({ maximumMegabytes: 1 });
		const [fits, tooLarge] = [
			await store({ sizeBytes: MEGABYTE }),
			await store({ sizeBytes: MEGABYTE + 1 }),
		];
		const { items } = await deliverInbound(wireMedia(fits), wireMedia(tooLarge));
		expect(contentOf(items[0]!)).toHaveLength(MEGABYTE);
		expectNoFile(items[1]!, tooLarge, 'It is larger than 1 MB.');
	});

	test('too large, found out while reading: the rest is not read', async () => {
		listen({ maximumMegabytes: 1 });
		const bytesPerSecond = 4 * MEGABYTE;
		const media = await store({ sizeBytes: 20 * MEGABYTE, bytesPerSecond });
		const { items, ms } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, 'It is larger than 1 MB.');
		expect(ms).toBeLessThan(2_000);
		await expect(lastDownload()).resolves.toMatchObject({ ms: null });
	});

	test('of another type than chosen: Meta is not asked', async () => {
		listen({ types: ['audio', 'document'] });
		const media = await store();
		const { items } = await deliverInbound(wireMedia(media));
		expectNoFile(items[0]!, media, `Files of type image are not downloaded. ${LATER}`);
		expect(await requestsTo(FILES)).toEqual([]);
	});

	test.each([
		['that does not begin to come', {}],
		['that trickles', { sizeBytes: MEGABYTE, bytesPerSecond: 20_000 }],
		['of which a small part is missing', { sizeBytes: 21_000, bytesPerSecond: 20_000 }],
	])('slow: Meta does not wait for one %s', async (_name, slow) => {
		listen({ seconds: 1 });
		const media = await store(slow);
		if (!('bytesPerSecond' in slow)) {
			await meta.control.post('/faults', { path: FILES, delayMs: 5_000 });
		}
		const { items, ms } = await deliverInbound(wireMedia(media));
		expectNoFile(
			items[0]!,
			media,
			`The time limit of 1 s was over before it had arrived. ${LATER}`,
		);
		expect(ms).toBeGreaterThan(900);
		expect(ms).toBeLessThan(2_000);
		await expect(lastDownload()).resolves.toMatchObject({ ms: null });
	});

	/** Known once its connection has closed. */
	async function lastDownload(): Promise<RecordedRequest | undefined> {
		for (let waited = 0; waited < 50; waited++) {
			const [download] = (await requestsTo(FILES)).slice(-1);
			if (download !== undefined) return download;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		return undefined;
	}
});

describe('many files', () => {
	const COUNT = 12;

	test('are fetched four at a time, and each comes with its own event', async () => {
		const media = await Promise.all(
			Array.from(
				{ length: COUNT },
				async (_, index) => await store({ sizeBytes: 1_000 + index, bytesPerSecond: 5_000 }),
			),
		);
		const { items } = await deliverInbound(...media.map((one) => wireMedia(one)));
		expect(items.map((item) => [mediaOf(item).id, contentOf(item).length])).toEqual(
			media.map(({ id }, index) => [id, 1_000 + index]),
		);
		const spans = (await requestsTo(FILES)).map(({ at, ms }) => ({ from: at, to: at + ms! }));
		const together = spans.map(({ from }) => spans.filter((s) => s.from <= from && from < s.to));
		expect(Math.max(...together.map(({ length }) => length))).toBe(4);
	});

	test('share one time limit: those that came in time come, the others say why', async () => {
		listen({ seconds: 1 });
		const media = await Promise.all(
			Array.from(
				{ length: COUNT },
				async () => await store({ sizeBytes: 6_000, bytesPerSecond: 10_000 }),
			),
		);
		const { items, ms } = await deliverInbound(...media.map((one) => wireMedia(one)));
		expect(ms).toBeLessThan(2_000);
		expect(items).toHaveLength(COUNT);
		const [fetched, late] = [
			items.filter(({ binary }) => binary !== undefined),
			items.filter((item) => reasonOf(item) !== undefined),
		];
		expect(fetched.length).toBeGreaterThanOrEqual(4);
		expect(late.length).toBeGreaterThan(0);
		expect(fetched.length + late.length).toBe(COUNT);
	});
});

describe('only what was asked for is downloaded', () => {
	const oldMedia = (media: Stored) =>
		webhook('history', { messages: [inboundMessage(wireMedia(media))] });

	test('nothing, unless media is asked for', async () => {
		listen(null);
		const { items } = await deliverInbound(wireMedia(await store()));
		expect(items[0]).not.toHaveProperty('binary');
		expect(reasonOf(items[0]!)).toBeUndefined();
		expect(await requestsTo(FILES)).toEqual([]);
	});

	test('of echoes as of inbound messages', async () => {
		const message_echoes = [echo(wireMedia(await store()))];
		const { items } = await deliver(webhook('smb_message_echoes', { message_echoes }));
		expect(items[0]!.json.event).toBe('echo.message');
		expect(contentOf(items[0]!)).toHaveLength(1024);
	});

	test('of history only if it is chosen', async () => {
		const { items } = await deliver(oldMedia(await store()));
		expect(items[0]!.json.event).toBe('history.media');
		expect(items[0]).not.toHaveProperty('binary');
		expect(reasonOf(items[0]!)).toBeUndefined();

		listen({ groups: ['history'] });
		const { items: chosen } = await deliver(oldMedia(await store()));
		expect(contentOf(chosen[0]!)).toHaveLength(1024);
	});

	test('of no event that has no file', async () => {
		const { items } = await deliverInbound({ type: 'text', text: { body: 'hola' } } as never);
		expect(items[0]).not.toHaveProperty('binary');
		expect((items[0]!.json.message as IDataObject).media).toBeUndefined();
	});
});
