import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { listEntered, listParameter } from '../../list-parameter';
import { list, mediaSource, optionalText, text, url } from '../../parameter-schema';
import type { InteractiveKind } from './kind';
import { replyButton, replyButtonFields } from './reply-button';
import { body, bodyProperty, textsOf } from './texts';

const MAX_CARD_BODY = 160;

const properties: INodeProperties[] = [
	bodyProperty,
	{
		displayName: 'Card Media',
		name: 'cardMedia',
		type: 'options',
		default: 'image',
		options: [
			{ name: 'Images', value: 'image' },
			{ name: 'Videos', value: 'video' },
		],
		description: 'What every card shows',
	},
	{
		displayName: 'Card Buttons',
		name: 'cardButtons',
		type: 'options',
		default: 'url',
		options: [
			{ name: 'Reply Buttons', value: 'reply', description: 'The same number on every card' },
			{ name: 'URL Button', value: 'url', description: 'One on every card' },
		],
	},
	...listParameter({
		displayName: 'Cards',
		name: 'cards',
		entry: 'Card',
		description: 'Two to ten cards',
		fields: [
			{
				displayName: 'Media',
				name: 'media',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'e.g. https://example.com/roses.jpg',
				description: 'A public URL, or the media ID that Media > Upload gave',
			},
			{
				displayName: 'Text',
				name: 'text',
				type: 'string',
				default: '',
				description: 'At most 160 characters',
			},
			{
				displayName: 'Button Text',
				name: 'buttonText',
				type: 'string',
				default: '',
				required: true,
				description: 'At most 20 characters',
				displayOptions: { show: { '/cardButtons': ['url'] } },
			},
			{
				displayName: 'URL',
				name: 'url',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'e.g. https://example.com/roses',
				displayOptions: { show: { '/cardButtons': ['url'] } },
			},
			{
				displayName: 'Buttons',
				name: 'buttons',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Button',
				default: {},
				options: [{ displayName: 'Button', name: 'values', values: replyButtonFields }],
				displayOptions: { show: { '/cardButtons': ['reply'] } },
			},
		],
		example: [
			{
				media: 'https://example.com/roses.jpg',
				text: 'Twelve red roses',
				buttonText: 'Order',
				url: 'https://example.com/roses',
			},
		],
	}),
];

const CARDS = { min: 2, max: 10 };
const MAX_CARD_BUTTONS = 3;

const content = { media: mediaSource, text: optionalText(MAX_CARD_BODY) };

const urlCard = z
	.object({ ...content, buttonText: text(20), url })
	.transform(({ buttonText, url: target, ...card }) => ({
		...card,
		type: { type: 'cta_url' },
		action: { name: 'cta_url', parameters: { display_text: buttonText, url: target } },
	}));

const replyCard = z
	.object({ ...content, buttons: list(replyButton, { max: MAX_CARD_BUTTONS }) })
	.transform(({ buttons, ...card }) => ({
		...card,
		type: {},
		action: {
			buttons: buttons.map((reply) => ({ type: 'quick_reply', quick_reply: reply })),
		},
	}));

const replyCards = list(replyCard, CARDS).superRefine((cards, context) => {
	const expected = cards[0]?.action.buttons.length ?? 0;
	cards.forEach(({ action }, index) => {
		if (action.buttons.length === expected) return;
		context.addIssue({
			code: 'custom',
			path: [index, 'buttons'],
			message: `has ${action.buttons.length} entries and the first card ${expected}; every card needs the same number`,
		});
	});
});

const common = { body, cardMedia: z.enum(['image', 'video']) };

const schema = z.discriminatedUnion('cardButtons', [
	z.object({ ...common, cardButtons: z.literal('url'), cards: list(urlCard, CARDS) }),
	z.object({ ...common, cardButtons: z.literal('reply'), cards: replyCards }),
]);

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-media-carousel-messages */
export const mediaCarousel: InteractiveKind = {
	name: 'Media Carousel',
	description: 'Two to ten cards with a picture or video and buttons',
	properties,
	build(entered) {
		const checked = checkParameters(
			schema,
			{ ...entered, cards: listEntered(entered, 'cards') },
			properties,
		);
		const { cardMedia } = checked;
		return {
			type: 'carousel',
			...textsOf({ body: checked.body }),
			action: {
				cards: checked.cards.map((card, index) => ({
					card_index: index,
					...card.type,
					header: { type: cardMedia, [cardMedia]: card.media },
					...textsOf({ body: card.text }),
					action: card.action,
				})),
			},
		};
	},
};
