import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;

beforeAll(async () => {
	meta = await metaForTest();
});

afterEach(() => {
	meta.world.sentMessages.length = 0;
});

afterAll(async () => await meta.close());

const requests = async () => await meta.control.get<RecordedRequest[]>('/requests');

const CUSTOMER = '34600333444';
const number = { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId };
const values = (...entries: IDataObject[]) => ({ values: entries });

const run = async (operation: string, parameters: IDataObject, more: IDataObject = {}) =>
	await runAction({
		credential: meta.credential,
		parameters: {
			resource: 'message',
			operation,
			phoneNumberId: number,
			to: CUSTOMER,
			...parameters,
		},
		...more,
	});

/** What a user fills in to send one of each, and which type of message reaches Meta. */
const SENDABLE: Array<[operation: string, parameters: IDataObject, type: string]> = [
	['sendText', { text: 'hola', options: { previewUrl: true } }, 'text'],
	['sendLocation', { latitude: '37.4', longitude: '-122.1', placeName: 'Shop' }, 'location'],
	['sendContacts', { contacts: values({ firstName: 'Marta' }) }, 'contacts'],
	['sendReaction', { messageId: 'wamid.M1', emoji: '👍' }, 'reaction'],
	['sendReaction', { messageId: 'wamid.M1', emoji: '' }, 'reaction'],
	['sendRaw', { message: '{ "type": "text", "text": { "body": "hola" } }' }, 'text'],
	...['audio', 'document', 'image', 'sticker', 'video'].map(
		(mediaType): [string, IDataObject, string] => [
			'sendMedia',
			{ mediaType, source: 'url', mediaUrl: 'https://flowers.test/file' },
			mediaType,
		],
	),
	...interactiveKinds().map(([kind, parameters]): [string, IDataObject, string] => [
		'sendInteractive',
		{ kind, body: 'Please choose', ...parameters },
		'interactive',
	]),
	[
		'sendTemplate',
		{
			template: { __rl: true, mode: 'list', value: 'order_ready|es' },
			variables: {
				mappingMode: 'defineBelow',
				value: { 'body.text.1': 'Marta', 'body.text.2': 'A-17' },
				schema: [],
			},
		},
		'template',
	],
	[
		'sendTemplate',
		{
			template: { __rl: true, mode: 'name', value: 'coupon|en_US' },
			variablesMode: 'json',
			componentsJson: [
				{ type: 'body', parameters: [{ type: 'text', text: '25%' }] },
				{
					type: 'button',
					sub_type: 'copy_code',
					index: '0',
					parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }],
				},
			],
		},
		'template',
	],
];

function interactiveKinds(): Array<[string, IDataObject]> {
	const catalogId = '1700000000000001';
	const card = (name: string) => ({
		media: `https://flowers.test/${name}.jpg`,
		text: name,
		buttonText: 'Order',
		url: `https://flowers.test/${name}`,
	});
	return [
		['replyButtons', { buttons: values({ title: 'Yes', id: 'yes' }, { title: 'No' }) }],
		[
			'list',
			{ buttonText: 'Choose', sections: values({ rows: values({ title: 'Roses', id: 'r' }) }) },
		],
		['urlButton', { buttonText: 'See', url: 'https://flowers.test/offer' }],
		['locationRequest', {}],
		['contactRequest', {}],
		[
			'flow',
			{
				flowId: { __rl: true, mode: 'list', value: '900500000000001' },
				buttonText: 'Book',
				screen: 'WELCOME',
			},
		],
		['product', { catalogId, productId: 'roses-12' }],
		[
			'productList',
			{ headerText: 'For you', catalogId, sections: values({ title: 'Red', productIds: 'a, b' }) },
		],
		['catalog', {}],
		['mediaCarousel', { cards: values(card('roses'), card('tulips')) }],
		[
			'mediaCarousel',
			{
				cardButtons: 'reply',
				cards: values(
					{ media: 'https://flowers.test/a.jpg', buttons: values({ title: 'Order', id: 'a' }) },
					{ media: 'https://flowers.test/b.jpg', buttons: values({ title: 'Order', id: 'b' }) },
				),
			},
		],
		['productCarousel', { catalogId, productIds: 'roses-12, tulips-20' }],
	];
}

describe('one message of each type', () => {
	it.each(SENDABLE)('%s %j is accepted', async (operation, parameters, type) => {
		const { items, error } = await run(operation, parameters);
		expect(error).toBeUndefined();
		expect(misfitOf('message', operation, items)).toBeNull();
		const sent = meta.world.sentMessages[0]!;
		expect(sent).toMatchObject({ recipient: CUSTOMER, lost: false, body: { type } });
		expect(items).toEqual([
			{
				json: {
					messageId: sent.id,
					recipient: CUSTOMER,
					status: 'accepted',
					messaging_product: 'whatsapp',
					contacts: [{ input: CUSTOMER, wa_id: CUSTOMER }],
					messages: [expect.objectContaining({ id: sent.id })],
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('goes to a user ID by `recipient` and is not lost', async () => {
		const { items } = await run('sendText', { to: 'ES.4815162342ABC', text: 'hola' });
		expect(items[0]!.json).toMatchObject({ recipient: 'ES.4815162342ABC' });
		expect(meta.world.sentMessages).toMatchObject([{ lost: false }]);
	});

	it('goes to a group', async () => {
		const to = Buffer.from('capi_group:34600111222:120363000000000001').toString('base64');
		await run('sendText', { to, text: 'hola' });
		expect(meta.world.sentMessages[0]!.body).toMatchObject({ recipient_type: 'group', to });
	});

	it('quotes a message and carries callback data', async () => {
		const options = { replyTo: 'wamid.M1', callbackData: 'order-17' };
		await run('sendLocation', { latitude: 1, longitude: 2, options });
		expect(meta.world.sentMessages[0]!.body).toMatchObject({
			context: { message_id: 'wamid.M1' },
			biz_opaque_callback_data: 'order-17',
		});
	});

	it('takes its parameters from each item', async () => {
		const items = ['hola', 'adiós'].map((text) => ({ json: { text } }));
		await run('sendText', { text: '={{ $json.text }}' }, { items });
		expect(meta.world.sentMessages.map(({ body }) => body.text)).toMatchObject([
			{ body: 'hola' },
			{ body: 'adiós' },
		]);
	});
});

describe('a file of the input item', () => {
	const itemWith = (mimeType: string, content: Buffer, fileName: string) => ({
		items: [
			{ json: {}, binary: { data: { data: content.toString('base64'), mimeType, fileName } } },
		],
	});

	it('is uploaded and sent under its own name', async () => {
		const content = Buffer.from('%PDF-1.7 an invoice');
		const { error } = await run(
			'sendMedia',
			{ mediaType: 'document', caption: 'Your invoice' },
			itemWith('application/pdf', content, 'invoice.pdf'),
		);
		expect(error).toBeUndefined();
		const [media] = meta.world.media;
		expect(media).toMatchObject({ fileName: 'invoice.pdf', mimeType: 'application/pdf', content });
		expect(meta.world.sentMessages[0]!.body).toMatchObject({
			document: { id: media!.id, filename: 'invoice.pdf', caption: 'Your invoice' },
		});
	});

	it('is sent as voice note under the type that Meta takes, whatever the recorder called it', async () => {
		const { error } = await run(
			'sendMedia',
			{ mediaType: 'audio', voice: true },
			itemWith('audio/opus', Buffer.from('OggS'), 'note.opus'),
		);
		expect(error).toBeUndefined();
		expect(meta.world.media.at(-1)).toMatchObject({ mimeType: 'audio/ogg; codecs=opus' });
	});

	it.each([
		['image', 'photo.png', '89504e470d0a1a0a', 'image/png'],
		['document', 'report.pdf', '00', 'application/pdf'],
	])('is sent as %s where n8n knows no type of %s', async (mediaType, fileName, hex, mimeType) => {
		const content = Buffer.from(hex, 'hex');
		const { error } = await run(
			'sendMedia',
			{ mediaType },
			itemWith('application/octet-stream', content, fileName),
		);
		expect(error).toBeUndefined();
		expect(meta.world.media.at(-1)).toMatchObject({ mimeType, content });
	});

	it('is not uploaded where the message could not be sent', async () => {
		const before = meta.world.media.length;
		const { error } = await run(
			'sendMedia',
			{ to: 'Marta', mediaType: 'document' },
			itemWith('application/pdf', Buffer.from('%PDF-1.7'), 'invoice.pdf'),
		);
		expect(error?.message).toContain('“To” is neither');
		expect(meta.world.media).toHaveLength(before);
	});

	it('that Meta would not take is named before anything is sent', async () => {
		const { error } = await run(
			'sendMedia',
			{ mediaType: 'image' },
			itemWith('image/gif', Buffer.from('GIF89a'), 'roses.gif'),
		);
		expect(error).toMatchObject({
			message: 'WhatsApp does not take a file of type image/gif as image',
			description: expect.stringContaining('“roses.gif” would have to be one of image/jpeg'),
			context: { itemIndex: 0 },
		});
	});
});

describe('what cannot be sent', () => {
	it.each<[string, IDataObject, string]>([
		['sendText', { text: '={{ "" }}' }, '“Text” is empty'],
		['sendText', { text: 'hola', to: 'Marta' }, '“To” is neither a phone number'],
		['sendText', { text: 'hola', to: '={{ $json.nobody }}' }, '“To” is empty'],
		[
			'sendText',
			{ text: 'hola', phoneNumberId: { __rl: true, mode: 'id', value: '={{ $json.none }}' } },
			'“Phone Number” is missing',
		],
		[
			'markAsRead',
			{
				messageId: 'wamid.M1',
				phoneNumberId: { __rl: true, mode: 'id', value: '={{ "+34 600 111 222" }}' },
			},
			'“Phone Number” has to be a phone number ID',
		],
		[
			'sendText',
			{ text: 'hola', options: { callbackData: 'a'.repeat(513) } },
			'“Callback Data” has 513 characters; at most 512 fit',
		],
		[
			'sendText',
			{ text: 'hola', options: { replyTo: 'order-17' } },
			'“Reply to Message ID” has to be a message ID',
		],
		['sendLocation', { latitude: '100', longitude: '0' }, '“Latitude” has to be at most 90'],
		['sendContacts', {}, '“Contacts” needs at least 1 entry'],
		['sendReaction', { messageId: '={{ "" }}', emoji: '👍' }, '“Message ID” is empty'],
		['sendInteractive', { body: 'Which?' }, '“Buttons” needs at least 1 entry'],
		['sendMedia', { source: 'url', mediaUrl: 'file' }, '“URL” has to be a URL'],
		['sendMedia', {}, 'binary'],
		[
			'sendTemplate',
			{ template: { __rl: true, mode: 'name', value: '={{ "order_ready" }}' } },
			'“Template” does not name a template',
		],
		['sendRaw', { message: '{}' }, '“Message > type” is missing'],
		['markAsRead', { messageId: 'order-17' }, '“Message ID” has to be a message ID'],
	])(
		'%s %j is refused by the node, and Meta hears nothing',
		async (operation, entered, message) => {
			const before = (await requests()).length;
			const { items, error } = await run(operation, entered);
			expect(error?.message).toContain(message);
			expect(error?.context?.itemIndex).toBe(0);
			expect(items).toEqual([]);
			expect(await requests()).toHaveLength(before);
		},
	);

	it.each<[string, IDataObject, number]>([
		['sendText', { text: 'hola', to: '34600111222' }, 131021],
		['sendMedia', { source: 'id', mediaId: '1' }, 131009],
		['sendRaw', { message: '{ "type": "hologram", "hologram": {} }' }, 100],
		['sendTemplate', { template: { __rl: true, mode: 'name', value: 'nowhere|es' } }, 132001],
		['sendTemplate', { template: { __rl: true, mode: 'name', value: 'order_ready|es' } }, 132000],
		[
			'sendTemplate',
			{ template: { __rl: true, mode: 'name', value: 'old_promotion|en_US' } },
			132015,
		],
	])('%s %j is refused by Meta, and the code is told', async (operation, entered, code) => {
		const { error } = await run(operation, entered);
		expect(error?.message).toContain(`(Meta code ${code})`);
		expect(error?.description).toMatch(/Meta says “.+”\./);
		expect(meta.world.sentMessages).toEqual([]);
	});

	it('is given as data if the workflow goes on, and the other items are sent', async () => {
		const items = ['', 'hola'].map((text) => ({ json: { text } }));
		const outcome = await run(
			'sendText',
			{ text: '={{ $json.text }}' },
			{
				items,
				continueOnFail: true,
			},
		);
		expect(outcome.error).toBeUndefined();
		expect(outcome.items).toMatchObject([
			{ json: { message: '“Text” is empty' }, pairedItem: { item: 0 } },
			{ json: { status: 'accepted' }, pairedItem: { item: 1 } },
		]);
	});
});

describe('Mark as Read', () => {
	it.each([true, false])('tells Meta, with the typing indicator: %s', async (typing) => {
		const { items } = await run('markAsRead', { messageId: 'wamid.M1', typing });
		expect(items[0]!.json).toEqual({ messageId: 'wamid.M1', success: true });
		expect(misfitOf('message', 'markAsRead', items)).toBeNull();
		const request = (await requests()).at(-1);
		expect(request?.body).toEqual({
			messaging_product: 'whatsapp',
			status: 'read',
			message_id: 'wamid.M1',
			...(typing ? { typing_indicator: { type: 'text' } } : {}),
		});
	});
});
