import type { JsonObject, MapperField } from '../../sandbox/n8n/rest.mts';

/** A message as a user fills it in, and the part of Meta's body that is its own. */
export interface Sendable {
	/** Name of the node. */
	name: string;
	/** Without number and recipient. */
	parameters: JsonObject;
	/**
	 * As in Meta's reference.
	 *
	 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
	 */
	content: JsonObject;
}

const QUOTED = 'wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQzQQ==';
const CATALOG = '1700000000000001';
const FLOW = '900500000000001';

const values = (...entries: JsonObject[]) => ({ values: entries });
const link = (file: string) => `https://flowers.test/${file}`;

/** Every type of message that needs nothing but its own fields. */
export const PLAIN: Sendable[] = [
	{
		name: 'Text',
		parameters: {
			operation: 'sendText',
			text: `Hola, ${link('')}`,
			options: { previewUrl: true, replyTo: QUOTED, callbackData: 'order-17' },
		},
		content: {
			type: 'text',
			text: { body: `Hola, ${link('')}`, preview_url: true },
			context: { message_id: QUOTED },
			biz_opaque_callback_data: 'order-17',
		},
	},
	media('image', { caption: 'Roses' }, { caption: 'Roses' }),
	media('video', { caption: 'How we make them' }, { caption: 'How we make them' }),
	media('audio', { voice: true }, { voice: true }),
	media(
		'document',
		{ caption: 'Yours', fileName: 'invoice.pdf' },
		{ caption: 'Yours', filename: 'invoice.pdf' },
	),
	media('sticker', {}, {}),
	{
		name: 'Location',
		parameters: {
			operation: 'sendLocation',
			latitude: '41.3874',
			longitude: '2.1686',
			placeName: 'Marta Flowers',
			address: 'Carrer de la Rosa 1',
		},
		content: {
			type: 'location',
			location: {
				latitude: 41.3874,
				longitude: 2.1686,
				name: 'Marta Flowers',
				address: 'Carrer de la Rosa 1',
			},
		},
	},
	{
		name: 'Contacts',
		parameters: {
			operation: 'sendContacts',
			contacts: values({
				firstName: 'Lucía',
				lastName: 'Gil',
				phones: values({ phone: '+34 600 333 555', type: 'Mobile', waId: '34600333555' }),
				company: 'Gil Gardens',
			}),
		},
		content: {
			type: 'contacts',
			contacts: [
				{
					name: { formatted_name: 'Lucía Gil', first_name: 'Lucía', last_name: 'Gil' },
					phones: [{ phone: '+34 600 333 555', type: 'Mobile', wa_id: '34600333555' }],
					org: { company: 'Gil Gardens' },
				},
			],
		},
	},
	{
		name: 'Reaction',
		parameters: { operation: 'sendReaction', messageId: QUOTED, emoji: '👍' },
		content: { type: 'reaction', reaction: { message_id: QUOTED, emoji: '👍' } },
	},
	{
		name: 'Reaction taken back',
		parameters: { operation: 'sendReaction', messageId: QUOTED },
		content: { type: 'reaction', reaction: { message_id: QUOTED, emoji: '' } },
	},
	interactive(
		'Reply buttons',
		{
			headerType: 'text',
			headerText: 'Order A-17',
			buttons: values({ title: 'Yes', id: 'yes' }, { title: 'No' }),
			footer: 'Marta Flowers',
		},
		{
			type: 'button',
			header: { type: 'text', text: 'Order A-17' },
			footer: { text: 'Marta Flowers' },
			action: {
				buttons: [
					{ type: 'reply', reply: { id: 'yes', title: 'Yes' } },
					{ type: 'reply', reply: { id: 'No', title: 'No' } },
				],
			},
		},
	),
	interactive(
		'List',
		{
			kind: 'list',
			buttonText: 'Choose',
			sections: values({ title: 'Red', rows: values({ title: 'Roses', id: 'r' }) }),
		},
		{
			type: 'list',
			action: {
				button: 'Choose',
				sections: [{ title: 'Red', rows: [{ id: 'r', title: 'Roses' }] }],
			},
		},
	),
	interactive(
		'URL button',
		{ kind: 'urlButton', buttonText: 'See', url: link('offer') },
		{
			type: 'cta_url',
			action: { name: 'cta_url', parameters: { display_text: 'See', url: link('offer') } },
		},
	),
	interactive(
		'Location request',
		{ kind: 'locationRequest' },
		{ type: 'location_request_message', action: { name: 'send_location' } },
	),
	interactive(
		'Contact request',
		{ kind: 'contactRequest' },
		{ type: 'request_contact_info', action: { name: 'request_contact_info' } },
	),
	interactive(
		'Flow',
		{
			kind: 'flow',
			flowId: { __rl: true, mode: 'list', value: FLOW },
			buttonText: 'Book',
			screen: 'WELCOME',
			screenData: '{ "shop": "Barcelona" }',
			flowToken: 'visit-17',
		},
		{
			type: 'flow',
			action: {
				name: 'flow',
				parameters: {
					flow_message_version: '3',
					flow_id: FLOW,
					flow_cta: 'Book',
					flow_token: 'visit-17',
					mode: 'published',
					flow_action: 'navigate',
					flow_action_payload: { screen: 'WELCOME', data: { shop: 'Barcelona' } },
				},
			},
		},
	),
	interactive(
		'Product',
		{ kind: 'product', catalogId: CATALOG, productId: 'roses-12' },
		{
			type: 'product',
			action: { catalog_id: CATALOG, product_retailer_id: 'roses-12' },
		},
	),
	interactive(
		'Product list',
		{
			kind: 'productList',
			headerText: 'For you',
			catalogId: CATALOG,
			sections: values({ title: 'Red', productIds: 'roses-12, tulips-20' }),
		},
		{
			type: 'product_list',
			header: { type: 'text', text: 'For you' },
			action: {
				catalog_id: CATALOG,
				sections: [
					{
						title: 'Red',
						product_items: [
							{ product_retailer_id: 'roses-12' },
							{ product_retailer_id: 'tulips-20' },
						],
					},
				],
			},
		},
	),
	interactive(
		'Catalog',
		{ kind: 'catalog', thumbnailProductId: 'roses-12' },
		{
			type: 'catalog_message',
			action: {
				name: 'catalog_message',
				parameters: { thumbnail_product_retailer_id: 'roses-12' },
			},
		},
	),
	interactive(
		'Carousel with URL buttons',
		{
			kind: 'mediaCarousel',
			cards: values(
				...['roses', 'tulips'].map((flower) => ({
					media: link(`${flower}.jpg`),
					text: flower,
					buttonText: 'Order',
					url: link(flower),
				})),
			),
		},
		{
			type: 'carousel',
			action: {
				cards: ['roses', 'tulips'].map((flower, index) => ({
					card_index: index,
					type: 'cta_url',
					header: { type: 'image', image: { link: link(`${flower}.jpg`) } },
					body: { text: flower },
					action: {
						name: 'cta_url',
						parameters: { display_text: 'Order', url: link(flower) },
					},
				})),
			},
		},
	),
	interactive(
		'Carousel with reply buttons',
		{
			kind: 'mediaCarousel',
			cardMedia: 'video',
			cardButtons: 'reply',
			cards: values(
				...['roses', 'tulips'].map((flower) => ({
					media: link(`${flower}.mp4`),
					buttons: values({ title: 'Order', id: flower }),
				})),
			),
		},
		{
			type: 'carousel',
			action: {
				cards: ['roses', 'tulips'].map((flower, index) => ({
					card_index: index,
					header: { type: 'video', video: { link: link(`${flower}.mp4`) } },
					action: {
						buttons: [{ type: 'quick_reply', quick_reply: { id: flower, title: 'Order' } }],
					},
				})),
			},
		},
	),
	interactive(
		'Product carousel',
		{ kind: 'productCarousel', catalogId: CATALOG, productIds: 'roses-12, tulips-20' },
		{
			type: 'carousel',
			action: {
				cards: ['roses-12', 'tulips-20'].map((product, index) => ({
					card_index: index,
					type: 'product',
					action: { product_retailer_id: product, catalog_id: CATALOG },
				})),
			},
		},
	),
	{
		name: 'Raw JSON',
		parameters: {
			operation: 'sendRaw',
			message: JSON.stringify({ type: 'text', text: { body: 'In Meta’s form' } }),
		},
		content: { type: 'text', text: { body: 'In Meta’s form' } },
	},
];

/** An image that Meta has already. */
export function imageById(mediaId: string): Sendable {
	return {
		name: 'Image by ID',
		parameters: { operation: 'sendMedia', source: 'id', mediaId },
		content: { type: 'image', image: { id: mediaId } },
	};
}

const PICKED = { __rl: true, mode: 'list', value: 'invoice|en_US' };

/** The template `invoice` of the simulated Meta as it is picked, before its variables are filled in. */
export const PICKED_TEMPLATE: JsonObject = { operation: 'sendTemplate', template: PICKED };

/** @param schema the fields that n8n shows for {@link PICKED_TEMPLATE} */
export function filledTemplate(schema: MapperField[]): Sendable {
	return {
		name: 'Template',
		parameters: {
			...PICKED_TEMPLATE,
			variables: {
				mappingMode: 'defineBelow',
				value: {
					'header.document': link('invoice.pdf'),
					'header.filename': 'invoice.pdf',
					'body.text.1': '2026-001',
					'button.0.url': '2026-001',
				},
				schema,
			},
		},
		content: {
			type: 'template',
			template: {
				name: 'invoice',
				language: { code: 'en_US' },
				components: [
					{
						type: 'header',
						parameters: [
							{
								type: 'document',
								document: { link: link('invoice.pdf'), filename: 'invoice.pdf' },
							},
						],
					},
					{ type: 'body', parameters: [{ type: 'text', text: '2026-001' }] },
					{
						type: 'button',
						sub_type: 'url',
						index: '0',
						parameters: [{ type: 'text', text: '2026-001' }],
					},
				],
			},
		},
	};
}

function media(mediaType: string, parameters: JsonObject, content: JsonObject): Sendable {
	return {
		name: `A file as ${mediaType}`,
		parameters: {
			operation: 'sendMedia',
			mediaType,
			source: 'url',
			mediaUrl: link(mediaType),
			...parameters,
		},
		content: { type: mediaType, [mediaType]: { link: link(mediaType), ...content } },
	};
}

function interactive(name: string, parameters: JsonObject, content: JsonObject): Sendable {
	return {
		name,
		parameters: { operation: 'sendInteractive', body: 'Please choose', ...parameters },
		content: { type: 'interactive', interactive: { body: { text: 'Please choose' }, ...content } },
	};
}
