import { describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import {
	INTERACTIVE_KINDS,
	type KindName,
} from '../../../../../nodes/WhatsAppCoexistence/actions/message/interactive/kinds';
import { filledIn } from '../../filled-in.mts';

const build = (name: KindName, entered: IDataObject) => {
	const kind = INTERACTIVE_KINDS[name];
	return kind.build(filledIn(kind.properties, entered));
};

const values = (...entries: IDataObject[]) => ({ values: entries });
const link = (name: string) => `https://flowers.test/${name}`;

/** Each body is the one on Meta’s page for the kind; see the link in the kind’s own file. */
describe('the object interactive', () => {
	it('of reply buttons', () => {
		expect(
			build('replyButtons', {
				headerType: 'text',
				headerText: 'Order A-17',
				body: 'Shall we deliver it?',
				footer: 'Marta Flowers',
				buttons: values({ title: 'Yes', id: 'yes' }, { title: 'No', id: '' }),
			}),
		).toEqual({
			type: 'button',
			header: { type: 'text', text: 'Order A-17' },
			body: { text: 'Shall we deliver it?' },
			footer: { text: 'Marta Flowers' },
			action: {
				buttons: [
					{ type: 'reply', reply: { id: 'yes', title: 'Yes' } },
					{ type: 'reply', reply: { id: 'No', title: 'No' } },
				],
			},
		});
	});

	it.each([
		[
			{ headerType: 'image', headerMedia: link('a.jpg') },
			{ type: 'image', image: { link: link('a.jpg') } },
		],
		[
			{ headerType: 'video', headerMedia: '1013859600285441' },
			{ type: 'video', video: { id: '1013859600285441' } },
		],
		[
			{ headerType: 'document', headerMedia: link('menu.pdf'), headerFileName: 'menu.pdf' },
			{ type: 'document', document: { link: link('menu.pdf'), filename: 'menu.pdf' } },
		],
		[{ headerType: 'none', headerText: 'left over from before' }, undefined],
	])('with the header %j', (entered, header) => {
		const url = { body: 'See', buttonText: 'Open', url: link('offer') };
		const interactive = build('urlButton', { ...url, ...entered });
		expect(interactive.header).toEqual(header);
	});

	it('of a list, field by field and as JSON alike', () => {
		const fields = {
			headerText: 'Bouquets',
			body: 'Which one?',
			buttonText: 'Choose',
			footer: 'Marta Flowers',
		};
		const expected = {
			type: 'list',
			header: { type: 'text', text: 'Bouquets' },
			body: { text: 'Which one?' },
			footer: { text: 'Marta Flowers' },
			action: {
				button: 'Choose',
				sections: [
					{
						title: 'Red',
						rows: [{ id: 'roses', title: 'Roses', description: 'Twelve of them' }],
					},
					{ title: 'White', rows: [{ id: 'Lilies', title: 'Lilies' }] },
				],
			},
		};
		expect(
			build('list', {
				...fields,
				sections: values(
					{
						title: 'Red',
						rows: values({ title: 'Roses', description: 'Twelve of them', id: 'roses' }),
					},
					{ title: 'White', rows: values({ title: 'Lilies', description: '', id: '' }) },
				),
			}),
		).toEqual(expected);
		expect(
			build('list', {
				...fields,
				sectionsMode: 'json',
				sectionsJson: JSON.stringify(expected.action.sections),
			}),
		).toEqual(expected);
	});

	it('of a URL button', () => {
		expect(
			build('urlButton', { body: 'Our offer', buttonText: 'See', url: link('offer'), footer: 'M' }),
		).toEqual({
			type: 'cta_url',
			body: { text: 'Our offer' },
			footer: { text: 'M' },
			action: { name: 'cta_url', parameters: { display_text: 'See', url: link('offer') } },
		});
	});

	it('of a request for the location', () => {
		expect(build('locationRequest', { body: 'Where are you?' })).toEqual({
			type: 'location_request_message',
			body: { text: 'Where are you?' },
			action: { name: 'send_location' },
		});
	});

	it('of a request for the phone number', () => {
		expect(build('contactRequest', { body: 'May we call you?' })).toEqual({
			type: 'request_contact_info',
			body: { text: 'May we call you?' },
			action: { name: 'request_contact_info' },
		});
	});

	it('of a flow that starts with a screen', () => {
		expect(
			build('flow', {
				body: 'Book a visit',
				flowId: '900500000000001',
				buttonText: 'Book',
				flowAction: 'navigate',
				screen: 'WELCOME',
				screenData: '{ "shop": "Madrid" }',
				flowToken: 'visit-17',
			}),
		).toEqual({
			type: 'flow',
			body: { text: 'Book a visit' },
			action: {
				name: 'flow',
				parameters: {
					flow_message_version: '3',
					flow_id: '900500000000001',
					flow_cta: 'Book',
					flow_token: 'visit-17',
					mode: 'published',
					flow_action: 'navigate',
					flow_action_payload: { screen: 'WELCOME', data: { shop: 'Madrid' } },
				},
			},
		});
	});

	it('of a draft flow that asks its endpoint', () => {
		const entered = {
			body: 'Book a visit',
			flowId: '900500000000002',
			buttonText: 'Book',
			flowAction: 'data_exchange',
			screen: 'LEFT_OVER',
			draft: true,
		};
		expect(build('flow', entered).action).toEqual({
			name: 'flow',
			parameters: {
				flow_message_version: '3',
				flow_id: '900500000000002',
				flow_cta: 'Book',
				mode: 'draft',
				flow_action: 'data_exchange',
			},
		});
	});

	it('of a product', () => {
		expect(build('product', { catalogId: '1700000000000001', productId: 'roses-12' })).toEqual({
			type: 'product',
			action: { catalog_id: '1700000000000001', product_retailer_id: 'roses-12' },
		});
	});

	it('of a product list', () => {
		expect(
			build('productList', {
				headerText: 'For you',
				body: 'We picked these',
				catalogId: '1700000000000001',
				sections: values(
					{ title: 'Red', productIds: 'roses-12, tulips-20' },
					{ title: 'White', productIds: 'lilies-6' },
				),
			}),
		).toEqual({
			type: 'product_list',
			header: { type: 'text', text: 'For you' },
			body: { text: 'We picked these' },
			action: {
				catalog_id: '1700000000000001',
				sections: [
					{
						title: 'Red',
						product_items: [
							{ product_retailer_id: 'roses-12' },
							{ product_retailer_id: 'tulips-20' },
						],
					},
					{ title: 'White', product_items: [{ product_retailer_id: 'lilies-6' }] },
				],
			},
		});
	});

	it('of the catalog', () => {
		expect(build('catalog', { body: 'All we have', thumbnailProductId: 'roses-12' })).toEqual({
			type: 'catalog_message',
			body: { text: 'All we have' },
			action: {
				name: 'catalog_message',
				parameters: { thumbnail_product_retailer_id: 'roses-12' },
			},
		});
		expect(build('catalog', { body: 'All we have' }).action).toEqual({ name: 'catalog_message' });
	});

	it('of a media carousel with URL buttons', () => {
		const card = (name: string) => ({
			media: link(`${name}.jpg`),
			text: name,
			buttonText: 'Order',
			url: link(name),
		});
		const expectedCard = (name: string, index: number) => ({
			card_index: index,
			type: 'cta_url',
			header: { type: 'image', image: { link: link(`${name}.jpg`) } },
			body: { text: name },
			action: { name: 'cta_url', parameters: { display_text: 'Order', url: link(name) } },
		});
		expect(
			build('mediaCarousel', { body: 'New', cards: values(card('roses'), card('tulips')) }),
		).toEqual({
			type: 'carousel',
			body: { text: 'New' },
			action: { cards: [expectedCard('roses', 0), expectedCard('tulips', 1)] },
		});
	});

	it('of a media carousel with reply buttons, whose cards have no type', () => {
		const card = (id: string) => ({
			media: '1013859600285441',
			text: '',
			buttons: values({ title: 'Order', id }),
		});
		expect(
			build('mediaCarousel', {
				body: 'New',
				cardMedia: 'video',
				cardButtons: 'reply',
				cards: values(card('a'), card('b')),
			}).action,
		).toEqual({
			cards: ['a', 'b'].map((id, index) => ({
				card_index: index,
				header: { type: 'video', video: { id: '1013859600285441' } },
				action: { buttons: [{ type: 'quick_reply', quick_reply: { id, title: 'Order' } }] },
			})),
		});
	});

	it('of a product carousel', () => {
		expect(
			build('productCarousel', {
				body: 'New',
				catalogId: '1700000000000001',
				productIds: 'roses-12,tulips-20',
			}),
		).toEqual({
			type: 'carousel',
			body: { text: 'New' },
			action: {
				cards: ['roses-12', 'tulips-20'].map((id, index) => ({
					card_index: index,
					type: 'product',
					action: { product_retailer_id: id, catalog_id: '1700000000000001' },
				})),
			},
		});
	});
});

const long = (length: number) => 'a'.repeat(length);
const buttons = (...titles: string[]) => ({
	body: 'Which?',
	buttons: values(...titles.map((title) => ({ title, id: title }))),
});
const rows = (count: number, prefix = 'row') =>
	values(...Array.from({ length: count }, (_, i) => ({ title: `${prefix} ${i}` })));
const listOf = (...sections: IDataObject[]) => ({
	body: 'Which?',
	buttonText: 'Choose',
	sections: values(...sections),
});
const productCards = (count: number) => ({
	body: 'New',
	catalogId: '1',
	productIds: Array.from({ length: count }, (_, i) => `p${i}`),
});
const replyCards = (...counts: number[]) => ({
	body: 'New',
	cardButtons: 'reply',
	cards: values(
		...counts.map((count) => ({
			media: link('a.jpg'),
			buttons: values(...Array.from({ length: count }, (_, i) => ({ title: `b${i}` }))),
		})),
	),
});

/** Meta’s limits, each at the first value beyond it. */
describe('beyond a limit, the fault names the field as the editor does', () => {
	it.each<[KindName, IDataObject, string]>([
		['replyButtons', buttons(), '“Buttons” needs at least 1 entry'],
		['replyButtons', buttons('a', 'b', 'c', 'd'), '“Buttons” takes at most 3 entries'],
		['replyButtons', buttons('a', 'a'), '“Buttons > 2 > ID” is “a” a second time'],
		['replyButtons', buttons(long(21)), '“Buttons > 1 > Title” has 21 characters; at most 20 fit'],
		[
			'replyButtons',
			{ body: 'Which?', buttons: values({ title: 'a', id: long(257) }) },
			'“Buttons > 1 > ID” has 257 characters; at most 256 fit',
		],
		['replyButtons', { ...buttons('a'), body: '' }, '“Text” is empty'],
		['replyButtons', { ...buttons('a'), body: long(1025) }, '“Text” has 1025 characters'],
		['replyButtons', { ...buttons('a'), footer: long(61) }, '“Footer” has 61 characters'],
		[
			'replyButtons',
			{ ...buttons('a'), headerType: 'text', headerText: long(61) },
			'“Header Text” has 61 characters; at most 60 fit',
		],
		[
			'replyButtons',
			{ ...buttons('a'), headerType: 'image', headerMedia: 'a.jpg' },
			'“Header Media” is neither a URL that begins with https:// nor a media ID',
		],
		[
			'replyButtons',
			{ body: 'Which?', buttonsMode: 'json', buttonsJson: '[{ "id": "a" }]' },
			'“Buttons > 1 > Title” is missing',
		],
		['list', listOf(), '“Sections” needs at least 1 entry'],
		['list', listOf({ rows: rows(0) }), '“Sections > 1 > Rows” needs at least 1 entry'],
		['list', listOf({ rows: rows(11) }), '“Sections > 1 > Rows” takes at most 10 entries'],
		[
			'list',
			listOf({ title: 'a', rows: rows(6) }, { title: 'b', rows: rows(5, 'other') }),
			'“Sections” have 11 rows in all; at most 10 fit',
		],
		[
			'list',
			listOf({ title: 'a', rows: rows(1) }, { title: 'b', rows: rows(1) }),
			'“Sections > 2 > Rows > 1 > ID” is “row 0” a second time',
		],
		[
			'list',
			listOf({ title: 'a', rows: rows(1) }, { rows: rows(1, 'other') }),
			'“Sections > 2 > Title” is empty; each section needs one',
		],
		[
			'list',
			listOf({ title: long(25), rows: rows(1) }),
			'“Sections > 1 > Title” has 25 characters',
		],
		[
			'list',
			listOf({ rows: values({ title: long(25) }) }),
			'“Sections > 1 > Rows > 1 > Title” has 25 characters; at most 24 fit',
		],
		[
			'list',
			listOf({ rows: values({ title: 'a', description: long(73) }) }),
			'“Sections > 1 > Rows > 1 > Description” has 73 characters; at most 72 fit',
		],
		[
			'list',
			listOf({ rows: values({ title: 'a', id: long(201) }) }),
			'“Sections > 1 > Rows > 1 > ID” has 201 characters; at most 200 fit',
		],
		[
			'list',
			{ ...listOf({ rows: rows(1) }), body: long(4097) },
			'“Text” has 4097 characters; at most 4096 fit',
		],
		[
			'list',
			{ ...listOf({ rows: rows(1) }), buttonText: long(21) },
			'“Button Text” has 21 characters; at most 20 fit',
		],
		[
			'urlButton',
			{ body: 'a', buttonText: 'b', url: 'flowers.test' },
			'“URL” has to be a URL that begins with https://',
		],
		['flow', { body: 'a', flowId: '', buttonText: 'b' }, '“Flow” is empty'],
		['flow', { body: 'a', flowId: '1', buttonText: long(31) }, '“Button Text” has 31 characters'],
		[
			'flow',
			{ body: 'a', flowId: '1', buttonText: 'b', screenData: '[]' },
			'“Screen Data” has to be an object',
		],
		['product', { catalogId: '', productId: 'p' }, '“Catalog ID” is empty'],
		[
			'productList',
			{
				headerText: 'a',
				body: 'b',
				catalogId: '1',
				sections: values({ productIds: Array.from({ length: 31 }, (_, i) => `p${i}`) }),
			},
			'“Sections” have 31 products in all; at most 30 fit',
		],
		[
			'productList',
			{ headerText: '', body: 'b', catalogId: '1', sections: values({ productIds: 'p' }) },
			'“Header” is empty',
		],
		['productCarousel', productCards(1), '“Product IDs” needs at least 2 entries'],
		['productCarousel', productCards(11), '“Product IDs” takes at most 10 entries'],
		['mediaCarousel', replyCards(), '“Cards” needs at least 2 entries'],
		['mediaCarousel', replyCards(1), '“Cards” needs at least 2 entries'],
		['mediaCarousel', replyCards(2, 1), '“Cards > 2 > Buttons” has 1 entries and the first card 2'],
	])('%s %#', (kind, entered, message) => {
		expect(() => build(kind, entered)).toThrow(message);
	});
});
