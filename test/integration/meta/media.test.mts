import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FormData, request } from 'undici';
import { connectMeta, type Meta, PHONE, SECOND_PHONE } from './meta-client.mts';

let meta: Meta;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(() => meta.control('POST', 'reset'));

async function upload(content: Buffer, mimeType: string, type = mimeType) {
	const form = new FormData();
	form.set('messaging_product', 'whatsapp');
	form.set('type', type);
	form.set('file', new File([new Uint8Array(content)], 'flower.bin', { type: mimeType }));
	const { statusCode, body } = await request(`${meta.url}/v27.0/${PHONE}/media`, {
		method: 'POST',
		headers: { authorization: `Bearer ${meta.world.tokens.business.token}` },
		body: form,
	});
	return { status: statusCode, body: (await body.json()) as any };
}

async function download(url: string, token: string | null = meta.world.tokens.business.token) {
	const { statusCode, headers, body } = await request(url, {
		headers: { ...(token && { authorization: `Bearer ${token}` }) },
	});
	return { status: statusCode, headers, content: Buffer.from(await body.arrayBuffer()) };
}

describe('media', () => {
	it('come back as they were uploaded', async () => {
		const content = Buffer.from('a flower');
		const { body } = await upload(content, 'image/png');
		const info = await meta.graph('GET', `${body.id}?phone_number_id=${PHONE}`);
		expect(info.body).toMatchObject({
			id: body.id,
			mime_type: 'image/png',
			file_size: String(content.length),
			sha256: createHash('sha256').update(content).digest('base64'),
		});
		const file = await download(info.body.url);
		expect(file.headers['content-type']).toBe('image/png');
		expect(file.content).toEqual(content);
	});

	it('have a URL for five minutes, and a fresh one after that', async () => {
		const { id } = await meta.control('POST', 'media', {});
		const first = await meta.graph('GET', id);
		await meta.control('POST', 'clock', { advanceSeconds: 299 });
		expect((await download(first.body.url)).status).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 2 });
		expect((await download(first.body.url)).status).toBe(404);
		const second = await meta.graph('GET', id);
		expect((await download(second.body.url)).status).toBe(200);
	});

	it('need the token to be downloaded and an unchanged URL', async () => {
		const { id } = await meta.control('POST', 'media', {});
		const { url } = (await meta.graph('GET', id)).body;
		expect((await download(url, null)).status).toBe(401);
		expect((await download(url.replace(/ext=\d+/, 'ext=9999999999'))).status).toBe(404);
	});

	it('live 7 days from a webhook and 30 from an upload', async () => {
		const { id: received } = await meta.control('POST', 'media', {});
		const uploaded = (await upload(Buffer.from('x'), 'text/plain')).body.id;
		await meta.control('POST', 'clock', { advanceSeconds: 8 * 86_400 });
		expect((await meta.graph('GET', received)).body.error).toMatchObject({ error_subcode: 33 });
		expect((await meta.graph('GET', uploaded)).status).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 23 * 86_400 });
		expect((await meta.graph('GET', uploaded)).status).toBe(400);
	});

	it('belong to one number', async () => {
		const { id } = await meta.control('POST', 'media', { phoneNumberId: PHONE });
		const answer = await meta.graph('GET', `${id}?phone_number_id=${SECOND_PHONE}`);
		expect(answer.body.error).toMatchObject({ code: 100, error_subcode: 33 });
	});

	it('can be deleted', async () => {
		const { id } = await meta.control('POST', 'media', {});
		expect((await meta.graph('DELETE', `${id}?phone_number_id=${PHONE}`)).body).toEqual({
			success: true,
		});
		expect((await meta.graph('GET', id)).status).toBe(400);
	});

	it.each([
		['too large an image', 5 * 1024 * 1024 + 1, 'image/jpeg', 'image/jpeg', 131053],
		['a type that is not the file’s', 10, 'image/jpeg', 'video/mp4', 131053],
		['a file without a type', 10, 'application/octet-stream', 'image/jpeg', 100],
	])('refuse %s', async (_, size, mimeType, type, code) => {
		const answer = await upload(Buffer.alloc(size), mimeType, type);
		expect(answer).toMatchObject({ status: 400, body: { error: { code } } });
	});
});
