import { describe, expect, it } from '@jest/globals';

import { variablesOf } from '../../../../nodes/WhatsAppCoexistence/actions/template/variables';
import type { TemplateComponent } from '../../../../nodes/WhatsAppCoexistence/graph/templates';

const variables = (...components: TemplateComponent[]) =>
	variablesOf({ id: '1', name: 'a', language: 'es', components });

describe('variablesOf', () => {
	it('shows each variable with the example that the template was submitted with', () => {
		expect(
			variables(
				{
					type: 'HEADER',
					format: 'TEXT',
					text: 'Hola {{first_name}}',
					example: { header_text_named_params: [{ param_name: 'first_name', example: 'Marta' }] },
				},
				{
					type: 'BODY',
					text: 'Order {{1}} is ready, {{2}}',
					example: { body_text: [['A-17', 'Marta']] },
				},
			).map(({ label }) => label),
		).toEqual([
			'Header {{first_name}}, e.g. Marta',
			'Body {{1}}, e.g. A-17',
			'Body {{2}}, e.g. Marta',
		]);
	});

	it('shows the end of a button’s URL, which is all that is filled in', () => {
		const button = (example?: string[]) => ({
			type: 'BUTTONS',
			buttons: [
				{
					type: 'URL',
					text: 'Pay',
					url: 'https://flowers.test/pay/{{1}}',
					...(example && { example }),
				},
			],
		});
		const label = (example?: string[]) => variables(button(example))[0]!.label;
		expect(label(['https://flowers.test/pay/A-17'])).toBe('URL Ending of ‘Pay’, e.g. A-17');
		expect(label(['A-17'])).toBe('URL Ending of ‘Pay’, e.g. A-17');
		expect(label()).toBe('URL Ending of ‘Pay’');
	});

	it('asks once for a variable that stands twice in the text', () => {
		expect(variables({ type: 'BODY', text: '{{1}} and {{ 1 }}' })).toHaveLength(1);
	});

	it('asks for what Meta demands and offers the rest', () => {
		const asked = variables(
			{ type: 'HEADER', format: 'DOCUMENT' },
			{
				type: 'BUTTONS',
				buttons: [
					{ type: 'QUICK_REPLY', text: 'Yes' },
					{ type: 'FLOW', text: 'Book' },
				],
			},
		);
		const ids = (required: boolean) =>
			asked.filter((variable) => variable.required === required).map(({ id }) => id);
		expect(ids(true)).toEqual(['header.document', 'button.1.flow_token']);
		expect(ids(false)).toEqual([
			'header.filename',
			'button.0.payload',
			'button.1.flow_action_data',
		]);
	});

	it('says on which card a variable is', () => {
		const card = { components: [{ type: 'BODY', text: '{{1}}' }] };
		expect(variables({ type: 'CAROUSEL', cards: [card, card] })).toMatchObject([
			{ id: 'card.0.body.text.1', label: 'Card 1: Body {{1}}' },
			{ id: 'card.1.body.text.1', label: 'Card 2: Body {{1}}' },
		]);
	});

	it('ignores components and buttons that take nothing or are not known yet', () => {
		expect(
			variables(
				{ type: 'FOOTER', text: 'Flower shop' },
				{ type: 'HEADER', format: 'HOLOGRAM' },
				{ type: 'BUTTONS', buttons: [{ type: 'PHONE_NUMBER' }, { type: 'SOMETHING_NEW' }] },
				{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: false } },
			),
		).toEqual([]);
	});
});
