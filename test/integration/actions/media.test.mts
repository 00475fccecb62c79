import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
	meta = await metaForTest();
});

afterEach(async () => {
	await meta.control.delete('/faults');
});

afterAll(async () => await meta.close());

const run = async (operation: string, parameters: IDataObject, items?: INodeExecutionData[]) =>
	await runAction({
		credential: meta.credential,
		parameters: { resource: 'media', operation, ...parameters },
		items,
	});

/** Media as a customer sends it; Meta gives its ID in the webhook. */
const received = async (media: IDataObject) =>
	await meta.control.post<{ id: string; sha256: string }>('/media', {
		phoneNumberId: DEFAULT.phoneNumberId,
		fileName: null,
		...media,
	});

const photo = Buffer.from('ffd8ffe000104a464946', 'hex');
const receivedPhoto = async () =>
	await received({ mimeType: 'image/jpeg', contentBase64: photo.toString('base64') });

const contentOf = (binary: IBinaryData) => Buffer.from(binary.data, 'base64');

const downloads = async () =>
	(await meta.control.get<RecordedRequest[]>('/requests')).filter(({ path }) =>
		path.startsWith('/whatsapp_business/attachments'),
	);

describe('Upload', () => {
	const phoneNumberId = { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId };
	const itemWith = (binary: Partial<IBinaryData>, field = 'data'): INodeExecutionData[] => [
		{
			json: {},
			binary: { [field]: { data: photo.toString('base64'), mimeType: 'image/jpeg', ...binary } },
		},
	];

	it('hands the file to Meta and gives its media ID', async () => {
		const { items, error } = await run(
			'upload',
			{ phoneNumberId, binaryPropertyName: 'photo' },
			itemWith({ fileName: 'roses.jpg' }, 'photo'),
		);
		expect(error).toBeUndefined();
		const [media] = meta.world.media;
		expect(media).toMatchObject({ content: photo, fileName: 'roses.jpg', mimeType: 'image/jpeg' });
		expect(items[0]!.json).toEqual({
			mediaId: media!.id,
			fileName: 'roses.jpg',
			mimeType: 'image/jpeg',
			fileSize: photo.length,
		});
		expect(misfitOf('media', 'upload', items)).toBeNull();
	});

	it.each([
		['photo.png', '89504e470d0a1a0a', 'image/png'],
		['report.pdf', '', 'application/pdf'],
		['voice', '4f67675300', 'audio/ogg; codecs=opus'],
	])('tells Meta the type of %s where n8n does not know it', async (fileName, hex, mimeType) => {
		const data = Buffer.from(`${hex}00`, 'hex').toString('base64');
		const file = { fileName, data, mimeType: 'application/octet-stream' };
		const { items, error } = await run('upload', { phoneNumberId }, itemWith(file));
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({ mimeType });
	});

	it('is tried again where Meta is down for a moment', async () => {
		await meta.control.post('/faults', { method: 'POST', path: '/media$', status: 503, times: 1 });
		const { items, error } = await run('upload', { phoneNumberId }, itemWith({}));
		expect(error).toBeUndefined();
		expect(meta.world.media.at(-1)).toMatchObject({ id: items[0]!.json.mediaId, content: photo });
	});

	it.each<[INodeExecutionData[], string]>([
		[[{ json: {} }], 'data'],
		[itemWith({ data: '' }), '“data” is empty'],
		[
			itemWith({ fileName: 'file', mimeType: 'application/octet-stream', data: 'AAAA' }),
			'It is not known what kind of file “file” is',
		],
		[
			itemWith({
				mimeType: 'video/mp4',
				data: Buffer.alloc(16 * 1024 ** 2 + 1).toString('base64'),
			}),
			'is too large to be sent as video',
		],
	])('refuses an item without a file that would do %#', async (items, message) => {
		const { error } = await run('upload', { phoneNumberId }, items);
		expect(error?.message).toContain(message);
		expect(error?.context?.itemIndex).toBe(0);
	});
});

describe('Get', () => {
	it('gives type, size, checksum and a URL', async () => {
		const { id, sha256 } = await receivedPhoto();
		const { items } = await run('get', { mediaId: id });
		expect(items[0]!.json).toEqual({
			messaging_product: 'whatsapp',
			id,
			url: expect.stringContaining(id),
			mime_type: 'image/jpeg',
			sha256,
			file_size: photo.length,
		});
		expect(misfitOf('media', 'get', items)).toBeNull();
	});

	it.each(['get', 'download', 'delete'])(
		'%s tells that there is no such file',
		async (operation) => {
			const { error } = await run(operation, { mediaId: '1' });
			expect(error?.message).toContain('(Meta code 33)');
		},
	);

	it.each(['get', 'download', 'delete'])('%s refuses what is no media ID', async (operation) => {
		const { error } = await run(operation, { mediaId: 'https://flowers.test/a.jpg' });
		expect(error?.message).toBe('“Media ID” has to be a media ID, which has digits only');
	});
});

describe('Download', () => {
	it('puts the file into the field that was named', async () => {
		const { id, sha256 } = await receivedPhoto();
		const { items, error } = await run('download', { mediaId: id, binaryPropertyName: 'photo' });
		expect(error).toBeUndefined();
		const { photo: file } = items[0]!.binary ?? {};
		expect(contentOf(file!)).toEqual(photo);
		expect(file).toMatchObject({ mimeType: 'image/jpeg', fileName: `${id}.jpg` });
		expect(items[0]!.json).toEqual({
			mediaId: id,
			fileName: `${id}.jpg`,
			mimeType: 'image/jpeg',
			sha256,
			fileSize: photo.length,
		});
		expect(misfitOf('media', 'download', items)).toBeNull();
	});

	it('takes the name that was given', async () => {
		const { id } = await receivedPhoto();
		const { items } = await run('download', { mediaId: id, fileName: 'roses.jpg' });
		expect(items[0]!.binary?.data).toMatchObject({ fileName: 'roses.jpg', fileExtension: 'jpg' });
	});

	it('fetches a URL that has expired anew, once', async () => {
		const { id } = await receivedPhoto();
		const before = (await downloads()).length;
		await meta.control.post('/faults', { path: 'attachments', status: 404, times: 1 });
		const { items, error } = await run('download', { mediaId: id });
		expect(error).toBeUndefined();
		expect(contentOf(items[0]!.binary?.data as IBinaryData)).toEqual(photo);
		expect((await downloads()).slice(before).map(({ status }) => status)).toEqual([404, 200]);
	});

	it('gives up where the new URL is not there either', async () => {
		const { id } = await receivedPhoto();
		const before = (await downloads()).length;
		await meta.control.post('/faults', { path: 'attachments', status: 404, times: 5 });
		const { error } = await run('download', { mediaId: id });
		expect(error?.message).toContain('HTTP status 404');
		expect((await downloads()).slice(before)).toHaveLength(2);
	});

	it('tells what Meta answered in place of the file', async () => {
		const { id } = await receivedPhoto();
		const body = { error: { message: 'Error validating access token', code: 190 } };
		await meta.control.post('/faults', { path: 'attachments', status: 401, body, times: 1 });
		const { error } = await run('download', { mediaId: id });
		expect(error?.message).toBe('The access token has expired or is not valid (Meta code 190)');
	});
});

describe('Download from a server that hangs up', () => {
	const server = createServer((request, response) => {
		if (request.url?.startsWith('/file')) {
			response.writeHead(200, { 'content-length': 1000 });
			response.write('half', () => response.destroy());
			return;
		}
		const url = `http://127.0.0.1:${portOf(server)}/file`;
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ id: '1', url, mime_type: 'image/jpeg', file_size: 1000 }));
	});

	beforeAll(async () => await once(server.listen(0, '127.0.0.1'), 'listening'));
	afterAll(() => {
		server.close();
	});

	it('gives no half file', async () => {
		const baseUrl = `http://127.0.0.1:${portOf(server)}`;
		const { items, error } = await runAction({
			credential: { ...meta.credential, baseUrl },
			parameters: { resource: 'media', operation: 'download', mediaId: '1' },
		});
		expect(items).toEqual([]);
		expect(error).toMatchObject({
			message: 'The file did not arrive in full',
			description: expect.stringContaining('run the node again'),
		});
	});
});

describe('Delete', () => {
	it('removes the file from Meta', async () => {
		const { id } = await receivedPhoto();
		const { items } = await run('delete', { mediaId: id });
		expect(items[0]!.json).toEqual({ deleted: true, mediaId: id });
		expect(misfitOf('media', 'delete', items)).toBeNull();
		expect(meta.world.media.map((media) => media.id)).not.toContain(id);
	});
});
