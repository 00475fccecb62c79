import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
	connectMeta,
	type Meta,
	PHONE,
	type Receiver,
	SECOND_PHONE,
	startReceiver,
	subscribe,
} from './meta-client.mts';

let meta: Meta;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(() => meta.control('POST', 'reset'));

const envelope = { messaging_product: 'whatsapp', to: '+34600333444' };
const send = (message: object) =>
	meta.graph('POST', `${PHONE}/messages`, { ...envelope, ...message });
const sendInteractive = (interactive: object) => send({ type: 'interactive', interactive });
const sendTemplate = (name: string, components?: object[], code = 'en_US') =>
	send({ type: 'template', template: { name, language: { code }, components } });

const body = { text: 'Choose' };
const link = 'https://flowers.test/rose.jpg';
const replyButton = (id: string, title = id) => ({ type: 'reply', reply: { id, title } });
const row = (id: string) => ({ id, title: `Row ${id}` });
const urlAction = {
	name: 'cta_url',
	parameters: { display_text: 'Shop', url: 'https://flowers.test/' },
};
const card = (card_index: number, action: object = urlAction) => ({
	card_index,
	header: { type: 'image', image: { link } },
	action,
});
const text = (value: string) => ({ type: 'text', text: value });
const named = (parameter_name: string, value: string) => ({ ...text(value), parameter_name });

describe('an accepted message', () => {
	it('gets a wamid that decodes to recipient, direction and an 18-digit token', async () => {
		const { status, body: answer } = await send({ type: 'text', text: { body: 'hola' } });
		expect(status).toBe(200);
		expect(answer.contacts).toEqual([{ input: '+34600333444', wa_id: '34600333444' }]);
		const bytes = Buffer.from(answer.messages[0].id.replace('wamid.', ''), 'base64');
		expect(bytes.toString('latin1')).toMatch(
			/^\x1c\x18\x0b34600333444\x15\x02\x00\x11\x18\x12[0-9A-F]{18}\x00$/,
		);
	});

	it('names a user id by user_id, without wa_id', async () => {
		const { body: answer } = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			recipient: 'ES.4815162342ABC',
			text: { body: 'hola' },
		});
		expect(answer.contacts).toEqual([{ input: 'ES.4815162342ABC', user_id: 'ES.4815162342ABC' }]);
	});

	it('is lost when a user id stands in `to`', async () => {
		const { status } = await send({ to: 'ES.4815162342ABC', text: { body: 'hola' } });
		expect(status).toBe(200);
		expect(await meta.control('GET', 'messages')).toMatchObject([{ lost: true }]);
	});

	it('goes to `to` when both are given', async () => {
		const { body: answer } = await send({ recipient: 'ES.4815162342ABC', text: { body: 'hola' } });
		expect(answer.contacts[0].wa_id).toBe('34600333444');
	});

	it('names the group', async () => {
		const { body: answer } = await send({
			recipient_type: 'group',
			to: 'Y2FwaV9ncm91cDox',
			text: { body: 'hola' },
		});
		expect(answer.messages[0].group_id).toBe('Y2FwaV9ncm91cDox');
	});
});

const accepted: Array<[string, object]> = [
	['text', { type: 'text', text: { body: 'x'.repeat(4096), preview_url: true } }],
	['a reply', { text: { body: 'hola' }, context: { message_id: 'wamid.M1' } }],
	['callback data', { text: { body: 'hola' }, biz_opaque_callback_data: 'x'.repeat(512) }],
	['image', { type: 'image', image: { link, caption: 'x'.repeat(1024) } }],
	['video', { type: 'video', video: { link } }],
	['audio', { type: 'audio', audio: { link, voice: true } }],
	['document', { type: 'document', document: { link, filename: 'order.pdf', caption: 'x' } }],
	['sticker', { type: 'sticker', sticker: { link } }],
	['location', { type: 'location', location: { latitude: '40.4', longitude: -3.7, name: 'Here' } }],
	[
		'contacts',
		{
			type: 'contacts',
			contacts: [
				{
					name: { formatted_name: 'Marta Gil', first_name: 'Marta' },
					phones: [{ phone: '+34600333444', type: 'Mobile' }],
					birthday: '1990-05-01',
				},
			],
		},
	],
	['reaction', { type: 'reaction', reaction: { message_id: 'wamid.M1', emoji: '👍🏽' } }],
	['removal of a reaction', { type: 'reaction', reaction: { message_id: 'wamid.M1', emoji: '' } }],
];

const acceptedInteractive: Array<[string, object]> = [
	[
		'reply buttons',
		{
			type: 'button',
			header: { type: 'text', text: 'Hi' },
			body,
			footer: { text: 'Bye' },
			action: { buttons: ['a', 'b', 'c'].map((id) => replyButton(id)) },
		},
	],
	['list', { type: 'list', body, action: { button: 'See', sections: [{ rows: [row('1')] }] } }],
	['URL button', { type: 'cta_url', body, action: urlAction }],
	[
		'location request',
		{ type: 'location_request_message', body, action: { name: 'send_location' } },
	],
	[
		'contact request',
		{ type: 'request_contact_info', body, action: { name: 'request_contact_info' } },
	],
	[
		'flow',
		{
			type: 'flow',
			body,
			action: {
				name: 'flow',
				parameters: {
					flow_message_version: '3',
					flow_id: '900500000000001',
					flow_cta: 'Book',
					flow_action: 'navigate',
					flow_action_payload: { screen: 'START', data: { day: 1 } },
				},
			},
		},
	],
	['product', { type: 'product', action: { catalog_id: '1', product_retailer_id: 'roses' } }],
	[
		'product list',
		{
			type: 'product_list',
			header: { type: 'text', text: 'New' },
			body,
			action: {
				catalog_id: '1',
				sections: [{ title: 'Roses', product_items: [{ product_retailer_id: 'roses' }] }],
			},
		},
	],
	['catalog', { type: 'catalog_message', body, action: { name: 'catalog_message' } }],
	['carousel', { type: 'carousel', body, action: { cards: [card(0), card(1)] } }],
];

describe('accepts', () => {
	it.each(accepted)('%s', async (_, message) => {
		expect(await send(message)).toMatchObject({ status: 200 });
	});
	it.each(acceptedInteractive)('interactive %s', async (_, interactive) => {
		expect(await sendInteractive(interactive)).toMatchObject({ status: 200 });
	});
	it('a read receipt with and without typing indicator', async () => {
		const receipt = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.M1' };
		for (const typing of [{}, { typing_indicator: { type: 'text' } }]) {
			const answer = await meta.graph('POST', `${PHONE}/messages`, { ...receipt, ...typing });
			expect(answer).toEqual({ status: 200, body: { success: true } });
		}
		expect(await meta.control('GET', 'messages')).toEqual([]);
	});
});

describe('refuses', () => {
	it.each<[string, object, number, RegExp]>([
		[
			'no product',
			{ messaging_product: undefined, text: { body: 'x' } },
			100,
			/messaging_product is required/,
		],
		['no recipient', { to: undefined, text: { body: 'x' } }, 100, /to is required/],
		['an unknown key at the top', { text: { body: 'x' }, foo: 1 }, 100, /Unexpected key "foo"/],
		[
			'an unknown key inside',
			{ text: { body: 'x', bold: true } },
			100,
			/Unexpected key "bold" on param "text"/,
		],
		[
			'content of another type',
			{ text: { body: 'x' }, image: { link } },
			100,
			/Unexpected key "image"/,
		],
		['an unknown type', { type: 'poll', poll: {} }, 100, /Param type must be one of/],
		[
			'a long text',
			{ text: { body: 'x'.repeat(4097) } },
			100,
			/text\['body'\] must be at most 4096/,
		],
		['an empty text', { text: { body: '' } }, 100, /Invalid parameter/],
		[
			'long callback data',
			{ text: { body: 'x' }, biz_opaque_callback_data: 'x'.repeat(513) },
			100,
			/at most 512/,
		],
		['id and link', { type: 'image', image: { link, id: '1' } }, 100, /Invalid parameter/],
		['neither id nor link', { type: 'image', image: {} }, 100, /Invalid parameter/],
		[
			'a caption on audio',
			{ type: 'audio', audio: { link, caption: 'x' } },
			100,
			/Unexpected key "caption"/,
		],
		[
			'a latitude of 91',
			{ type: 'location', location: { latitude: 91, longitude: 0 } },
			100,
			/Invalid parameter/,
		],
		[
			'a contact with only a formatted name',
			{ type: 'contacts', contacts: [{ name: { formatted_name: 'M' } }] },
			100,
			/Invalid parameter/,
		],
		[
			'two emoji',
			{ type: 'reaction', reaction: { message_id: 'wamid.M1', emoji: '👍👍' } },
			100,
			/Invalid parameter/,
		],
		[
			'a reaction as a reply',
			{
				type: 'reaction',
				reaction: { message_id: 'wamid.M1', emoji: '👍' },
				context: { message_id: 'wamid.M2' },
			},
			131009,
			/not valid/,
		],
		['a word as recipient', { to: 'marta', text: { body: 'x' } }, 131009, /not valid/],
		['the sender as recipient', { to: '+34 600-111-222', text: { body: 'x' } }, 131021, /sender/],
		['an unknown media id', { type: 'image', image: { id: '123' } }, 131009, /not valid/],
	])('%s', async (_, message, code, expected) => {
		const { status, body: answer } = await send(message);
		expect(status).toBe(400);
		expect(answer.error).toMatchObject({ code, message: expect.stringMatching(expected) });
	});

	it.each<[string, object, number]>([
		['an unknown kind', { type: 'quiz', body }, 131009],
		['no body', { type: 'button', action: { buttons: [replyButton('a')] } }, 131008],
		[
			'four buttons',
			{
				type: 'button',
				body,
				action: { buttons: ['a', 'b', 'c', 'd'].map((id) => replyButton(id)) },
			},
			131009,
		],
		[
			'a title of 21 characters',
			{ type: 'button', body, action: { buttons: [replyButton('a', 'x'.repeat(21))] } },
			131009,
		],
		[
			'two buttons with one id',
			{ type: 'button', body, action: { buttons: [replyButton('a', 'A'), replyButton('a', 'B')] } },
			131009,
		],
		[
			'a body of 1025 characters',
			{ type: 'cta_url', body: { text: 'x'.repeat(1025) }, action: urlAction },
			131009,
		],
		[
			'eleven rows',
			{
				type: 'list',
				body,
				action: {
					button: 'See',
					sections: [{ rows: Array.from({ length: 11 }, (_, index) => row(String(index))) }],
				},
			},
			131009,
		],
		[
			'two sections without titles',
			{
				type: 'list',
				body,
				action: { button: 'See', sections: [{ rows: [row('1')] }, { rows: [row('2')] }] },
			},
			131009,
		],
		[
			'a list with a media header',
			{
				type: 'list',
				header: { type: 'image', image: { link } },
				body,
				action: { button: 'See', sections: [{ rows: [row('1')] }] },
			},
			131009,
		],
		[
			'a product list without header',
			{
				type: 'product_list',
				body,
				action: { catalog_id: '1', sections: [{ product_items: [{ product_retailer_id: 'r' }] }] },
			},
			131008,
		],
		[
			'a flow by id and by name',
			{
				type: 'flow',
				body,
				action: {
					name: 'flow',
					parameters: { flow_message_version: '3', flow_id: '1', flow_name: 'a', flow_cta: 'Go' },
				},
			},
			131009,
		],
		['a carousel of one', { type: 'carousel', body, action: { cards: [card(0)] } }, 131009],
		[
			'unequal cards',
			{
				type: 'carousel',
				body,
				action: {
					cards: [
						card(0),
						card(1, { buttons: [{ type: 'quick_reply', quick_reply: { id: 'a', title: 'A' } }] }),
					],
				},
			},
			131009,
		],
	])('interactive with %s', async (_, interactive, code) => {
		const answer = await sendInteractive(interactive);
		expect(answer).toMatchObject({ status: 400, body: { error: { code } } });
		expect(answer.body.error.error_data.details).toMatch(/interactive/);
	});

	it('media of another number or another kind', async () => {
		const { id: foreign } = await meta.control('POST', 'media', { phoneNumberId: SECOND_PHONE });
		const { id: picture } = await meta.control('POST', 'media', { mimeType: 'image/png' });
		const answers = [
			await send({ type: 'image', image: { id: foreign } }),
			await send({ type: 'video', video: { id: picture } }),
			await send({ type: 'image', image: { id: picture } }),
		];
		expect(answers.map(({ status, body }) => body.error?.code ?? status)).toEqual([
			131009, 131053, 200,
		]);
	});

	it('a receipt for something that is no message', async () => {
		const answer = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			status: 'read',
			message_id: 'M1',
		});
		expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
	});

	it('JSON that is none', async () => {
		const response = await fetch(`${meta.url}/v27.0/${PHONE}/messages`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${meta.world.tokens.business.token}`,
				'content-type': 'application/json',
			},
			body: '{"messaging_product":',
		});
		expect(response.status).toBe(400);
		expect(await response.json()).toMatchObject({ error: { code: 100 } });
	});
});

describe('templates', () => {
	const image = { type: 'header', parameters: [{ type: 'image', image: { link } }] };
	const bodyOf = (...parameters: object[]) => ({ type: 'body', parameters });
	const button = (sub_type: string, index: string | number, parameter: object) => ({
		type: 'button',
		sub_type,
		index,
		parameters: [parameter],
	});
	const bouquet = (card_index: number) => ({
		card_index,
		components: [image, bodyOf(text('10 €')), button('url', '1', text('roses'))],
	});

	it.each<[string, object[] | undefined]>([
		['hello_world', undefined],
		['order_ready', [bodyOf(text('Marta'), text('A-17'))]],
		[
			'appointment_reminder',
			[
				{ type: 'header', parameters: [named('first_name', 'Marta')] },
				bodyOf(named('time', '10:30'), named('date', 'Monday')),
			],
		],
		[
			'invoice',
			[
				{ type: 'header', parameters: [{ type: 'document', document: { link } }] },
				bodyOf(text('2026-1')),
				button('url', 0, text('2026-1')),
			],
		],
		['spring_sale', [image, button('quick_reply', '0', { type: 'payload', payload: 'MORE' })]],
		[
			'coupon',
			[
				bodyOf(text('25%')),
				button('copy_code', '0', { type: 'coupon_code', coupon_code: '25OFF' }),
			],
		],
		[
			'new_bouquets',
			[bodyOf(text('Marta')), { type: 'carousel', cards: [bouquet(0), bouquet(1)] }],
		],
		['login_code', [bodyOf(text('123456')), button('url', '0', text('123456'))]],
	])('%s is accepted', async (name, components) => {
		const { status, body: answer } = await sendTemplate(name, components);
		expect(status).toBe(200);
		expect(answer.messages[0].message_status).toBe('accepted');
	});

	it.each<[string, string, object[] | undefined, number, number]>([
		['an unknown name', 'goodbye', undefined, 404, 132001],
		['one that waits for review', 'waiting_for_review', undefined, 404, 132001],
		['a paused one', 'old_promotion', undefined, 400, 132015],
		['a disabled one', 'banned_promotion', undefined, 400, 132016],
		['a missing parameter', 'order_ready', [bodyOf(text('Marta'))], 400, 132000],
		['a parameter too many', 'hello_world', [bodyOf(text('x'))], 400, 132000],
		['names for positions', 'order_ready', [bodyOf(named('a', 'x'), named('b', 'y'))], 400, 100],
		['no header image', 'spring_sale', undefined, 400, 132012],
		[
			'a video for an image',
			'spring_sale',
			[{ type: 'header', parameters: [{ type: 'video', video: { link } }] }],
			400,
			132012,
		],
		['a line break', 'order_ready', [bodyOf(text('Marta\nRuiz'), text('A-17'))], 400, 100],
		[
			'a tab in a card',
			'new_bouquets',
			[
				bodyOf(text('Marta')),
				{
					type: 'carousel',
					cards: [bouquet(0), { card_index: 1, components: [image, bodyOf(text('10\t€'))] }],
				},
			],
			400,
			100,
		],
		['five spaces', 'order_ready', [bodyOf(text('Marta     R'), text('A-17'))], 400, 100],
		['no coupon code', 'coupon', [bodyOf(text('25%'))], 400, 131008],
		['a button of another type', 'spring_sale', [image, button('url', 0, text('x'))], 400, 131009],
		[
			'one card too few',
			'new_bouquets',
			[bodyOf(text('Marta')), { type: 'carousel', cards: [bouquet(0)] }],
			400,
			132012,
		],
		[
			'a text beyond the limit',
			'order_ready',
			[bodyOf(text('x'.repeat(1000)), text('A-17'))],
			400,
			132005,
		],
	])('%s is refused', async (_, name, components, status, code) => {
		expect(await sendTemplate(name, components)).toMatchObject({
			status,
			body: { error: { code } },
		});
	});

	it('exist by language', async () => {
		const parameters = [bodyOf(text('Marta'), text('A-17'))];
		expect((await sendTemplate('order_ready', parameters, 'es')).status).toBe(200);
		expect((await sendTemplate('hello_world', undefined, 'es')).body.error.code).toBe(132001);
	});

	it('authentication needs a phone number', async () => {
		const answer = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			recipient: 'ES.4815162342ABC',
			type: 'template',
			template: {
				name: 'login_code',
				language: { code: 'en_US' },
				components: [bodyOf(text('123456')), button('url', '0', text('123456'))],
			},
		});
		expect(answer.body.error.code).toBe(131062);
	});
});

describe('statuses', () => {
	let receiver: Receiver;
	beforeEach(async () => {
		receiver = await startReceiver();
		await subscribe(meta, receiver);
	});
	afterEach(() => receiver.close());

	const statuses = async () => {
		await meta.control('POST', 'drain');
		return receiver.received
			.map(({ body: posted }) => JSON.parse(posted).entry[0].changes[0].value)
			.flatMap((value) =>
				value.statuses.map((status: object) => ({ ...status, contacts: value.contacts })),
			);
	};

	it('follow each message when they are switched on, and carry its callback data', async () => {
		await meta.control('POST', 'delivery-options', { statuses: true, concurrency: 1 });
		const { body: answer } = await send({
			text: { body: 'hola' },
			biz_opaque_callback_data: 'order-17',
		});
		expect(await statuses()).toMatchObject(
			['sent', 'delivered', 'read'].map((status) => ({
				status,
				id: answer.messages[0].id,
				recipient_id: '34600333444',
				biz_opaque_callback_data: 'order-17',
			})),
		);
	});

	it('say failed for people who cannot be reached, without contacts', async () => {
		await meta.control('POST', 'sending-limits', { undeliverable: ['34600333444'] });
		await send({ text: { body: 'hola' } });
		const [failed] = await statuses();
		expect(failed).toMatchObject({ status: 'failed', errors: [{ code: 131026 }] });
		expect(failed.contacts).toBeUndefined();
	});

	it('never come for a lost message', async () => {
		await meta.control('POST', 'delivery-options', { statuses: true });
		await send({ to: 'ES.4815162342ABC', text: { body: 'hola' } });
		expect(await statuses()).toEqual([]);
	});
});
