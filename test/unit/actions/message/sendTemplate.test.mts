import { describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import {
	sendTemplate,
	templateMessage,
} from '../../../../nodes/WhatsAppCoexistence/actions/message/sendTemplate.operation';
import { variablesOf } from '../../../../nodes/WhatsAppCoexistence/actions/template/variables';
import type {
	MessageTemplate,
	TemplateButton,
	TemplateComponent,
} from '../../../../nodes/WhatsAppCoexistence/graph/templates';
import { filledIn } from '../filled-in.mts';

const template = (...components: TemplateComponent[]): MessageTemplate => ({
	id: '950000000000001',
	name: 'order_ready',
	language: 'es',
	components,
});

const withButton = (...buttons: TemplateButton[]) => template({ type: 'BUTTONS', buttons });

/** As the editor stores a template that was picked and its variables as they were filled in. */
const build = (picked: MessageTemplate, values: IDataObject, flatten = true, timeZone?: string) =>
	templateMessage(
		filledIn(sendTemplate.properties, {
			template: `${picked.name}|${picked.language}`,
			variables: {
				mappingMode: 'defineBelow',
				value: values,
				schema: variablesOf(picked).map(({ id, label, required }) => ({
					id,
					displayName: label,
					required,
				})),
			},
		}),
		flatten,
		timeZone,
	);

const componentsOf = (picked: MessageTemplate, values: IDataObject, flatten = true) =>
	(build(picked, values, flatten).template as IDataObject).components;

/** Every body is section “template” of Meta’s reference: …/whatsapp/templates/overview */
describe('templateMessage', () => {
	it('names template and language, without components where there is nothing to fill in', () => {
		expect(build(template({ type: 'BODY', text: 'Hola' }), {})).toEqual({
			type: 'template',
			template: { name: 'order_ready', language: { code: 'es' } },
		});
	});

	it('fills in numbered variables in their order, whatever order they were mapped in', () => {
		const picked = template({
			type: 'BODY',
			text: '{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}} {{8}} {{9}} {{10}}',
		});
		const values = Object.fromEntries(
			Array.from({ length: 10 }, (_, i) => [`body.text.${10 - i}`, `value ${10 - i}`]),
		);
		expect(componentsOf(picked, values)).toEqual([
			{
				type: 'body',
				parameters: Array.from({ length: 10 }, (_, i) => ({
					type: 'text',
					text: `value ${i + 1}`,
				})),
			},
		]);
	});

	it('fills in named variables by their name', () => {
		const picked = template(
			{ type: 'HEADER', format: 'TEXT', text: 'Hola {{first_name}}' },
			{ type: 'BODY', text: '{{first_name}}, on {{date}}' },
		);
		expect(
			componentsOf(picked, {
				'header.text.first_name': 'Marta',
				'body.text.first_name': 'Marta',
				'body.text.date': 'Monday',
			}),
		).toEqual([
			{
				type: 'header',
				parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Marta' }],
			},
			{
				type: 'body',
				parameters: [
					{ type: 'text', parameter_name: 'first_name', text: 'Marta' },
					{ type: 'text', parameter_name: 'date', text: 'Monday' },
				],
			},
		]);
	});

	it.each<[string, IDataObject, IDataObject]>([
		[
			'IMAGE',
			{ 'header.image': 'https://flowers.test/a.jpg' },
			{ type: 'image', image: { link: 'https://flowers.test/a.jpg' } },
		],
		[
			'VIDEO',
			{ 'header.video': '1013859600285441' },
			{ type: 'video', video: { id: '1013859600285441' } },
		],
		[
			'GIF',
			{ 'header.gif': 'https://flowers.test/a.mp4' },
			{ type: 'gif', gif: { link: 'https://flowers.test/a.mp4' } },
		],
		[
			'DOCUMENT',
			{ 'header.document': '1013859600285441', 'header.filename': 'invoice.pdf' },
			{ type: 'document', document: { id: '1013859600285441', filename: 'invoice.pdf' } },
		],
		[
			'LOCATION',
			{
				'header.location.latitude': '37.4',
				'header.location.longitude': '-122.1',
				'header.location.name': 'Shop',
				'header.location.address': 'Rose Street 1',
			},
			{
				type: 'location',
				location: { latitude: 37.4, longitude: -122.1, name: 'Shop', address: 'Rose Street 1' },
			},
		],
		[
			'PRODUCT',
			{ 'header.product.product_retailer_id': 'roses-12', 'header.product.catalog_id': '17' },
			{ type: 'product', product: { product_retailer_id: 'roses-12', catalog_id: '17' } },
		],
	])('gives a header of format %s', (format, values, parameter) => {
		const picked = template({ type: 'HEADER', format });
		expect(componentsOf(picked, values)).toEqual([{ type: 'header', parameters: [parameter] }]);
	});

	it.each<[TemplateButton, IDataObject, string, IDataObject]>([
		[
			{ type: 'QUICK_REPLY', text: 'Yes' },
			{ 'button.0.payload': 'P' },
			'quick_reply',
			{ type: 'payload', payload: 'P' },
		],
		[
			{ type: 'URL', text: 'Pay', url: 'https://flowers.test/{{1}}' },
			{ 'button.0.url': 'A-17' },
			'url',
			{ type: 'text', text: 'A-17' },
		],
		[
			{ type: 'OTP', text: 'Copy' },
			{ 'button.0.url': '123456' },
			'url',
			{ type: 'text', text: '123456' },
		],
		[
			{ type: 'COPY_CODE', text: 'Copy' },
			{ 'button.0.coupon_code': '25OFF' },
			'copy_code',
			{ type: 'coupon_code', coupon_code: '25OFF' },
		],
		[
			{ type: 'FLOW', text: 'Book' },
			{ 'button.0.flow_token': 'T', 'button.0.flow_action_data': '{ "shop": "Madrid" }' },
			'flow',
			{ type: 'action', action: { flow_token: 'T', flow_action_data: { shop: 'Madrid' } } },
		],
		[
			{ type: 'CATALOG', text: 'View' },
			{ 'button.0.catalog_thumbnail': 'roses-12' },
			'catalog',
			{ type: 'action', action: { thumbnail_product_retailer_id: 'roses-12' } },
		],
		[
			{ type: 'MPM', text: 'View' },
			{
				'button.0.mpm_thumbnail': 'roses-12',
				'button.0.mpm_sections': [{ title: 'Red', productIds: ['roses-12'] }],
			},
			'mpm',
			{
				type: 'action',
				action: {
					thumbnail_product_retailer_id: 'roses-12',
					sections: [{ title: 'Red', product_items: [{ product_retailer_id: 'roses-12' }] }],
				},
			},
		],
		[
			{ type: 'ORDER_DETAILS', text: 'Pay' },
			{ 'button.0.order_details': '{ "reference_id": "A-17", "currency": "INR" }' },
			'order_details',
			{
				type: 'action',
				action: { order_details: { reference_id: 'A-17', currency: 'INR' } },
			},
		],
		[
			{ type: 'VOICE_CALL', text: 'Call' },
			{ 'button.0.ttl_minutes': '1440' },
			'voice_call',
			{ type: 'ttl_minutes', ttl_minutes: 1440 },
		],
	])('fills in the button %j', (button, values, subType, parameter) => {
		expect(componentsOf(withButton(button), values)).toEqual([
			{ type: 'button', sub_type: subType, index: '0', parameters: [parameter] },
		]);
	});

	it('counts buttons as the template does, over those that take nothing', () => {
		const picked = withButton(
			{ type: 'PHONE_NUMBER', text: 'Call' },
			{ type: 'URL', text: 'Shop', url: 'https://flowers.test/' },
			{ type: 'QUICK_REPLY', text: 'Stop' },
			{ type: 'URL', text: 'Pay', url: 'https://flowers.test/{{1}}' },
		);
		expect(variablesOf(picked).map(({ id }) => id)).toEqual(['button.2.payload', 'button.3.url']);
		expect(componentsOf(picked, { 'button.2.payload': '', 'button.3.url': 'x' })).toEqual([
			{ type: 'button', sub_type: 'url', index: '3', parameters: [{ type: 'text', text: 'x' }] },
		]);
	});

	it('says when a limited-time offer ends, in milliseconds', () => {
		const picked = template({ type: 'LIMITED_TIME_OFFER' });
		const endsAt = '2026-09-21T14:13:20.000Z';
		expect(componentsOf(picked, { 'limited_time_offer.expiration': endsAt })).toEqual([
			{
				type: 'limited_time_offer',
				parameters: [
					{
						type: 'limited_time_offer',
						limited_time_offer: { expiration_time_ms: Date.parse(endsAt) },
					},
				],
			},
		]);
	});

	it('takes a date from the editor, which names no time zone, in that of the workflow', () => {
		const picked = template({ type: 'LIMITED_TIME_OFFER' });
		const values = { 'limited_time_offer.expiration': '2031-05-06T07:08:09' };
		expect(JSON.stringify(build(picked, values, true, 'America/Bogota'))).toContain(
			`"expiration_time_ms":${Date.parse('2031-05-06T12:08:09Z')}`,
		);
	});

	it('fills in the cards of a carousel', () => {
		const card = {
			components: [
				{ type: 'HEADER', format: 'IMAGE' },
				{ type: 'BODY', text: 'For {{1}}' },
				{ type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Order' }] },
			],
		};
		const picked = template({ type: 'CAROUSEL', cards: [card, card] });
		const values = {
			'card.0.header.image': '1013859600285441',
			'card.0.body.text.1': '10 €',
			'card.0.button.0.payload': 'tulips',
			'card.1.header.image': '1013859600285442',
			'card.1.body.text.1': '20 €',
		};
		expect(componentsOf(picked, values)).toEqual([
			{
				type: 'carousel',
				cards: [
					{
						card_index: 0,
						components: [
							{
								type: 'header',
								parameters: [{ type: 'image', image: { id: '1013859600285441' } }],
							},
							{ type: 'body', parameters: [{ type: 'text', text: '10 €' }] },
							{
								type: 'button',
								sub_type: 'quick_reply',
								index: '0',
								parameters: [{ type: 'payload', payload: 'tulips' }],
							},
						],
					},
					{
						card_index: 1,
						components: [
							{
								type: 'header',
								parameters: [{ type: 'image', image: { id: '1013859600285442' } }],
							},
							{ type: 'body', parameters: [{ type: 'text', text: '20 €' }] },
						],
					},
				],
			},
		]);
	});

	it('passes components in Meta’s form on as they are', () => {
		const components = [
			{
				type: 'body',
				parameters: [
					{
						type: 'currency',
						currency: { fallback_value: '10 €', code: 'EUR', amount_1000: 10000 },
					},
				],
			},
		];
		const entered = filledIn(sendTemplate.properties, {
			template: 'order_ready|es',
			variablesMode: 'json',
			componentsJson: JSON.stringify(components),
		});
		expect(templateMessage(entered)).toEqual({
			type: 'template',
			template: { name: 'order_ready', language: { code: 'es' }, components },
		});
	});

	describe('what Meta refuses in a variable', () => {
		const body = template({ type: 'BODY', text: 'Hola {{1}}' });
		const sent = (text: string) => [{ type: 'body', parameters: [{ type: 'text', text }] }];

		it.each([
			['Rose Street 1\nMadrid', 'Rose Street 1 Madrid'],
			['Rose Street 1 \r\n\r\n  Madrid\n', 'Rose Street 1 Madrid'],
			['roses\ttulips', 'roses tulips'],
			['roses     tulips', 'roses tulips'],
			['roses\u2028tulips', 'roses tulips'],
			['roses    tulips ', 'roses    tulips '],
		])('is flattened: %j', (entered, text) => {
			expect(componentsOf(body, { 'body.text.1': entered })).toEqual(sent(text));
		});

		it('is flattened in a header, the end of a URL, a card and in JSON', () => {
			const card = { components: [{ type: 'BODY', text: '{{1}}' }] };
			const picked = template(
				{ type: 'HEADER', format: 'TEXT', text: '{{1}}' },
				{ type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Pay', url: 'https://a.test/{{1}}' }] },
				{ type: 'CAROUSEL', cards: [card] },
			);
			const ids = ['header.text.1', 'button.0.url', 'card.0.body.text.1'];
			const made = componentsOf(
				picked,
				Object.fromEntries(ids.map((id) => [id, 'a\nb'])),
			) as object;
			const json = { template: 'a|es', variablesMode: 'json', componentsJson: made };
			const again = templateMessage(filledIn(sendTemplate.properties, json));
			for (const components of [made, (again.template as IDataObject).components]) {
				expect(JSON.stringify(components).match(/"a b"/g)).toHaveLength(3);
			}
			const unchanged = JSON.stringify(made).replaceAll('a b', 'a\\nb');
			const flat = { ...json, componentsJson: unchanged };
			expect(templateMessage(filledIn(sendTemplate.properties, flat))).toEqual(again);
		});

		it('is refused with the name of the variable where the user does not want that', () => {
			expect(() => componentsOf(body, { 'body.text.1': 'a\nb' }, false)).toThrow(
				'“Body {{1}}” has a line break, a tab or more than four spaces in a row',
			);
			const json = {
				template: 'a|es',
				variablesMode: 'json',
				componentsJson: JSON.stringify(sent('a\tb')),
			};
			expect(() => templateMessage(filledIn(sendTemplate.properties, json), false)).toThrow(
				'“Components > 1 > parameters > 1 > text” has a line break',
			);
			expect(componentsOf(body, { 'body.text.1': 'a    b' }, false)).toEqual(sent('a    b'));
		});

		it('leaves nothing of a variable that holds nothing else', () => {
			expect(() => componentsOf(body, { 'body.text.1': '\n' })).toThrow('“Body {{1}}” is empty');
		});
	});

	it('names the JSON that is wrong by its path', () => {
		const entered = { template: 'a|es', variablesMode: 'json', componentsJson: '[{ "typ": 1 }]' };
		expect(() => templateMessage(filledIn(sendTemplate.properties, entered))).toThrow(
			'“Components > 1 > type” is missing',
		);
	});

	it.each<[MessageTemplate, IDataObject, string]>([
		[template({ type: 'BODY', text: '{{1}}' }), {}, '“Body {{1}}” is missing'],
		[template({ type: 'BODY', text: '{{1}}' }), { 'body.text.1': '' }, '“Body {{1}}” is missing'],
		[
			template({ type: 'HEADER', format: 'IMAGE' }),
			{ 'header.image': 'roses.jpg' },
			'“Image URL or ID” is neither a URL',
		],
		[
			template({ type: 'LIMITED_TIME_OFFER' }),
			{ 'limited_time_offer.expiration': 'soon' },
			'“Offer Ends At” has to be a date and time',
		],
		[
			withButton({ type: 'COPY_CODE', text: 'Copy' }),
			{ 'button.0.coupon_code': 'A'.repeat(16) },
			'“Code of ‘Copy’” has 16 characters; at most 15 fit',
		],
	])('refuses %j filled in with %j', (picked, values, message) => {
		expect(() => build(picked, values)).toThrow(message);
	});
});
