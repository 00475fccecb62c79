import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IBinaryData, IWebhookFunctions } from 'n8n-workflow';

import type { Media, TriggerEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { fetchFiles, type MediaChoice } from '../../../nodes/WhatsAppCoexistence/trigger/media';
import { credentialsOf, nodeWith, strict } from './hook-context.mts';

const LATER =
	'It can be fetched for 7 days with the WhatsApp Coexistence node, Media > Download, by its media ID.';
const NUMBER = '800000000000001';
const MEGABYTE = 1024 * 1024;
const CHOICE: MediaChoice = {
	groups: ['echoes', 'inbound'],
	types: ['image', 'document'],
	maximumMegabytes: 1,
	seconds: 5,
};

type Answering = (response: ServerResponse, request: IncomingMessage) => unknown;

/** Meta, with its files at its own address. */
let meta: Server;
let origin: string;
let answers: Map<string, Answering>;
/** The paths, with their queries, that were asked for. */
let asked: string[];

beforeEach(async () => {
	answers = new Map();
	asked = [];
	meta = createServer((request, response) => {
		asked.push(request.url!);
		const path = new URL(request.url!, origin).pathname.replace(/^\/v\d+\.\d+/, '');
		const nothing: Answering = () => response.writeHead(404).end('{}');
		(answers.get(path) ?? nothing)(response, request);
	});
	await new Promise<void>((resolve) => meta.listen(0, '127.0.0.1', resolve));
	origin = `http://127.0.0.1:${(meta.address() as AddressInfo).port}`;
});
afterEach(async () => {
	meta.closeAllConnections();
	await new Promise((resolve) => meta.close(resolve));
});

const withLength: (content: Buffer | string) => Answering = (content) => (response) =>
	response.writeHead(200, { 'content-length': Buffer.byteLength(content) }).end(content);
/** So that only reading it tells how large it is. */
const inPieces: (...pieces: Buffer[]) => Answering =
	(...pieces) =>
	(response) => {
		for (const piece of pieces) response.write(piece);
		response.end();
	};

/** n8n, which knows the extension of JPEGs alone. */
function n8n(fault?: Error): IWebhookFunctions {
	const { getCredentials, helpers } = credentialsOf({
		accessToken: 'token',
		businessAccountId: '900000000000001',
		appId: '700000000000001',
		appSecret: 'test_app_secret',
		baseUrl: origin,
	});
	const prepareBinaryData = async (content: Buffer, fileName: string, mimeType = 'none') => {
		await Promise.resolve();
		if (fault !== undefined) throw fault;
		const data = String(content.subarray(0, 20));
		const isJpeg = mimeType === 'image/jpeg';
		return { data, fileName, mimeType, ...(isJpeg && { fileExtension: 'jpg' }) };
	};
	return strict({
		getCredentials,
		getNode: () => nodeWith('media'),
		helpers: strict({
			...helpers,
			prepareBinaryData,
		}),
	});
}

const withMedia = (media: object | undefined, more: object = {}, type = 'image') =>
	({
		event: 'inbound.message',
		isHistory: false,
		phoneNumberId: NUMBER,
		message: { type, ...(media !== undefined && { media }) },
		...more,
	}) as unknown as TriggerEvent;

const mediaOf = (event: TriggerEvent) =>
	(event as unknown as { message: { media: Media } }).message.media;
const reasonOf = (event: TriggerEvent) => mediaOf(event).notDownloaded;

/** An event whose file is at an address of Meta's that answers so. */
function eventWithFile(id: string, answering: Answering, media: object = {}, type = 'image') {
	answers.set(`/files/${id}`, answering);
	return withMedia(
		{ id, url: `${origin}/files/${id}`, mimeType: 'image/jpeg', ...media },
		{},
		type,
	);
}

const fetchOne = async (
	event: TriggerEvent,
	choice: MediaChoice | undefined = CHOICE,
	context = n8n(),
): Promise<IBinaryData | undefined> => (await fetchFiles(context, [event], choice)).get(event);

describe('a file', () => {
	test('comes with its event, named by its media ID', async () => {
		const event = eventWithFile('11', withLength('a picture'));
		expect(await fetchOne(event)).toEqual({
			data: 'a picture',
			fileName: '11.jpg',
			mimeType: 'image/jpeg',
			fileExtension: 'jpg',
		});
		expect(mediaOf(event)).not.toHaveProperty('notDownloaded');
		expect(asked).toEqual(['/files/11']);
	});

	test.each<[string, object, string]>([
		['the name that the customer gave it', { fileName: 'order.pdf' }, 'order.pdf'],
		['its media ID alone where n8n knows no extension', { mimeType: 'x/unknown' }, '11'],
	])('has %s', async (_what, media, fileName) => {
		expect(await fetchOne(eventWithFile('11', withLength('content'), media))).toMatchObject({
			fileName,
		});
	});

	test.each<[string, string | null, string]>([
		['of the number it came to', NUMBER, `phone_number_id=${NUMBER}`],
		['of no number, where none is known', null, ''],
	])('is looked up by its ID where no address came with it: %s', async (_of, phoneNumberId, qs) => {
		answers.set('/files/11', withLength('content'));
		answers.set('/11', (response) =>
			response.end(JSON.stringify({ id: '11', url: `${origin}/files/11` })),
		);
		const file = await fetchOne(withMedia({ id: '11' }, { phoneNumberId }));
		expect(file).toMatchObject({ data: 'content' });
		expect(asked).toHaveLength(2);
		expect(asked[0]!.includes('phone_number_id')).toBe(qs !== '');
		expect(asked[0]).toContain(qs);
	});

	test('may be as large as is allowed, and no larger, whether or not Meta says its size', async () => {
		const allowed = Buffer.alloc(MEGABYTE, 'a');
		const larger = Buffer.concat([allowed, Buffer.from('b')]);
		const halves = [larger.subarray(0, MEGABYTE / 2), larger.subarray(MEGABYTE / 2)];
		const reason = `It is larger than 1 MB. ${LATER}`;
		const events = [
			eventWithFile('1', withLength(allowed)),
			eventWithFile('2', inPieces(allowed)),
			eventWithFile('3', withLength(larger)),
			eventWithFile('4', inPieces(...halves)),
		];
		const files = await fetchFiles(n8n(), events, CHOICE);
		expect(events.map((event) => files.has(event))).toEqual([true, true, false, false]);
		expect(events.map(reasonOf)).toEqual([undefined, undefined, reason, reason]);
	});

	test('that is larger, as Meta says, is not read to its end', async () => {
		const endless: Answering = (response) =>
			response.writeHead(200, { 'content-length': 100 * MEGABYTE }).write('the beginning');
		const event = eventWithFile('11', endless);
		expect(await fetchOne(event)).toBeUndefined();
		expect(reasonOf(event)).toBe(`It is larger than 1 MB. ${LATER}`);
	});
});

describe('nobody is asked for a file', () => {
	const file = { id: '11' };
	test.each<[string, TriggerEvent, MediaChoice | undefined]>([
		['where none are wanted', withMedia(file), undefined],
		['of a group that was not chosen', withMedia(file), { ...CHOICE, groups: ['echoes'] }],
		['where the message has none', withMedia(undefined), CHOICE],
		['of what is no message', { event: 'contact.saved' } as TriggerEvent, CHOICE],
	])('%s, and nothing is said', async (_where, event, choice) => {
		const before = structuredClone(event);
		const idle = strict<IWebhookFunctions>({});
		expect((await fetchFiles(idle, [event], choice)).size).toBe(0);
		expect(event).toEqual(before);
	});

	test('of a type that was not chosen, which is said', async () => {
		const event = eventWithFile('11', withLength('content'), {}, 'video');
		expect(await fetchOne(event)).toBeUndefined();
		expect(reasonOf(event)).toBe(`Files of type video are not downloaded. ${LATER}`);
		expect(asked).toEqual([]);
	});

	test('without a media ID, which is said', async () => {
		const event = withMedia({ url: `${origin}/files/11` });
		expect(await fetchOne(event)).toBeUndefined();
		expect(reasonOf(event)).toBe('Meta gave no media ID to download it with.');
		expect(asked).toEqual([]);
	});
});

describe('a file that cannot be had leaves its event, with the reason', () => {
	const refusing: (status: number, error: object) => Answering = (status, error) => (response) =>
		response.writeHead(status).end(JSON.stringify({ error }));
	const GONE =
		'Meta does not have it any more, or does not give it to the access token of the credential.';

	test.each<[string, Answering, string | RegExp]>([
		['Meta does not find it', refusing(404, {}), GONE],
		['there is no such object', refusing(400, { code: 100, error_subcode: 33 }), GONE],
		[
			'Meta refuses',
			refusing(400, { code: 190 }),
			/^The access token has expired or is not valid \(Meta code 190\)\. .+\. It can be fetched for 7 days with/,
		],
		[
			'the line breaks',
			(response) => {
				response.writeHead(200, { 'content-length': 100 }).write('the beginning');
				setTimeout(20).then(
					() => response.destroy(),
					() => {},
				);
			},
			/^The download broke off: .+\. It can be fetched for 7 days with/,
		],
	])('%s', async (_what, answering, reason) => {
		const event = eventWithFile('11', answering);
		expect(await fetchOne(event)).toBeUndefined();
		expect(reasonOf(event)).toMatch(
			typeof reason === 'string' ? new RegExp(`^${reason}$`) : reason,
		);
	});

	test('n8n has no room', async () => {
		const event = eventWithFile('11', withLength('content'));
		expect(await fetchOne(event, CHOICE, n8n(new Error('The disk is full')))).toBeUndefined();
		expect(reasonOf(event)).toBe(`n8n could not keep it: The disk is full. ${LATER}`);
	});

	test('and the others come nevertheless', async () => {
		const events = [
			eventWithFile('1', refusing(404, {})),
			eventWithFile('2', withLength('second')),
		];
		const files = await fetchFiles(n8n(), events, CHOICE);
		expect([...files.keys()]).toEqual([events[1]]);
	});
});

describe('the time limit', () => {
	let limit: jest.SpiedFunction<typeof AbortSignal.timeout>;
	let isOver: () => void;
	beforeEach(() => {
		const limited = new AbortController();
		isOver = () => limited.abort(new DOMException('The operation timed out', 'TimeoutError'));
		limit = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(limited.signal);
	});
	afterEach(() => limit.mockRestore());

	test('is for all files of a delivery together, and those that have arrived stay', async () => {
		const quick = eventWithFile('1', withLength('content'));
		const slow = Array.from({ length: 9 }, (_, index) => eventWithFile(`${index + 2}`, () => {}));
		const fetched = fetchFiles(n8n(), [quick, ...slow], { ...CHOICE, seconds: 1 });
		const underWay = () => asked.filter((path) => path !== '/files/1');
		// The quick one has arrived, and the fourth of the others has its place.
		while (underWay().length < 4) await setTimeout(5);
		isOver();
		const files = await fetched;
		expect(limit).toHaveBeenCalledTimes(1);
		expect(limit).toHaveBeenCalledWith(1_000);
		expect([...files.keys()]).toEqual([quick]);
		const reason = `The time limit of 1 s was over before it had arrived. ${LATER}`;
		expect(new Set(slow.map(reasonOf))).toEqual(new Set([reason]));
		await setTimeout(50);
		// Nothing is fetched for nobody.
		expect(underWay()).toHaveLength(4);
	});

	test('breaks off what is on its way', async () => {
		let closed = () => {};
		const brokenOff = new Promise<void>((resolve) => {
			closed = resolve;
		});
		const event = eventWithFile('1', (response) => {
			response.on('close', closed).write('begins');
			isOver();
		});
		await fetchOne(event, { ...CHOICE, seconds: 1 });
		await brokenOff;
		expect(reasonOf(event)).toMatch('The time limit of 1 s was over');
	});
});

test('four files are fetched at a time', async () => {
	let underWay = 0;
	let most = 0;
	const slowly: Answering = async (response) => {
		most = Math.max(most, ++underWay);
		await setTimeout(100);
		underWay--;
		response.end('content');
	};
	const events = Array.from({ length: 10 }, (_, index) => eventWithFile(`${index}`, slowly));
	expect((await fetchFiles(n8n(), events, CHOICE)).size).toBe(10);
	expect(most).toBe(4);
});
