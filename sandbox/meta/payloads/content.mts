/** The content of one message, by type: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages */
import { downloadUrl, storeMedia } from '../graph/media.mts';
import type { Random } from '../random.mts';
import type { Simulation } from '../simulation.mts';
import type { PhoneNumber } from '../world.mts';

const MEDIA_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const PHRASES = [
	'Hola, ¿tenéis tulipanes?',
	'What time do you close today?',
	'¡Muchas gracias! 😀',
	'Can I pick it up on Friday?',
	'Te llamo luego',
	'Perfect, see you at 10:30 👍',
	'Mañana paso por la tienda',
	'https://flowers.test/roses is what I mean',
	'Danke schön, bis später',
	'¿Cuánto cuesta el ramo grande?',
];

const MEDIA_FORMATS = {
	image: { mimeType: 'image/jpeg', fileName: null },
	video: { mimeType: 'video/mp4', fileName: null },
	audio: { mimeType: 'audio/ogg; codecs=opus', fileName: null },
	document: { mimeType: 'application/pdf', fileName: 'order.pdf' },
	sticker: { mimeType: 'image/webp', fileName: null },
} as const;

export type MediaType = keyof typeof MEDIA_FORMATS;

export const MEDIA_TYPES = Object.keys(MEDIA_FORMATS) as MediaType[];

export interface Content extends Record<string, unknown> {
	type: string;
}

export function textContent(body: string): Content {
	return { type: 'text', text: { body } };
}

export function randomText(random: Random): Content {
	return textContent(random.pick(PHRASES));
}

/** Media that can really be downloaded with the id or the URL. */
export function mediaContent(
	simulation: Simulation,
	number: PhoneNumber,
	type: MediaType,
): Content {
	const { mimeType, fileName } = MEDIA_FORMATS[type];
	const media = storeMedia(simulation, {
		phoneNumberId: number.id,
		mimeType,
		fileName,
		content: Buffer.from(`Simulated ${type} ${simulation.random.hex(16)}`),
		lifetimeMs: MEDIA_LIFETIME_MS,
	});
	return {
		type,
		[type]: {
			...(type === 'image' && { caption: 'Mira qué bonito' }),
			...(fileName && { filename: fileName }),
			mime_type: mimeType,
			sha256: media.sha256,
			id: media.id,
			url: downloadUrl(simulation, media),
			...(type === 'audio' && { voice: true }),
			...(type === 'sticker' && { animated: false }),
		},
	};
}

const PLAIN_CONTENT: Record<string, () => Record<string, unknown>> = {
	location: () => ({
		location: {
			latitude: 40.4168,
			longitude: -3.7038,
			name: 'Puerta del Sol',
			address: 'Madrid',
		},
	}),
	contacts: () => ({
		contacts: [
			{
				name: { formatted_name: 'Íñigo Peña', first_name: 'Íñigo', last_name: 'Peña' },
				phones: [{ phone: '+34 600 55 56 66', wa_id: '34600555666', type: 'Mobile' }],
			},
		],
	}),
	button: () => ({ button: { payload: 'TELL_ME_MORE', text: 'Tell me more' } }),
	interactive: () => ({
		interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Sí' } },
	}),
	order: () => ({
		order: {
			catalog_id: '680000000000001',
			text: 'For Friday, please',
			product_items: [
				{ product_retailer_id: 'roses-12', quantity: 1, item_price: 24.5, currency: 'EUR' },
			],
		},
	}),
	unsupported: () => ({
		errors: [
			{
				code: 131060,
				title: 'This message is currently unavailable',
				message: 'This message is currently unavailable',
				error_data: { details: 'The message can be read in the WhatsApp Business app.' },
			},
		],
	}),
};

/** A reaction or a reply needs a message to refer to. */
export function contentOfType(
	simulation: Simulation,
	number: PhoneNumber,
	type: string,
	earlierId?: string,
): Content {
	if ((MEDIA_TYPES as string[]).includes(type)) {
		return mediaContent(simulation, number, type as MediaType);
	}
	if (type === 'reaction' && earlierId) {
		return { type, reaction: { message_id: earlierId, emoji: '👍' } };
	}
	const plain = PLAIN_CONTENT[type];
	if (plain) {
		const context = ['button', 'interactive'].includes(type) && earlierId;
		return {
			type,
			...plain(),
			...(context && { context: { from: number.displayPhoneNumber, id: earlierId } }),
		};
	}
	return randomText(simulation.random);
}
