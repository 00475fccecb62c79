import { describe, expect, test } from '@jest/globals';

import { jsonOf, rawBodyOf } from '../../../nodes/WhatsAppCoexistence/callbacks/request-body';

type WebhookRequest = Parameters<typeof jsonOf>[0];

const BYTES = Buffer.from('{"entry":[{"id":"ñ"}]}');
const request = (parts: object) => parts as WebhookRequest;

describe('the bytes of a delivery', () => {
	test('are those that n8n has kept', async () => {
		const read = async () => await Promise.reject(new Error('It was read before.'));
		await expect(rawBodyOf(request({ rawBody: BYTES, readRawBody: read }))).resolves.toBe(BYTES);
	});

	test('are read where n8n has not done so', async () => {
		const unread: { rawBody?: Buffer; readRawBody(): Promise<void> } = {
			async readRawBody() {
				await Promise.resolve();
				this.rawBody = BYTES;
			},
		};
		await expect(rawBodyOf(request(unread))).resolves.toBe(BYTES);
	});

	test('are none where there is no body', async () => {
		await expect(rawBodyOf(request({}))).resolves.toEqual(Buffer.alloc(0));
	});

	test('are unknown where they cannot be read', async () => {
		const readRawBody = async () => await Promise.reject(new Error('request entity too large'));
		await expect(rawBodyOf(request({ readRawBody }))).resolves.toBeUndefined();
	});
});

describe('the JSON of a delivery', () => {
	const json = { entry: [{ id: 'ñ' }] };

	test('is what n8n has read of the same bytes', () => {
		const parts = { contentType: 'application/json', encoding: 'utf-8', body: json };
		expect(jsonOf(request(parts), Buffer.from('not read twice'))).toBe(json);
	});

	test.each([
		['as a form', { contentType: 'application/x-www-form-urlencoded', encoding: 'utf-8' }],
		['as another text', { contentType: 'text/plain', encoding: 'utf-8' }],
		['in another encoding', { contentType: 'application/json', encoding: 'utf-16' }],
		['without a header', {}],
	])('is read from the bytes where n8n has read them %s', (_name, parts) => {
		expect(jsonOf(request({ ...parts, body: { entry: 'forged' } }), BYTES)).toEqual(json);
	});

	test('is read from the bytes where n8n has read nothing', () => {
		const parts = { contentType: 'application/json', encoding: 'utf-8' };
		expect(jsonOf(request(parts), BYTES)).toEqual(json);
	});

	test('is unknown where the bytes are none', () => {
		expect(jsonOf(request({}), Buffer.from('{"entry":'))).toBeUndefined();
	});
});
