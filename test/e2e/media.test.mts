import { createHash } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { Execution, JsonObject } from '../../sandbox/n8n/rest.mts';
import { TRIGGER } from './hosts.mts';
import { startStage, type Stage } from './stage.mts';

const HASH = 'What has come';
const FILES = '/whatsapp_business/attachments';

jest.setTimeout(120_000);

let stage: Stage;
let workflowId: string;
let executions = 0;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	const workflow = stage.workflow({
		webhookId: 'media',
		parameters: {
			options: {
				downloadMedia: {
					media: {
						groups: ['inbound'],
						types: ['audio', 'document', 'image', 'video'],
						maximumMegabytes: 1,
						seconds: 2,
					},
				},
			},
		},
	});
	workflow.nodes.push({
		id: 'hash',
		name: HASH,
		type: 'n8n-nodes-base.crypto',
		typeVersion: 1,
		position: [300, 0],
		onError: 'continueRegularOutput',
		parameters: {
			action: 'hash',
			type: 'SHA256',
			binaryData: true,
			binaryPropertyName: 'data',
			dataPropertyName: 'sha256',
		},
	});
	const inbound = [{ node: HASH, type: 'main', index: 0 }];
	workflow.connections = { [TRIGGER]: { main: [[], [], [], inbound] } };
	workflowId = await rest.createWorkflow(workflow);
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
});
afterAll(async () => await stage?.stop());
beforeEach(async () => {
	await stage.meta.control.delete('/faults');
});

interface Received {
	/** Of the file that came with the event, if one did. */
	sha256: unknown;
	/** Why none did. */
	notDownloaded: unknown;
}

/** A customer sends a file, and n8n runs. */
async function send(type: string, mimeType: string, media: JsonObject = {}): Promise<Received> {
	const { id, url } = await stage.meta.control.post<{ id: string; url: string }>('/media', {
		mimeType,
		...media,
	});
	const metadata = { display_phone_number: '34600111222', phone_number_id: DEFAULT.phoneNumberId };
	const message = {
		from: '34600333444',
		id: `wamid.${id}`,
		timestamp: String(Math.floor(Date.now() / 1000)),
		type,
		[type]: { id, mime_type: mimeType, url },
	};
	await stage.meta.control.post('/deliver', {
		field: 'messages',
		value: { messaging_product: 'whatsapp', metadata, messages: [message] },
	});
	await stage.meta.control.post('/drain');
	const finished = await stage.n8n.rest.finishedExecutions(workflowId, ++executions);
	const eventOf = (execution: Execution) =>
		execution.output(TRIGGER).flat()[0] as { message: { id: string; media: JsonObject } };
	const run = finished.find((execution) => eventOf(execution).message.id === message.id)!;
	const event = eventOf(run);
	const hashed = run.output(HASH)[0]![0]!;
	return { sha256: hashed.sha256, notDownloaded: event.message.media.notDownloaded };
}

describe('a file comes with the event, byte for byte', () => {
	test.each([
		['image', 'image/jpeg'],
		['video', 'video/mp4'],
		['audio', 'audio/ogg; codecs=opus'],
		['document', 'application/pdf'],
	])('%s', async (type, mimeType) => {
		const content = Buffer.from(`a ${type} \u0000\u00ff`);
		const { sha256, notDownloaded } = await send(type, mimeType, {
			contentBase64: content.toString('base64'),
		});
		expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
		expect(notDownloaded).toBeUndefined();
	});

	test('also where its address has expired', async () => {
		await stage.meta.control.post('/faults', { path: FILES, status: 404, times: 1 });
		const { sha256 } = await send('image', 'image/png');
		expect(sha256).toBe(createHash('sha256').update(Buffer.alloc(1024)).digest('hex'));
	});
});

describe('a file that cannot be had leaves the event, with the reason', () => {
	test.each([
		['gone for good', 'image', {}, { path: FILES, status: 404, times: 10 }],
		['too large', 'document', { sizeBytes: 2 * 1024 * 1024 }, undefined],
		['of a kind that is not wanted', 'sticker', {}, undefined],
		['too slow', 'video', { sizeBytes: 200_000, bytesPerSecond: 20_000 }, undefined],
	])('%s', async (_name, type, media, fault) => {
		if (fault) await stage.meta.control.post('/faults', fault);
		const { sha256, notDownloaded } = await send(type, 'application/octet-stream', media);
		expect(sha256).toBeUndefined();
		expect(notDownloaded).toEqual(expect.stringMatching(/\w+/));
	});
});
