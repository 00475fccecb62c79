import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';

const MARTA = {
	key: 'ES.4815162342ABC',
	userId: 'ES.4815162342ABC',
	parentUserId: 'ES.ENT.99887766',
	username: 'marta.g',
	phone: '34600333444',
	profileName: 'Marta',
};
const ANSWERS_E1 = { messageId: 'wamid.E1', from: '34600111222' };

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'inbound/text',
		[
			{
				event: 'inbound.message',
				eventId: '800000000000001:inbound.message:wamid.M1',
				occurredAt: iso(1789000701),
				field: 'messages',
				wabaId: '900000000000001',
				phoneNumberId: '800000000000001',
				displayPhoneNumber: '34600111222',
				standby: false,
				direction: 'inbound',
				author: 'customer',
				isHistory: false,
				contact: MARTA,
				groupId: undefined,
				message: {
					id: 'wamid.M1',
					type: 'text',
					text: 'hola',
					forwarded: false,
					mediaPending: false,
					replyTo: undefined,
					errors: undefined,
				},
			},
		],
	],
	[
		'inbound/image',
		[
			{
				message: {
					type: 'image',
					text: 'mira',
					media: {
						id: '700000000000001',
						mimeType: 'image/jpeg',
						sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
						caption: 'mira',
						url: 'https://lookaside.example/whatsapp/1',
					},
				},
			},
		],
	],
	['inbound/video', [{ message: { type: 'video', text: null, media: { mimeType: 'video/mp4' } } }]],
	['inbound/audio', [{ message: { type: 'audio', text: null, media: { voice: true } } }]],
	['inbound/document', [{ message: { type: 'document', media: { fileName: 'pedido.pdf' } } }]],
	['inbound/sticker', [{ message: { type: 'sticker', media: { animated: true } } }]],
	[
		'inbound/location',
		[
			{
				message: {
					type: 'location',
					text: 'Puerta del Sol',
					location: { latitude: 40.4168, longitude: -3.7038, address: 'Madrid' },
				},
			},
		],
	],
	[
		'inbound/contacts',
		[
			{
				message: {
					type: 'contacts',
					text: 'Luis Pérez, Ana',
					contacts: [{ origin: 'other' }, { name: { first_name: 'Ana' } }],
				},
			},
		],
	],
	[
		'inbound/reaction',
		[
			{
				message: {
					type: 'reaction',
					text: '👍',
					reaction: { message_id: 'wamid.E1', emoji: '👍' },
				},
			},
		],
	],
	[
		'inbound/reaction-removed',
		[
			{ message: { text: null, reaction: { message_id: 'wamid.E1' } } },
			{ message: { text: null, reaction: { message_id: 'wamid.E1', emoji: '' } } },
		],
	],
	[
		'inbound/button',
		[
			{
				message: {
					type: 'button',
					text: 'Confirmar',
					replyTo: ANSWERS_E1,
					button: { payload: 'CONFIRM' },
					answer: { id: 'CONFIRM', title: 'Confirmar', kind: 'template' },
				},
			},
		],
	],
	[
		'inbound/list-reply',
		[
			{
				message: {
					type: 'interactive',
					text: 'Mañana',
					replyTo: ANSWERS_E1,
					interactive: { list_reply: { id: 'row-1', description: 'De 9 a 13' } },
					answer: { id: 'row-1', title: 'Mañana', kind: 'list' },
				},
			},
		],
	],
	[
		'inbound/button-reply',
		[
			{
				message: {
					text: 'Sí',
					interactive: { button_reply: { id: 'yes' } },
					answer: { id: 'yes', title: 'Sí', kind: 'button' },
				},
			},
		],
	],
	[
		'inbound/flow-reply',
		[
			{
				message: {
					text: 'Sent',
					answer: {
						id: 'flow',
						title: 'Sent',
						kind: 'form',
						fields: { flow_token: 'f-1', day: 'monday' },
					},
				},
			},
		],
	],
	[
		'inbound/flow-reply-broken',
		[
			{
				message: {
					text: 'Sent',
					answer: { kind: 'form', fields: undefined },
					interactive: { nfm_reply: { response_json: '{"flow_token":' } },
				},
			},
		],
	],
	[
		'inbound/call-permission-reply-without-type',
		[
			{
				message: {
					type: 'interactive',
					text: null,
					interactive: { call_permission_reply: { response: 'accept', is_permanent: false } },
				},
			},
		],
	],
	[
		'inbound/order',
		[
			{
				message: {
					type: 'order',
					text: 'Para el viernes',
					order: { product_items: [{ item_price: 9.95 }] },
				},
			},
			{ message: { type: 'order', text: null, order: { product_items: [{ item_price: 30 }] } } },
		],
	],
	[
		'inbound/edit',
		[
			{
				event: 'inbound.edited',
				message: {
					id: 'wamid.M1',
					type: 'text',
					text: 'a las seis',
					originalId: 'wamid.M0',
					replyTo: undefined,
				},
			},
		],
	],
	[
		'inbound/edit-without-message',
		[
			{
				event: 'inbound.edited',
				message: {
					type: 'edit',
					text: null,
					originalId: 'wamid.M0',
					content: { original_message_id: 'wamid.M0' },
				},
			},
		],
	],
	[
		'inbound/revoke',
		[{ event: 'inbound.revoked', contact: MARTA, message: { originalId: 'wamid.M0', text: null } }],
	],
	[
		'inbound/unsupported',
		[
			{
				event: 'inbound.message',
				message: {
					type: 'unsupported',
					text: null,
					unsupported: { type: 'poll_creation' },
					errors: [
						{
							code: 131051,
							title: 'Message type unknown',
							message: 'Message type unknown',
							details: 'Message type is currently not supported.',
						},
					],
				},
			},
		],
	],
	[
		'inbound/unavailable',
		[
			{
				event: 'inbound.message',
				contact: MARTA,
				message: { type: 'unsupported', errors: [{ code: 131060 }] },
			},
		],
	],
	[
		'inbound/unknown-legacy',
		[
			{
				message: {
					type: 'unknown',
					content: undefined,
					errors: [{ code: 131051, details: 'Message type is not currently supported' }],
				},
			},
		],
	],
	[
		'inbound/system-changed-number',
		[
			{
				event: 'inbound.system',
				contact: { key: 'ES.OLD', parentUserId: 'ES.ENT.OLD', phone: '34600333444' },
				message: {
					type: 'system',
					text: 'Marta cambió de 34600333444 a 34600555666',
					system: { type: 'user_changed_number', wa_id: '34600555666', user_id: 'ES.NEW' },
				},
			},
			{ event: 'inbound.system', contact: { key: '34600333444' } },
		],
	],
	[
		'inbound/system-changed-user-id',
		[
			{ event: 'inbound.system', contact: { key: 'ES.OLD', phone: undefined } },
			{ event: 'inbound.system', contact: { key: null, phone: undefined } },
		],
	],
	[
		'inbound/request-welcome',
		[
			{
				event: 'inbound.message',
				contact: MARTA,
				message: { type: 'request_welcome', text: null },
			},
		],
	],
	[
		'inbound/group',
		[
			{ groupId: 'group-1', contact: MARTA, message: { text: 'hola a todos' } },
			{ groupId: 'group-1', contact: MARTA, message: { errors: [{ code: 130501 }] } },
		],
	],
	[
		'inbound/value-errors',
		[
			{
				event: 'webhook.error',
				field: 'messages',
				phoneNumberId: '800000000000001',
				error: {
					code: 130429,
					title: 'Rate limit hit',
					message: 'Rate limit hit',
					details: 'Message failed to send because there were too many messages',
					href: 'https://example.com/errors/130429',
				},
			},
		],
	],
	[
		'inbound/unknown-type',
		[
			{
				event: 'inbound.message',
				message: { type: 'hologram', text: 'en 3D', hologram: { body: 'en 3D', frames: 3 } },
			},
		],
	],
	[
		'inbound/type-named-like-our-fields',
		[
			{ message: { type: 'mediaPending', mediaPending: false, content: { body: 'x' } } },
			{ message: { type: 'constructor', content: { name: 'y' } } },
			{ message: { type: '__proto__', content: { polluted: true } } },
			{ message: { type: 'toString', content: undefined } },
		],
	],
	[
		'inbound/without-type',
		[{ message: { id: 'wamid.M1', type: 'unknown', content: { parcel: { weight: 3 } } } }],
	],
	[
		'inbound/content-not-as-documented',
		[
			{ message: { type: 'text', text: null, content: 'hola' } },
			{ message: { type: 'text', text: null, content: { header: 'hola' } } },
			{ message: { type: 'image', media: undefined, content: '700000000000001' } },
			{ message: { type: 'location', content: [40.4, -3.7] } },
			{ message: { type: 'contacts', content: { name: 'Luis' } } },
			{ event: 'inbound.edited', message: { type: 'edit', content: 'wamid.M0' } },
		],
	],
	[
		'inbound/profile-missing',
		[
			{ contact: { key: '34600333444', profileName: undefined } },
			{ contact: { key: '34600555666', profileName: undefined } },
		],
	],
	[
		'inbound/user-id-only',
		[
			{
				event: 'inbound.message',
				contact: {
					key: 'ES.4815162342ABC',
					username: 'marta.g',
					phone: undefined,
					profileName: 'Marta',
				},
			},
		],
	],
	['inbound/named-by-contacts-only', [{ contact: MARTA, message: { text: 'hola' } }]],
	[
		'inbound/contacts-in-other-order',
		[
			{ contact: MARTA, message: { text: 'soy Marta' } },
			{
				contact: { key: 'ES.1623420815DEF', phone: '34600555666', profileName: 'Luis' },
				message: { text: 'soy Luis' },
			},
		],
	],
	['inbound/reply', [{ message: { text: 'vale', replyTo: ANSWERS_E1 } }]],
	[
		'inbound/forwarded',
		[
			{ message: { forwarded: true, frequentlyForwarded: false, replyTo: undefined } },
			{ message: { forwarded: true, frequentlyForwarded: true, replyTo: undefined } },
		],
	],
	[
		'inbound/referred-product',
		[
			{
				message: {
					replyTo: ANSWERS_E1,
					referredProduct: { catalog_id: '500000000000001', product_retailer_id: 'sku-1' },
				},
			},
		],
	],
	[
		'inbound/referral',
		[
			{
				message: {
					referral: {
						source_type: 'ad',
						media_type: 'video',
						ctwa_clid: 'clid-1',
						welcome_message: { text: '¡Hola!' },
					},
				},
			},
			{ message: { referral: { source_type: 'ad', headline: 'Verano' } } },
		],
	],
	[
		'inbound/shared-contact',
		[
			{
				message: { type: 'contacts', text: 'Luz Marín' },
				contact: { key: 'ES.7770001112LUZ', username: 'luz.m' },
				extra: {
					origin: 'contact_request',
					identity: { acknowledged: true, hash: 'h-1' },
					from_logical_id: 'logical-1',
					contact: { identity_key_hash: 'hash-2' },
				},
			},
		],
	],
	[
		'inbound/keys-that-nobody-knows',
		[
			{
				message: { type: 'image', forwarded: true, media: { id: '700000000000001' } },
				occurredAt: null,
				extra: {
					mood: null,
					timestamp: 'soon',
					context: { hops: 3 },
					image: { width: 640 },
					contact: { country: 'ES', profile: { picture: 'p-1' } },
					webhook: {
						body: { version: 'v1' },
						entry: { shard: 's-1' },
						change: { origin: 'edge-1' },
						value: {
							schema: '2',
							metadata: { username: 'tienda' },
							contacts: [{ wa_id: '34600999000' }],
						},
					},
				},
			},
			{
				event: 'inbound.edited',
				message: { text: 'nuevo' },
				extra: { edit: { message: { context: { id: 'M0' }, text: { style: 'bold' } } } },
			},
		],
	],
	[
		'inbound/number-in-two-forms',
		[
			{
				contact: {
					key: 'BR.1110002223BIA',
					phone: '551187654321',
					profileName: 'Bia',
					username: 'bia',
				},
				extra: { contact: { wa_id: '5511987654321' } },
			},
			{ contact: { key: '5511987654321', profileName: 'Bia' } },
			{ contact: { key: 'US.2', profileName: undefined } },
		],
	],
	[
		'inbound/system-new-id-only',
		[
			{ event: 'inbound.system', contact: { key: 'CO.7770001112LUZ', phone: undefined } },
			{ event: 'inbound.system', contact: { key: '34600777888', userId: undefined } },
			{ event: 'inbound.system', contact: { key: null } },
			{ event: 'inbound.system', contact: { key: null } },
		],
	],
];

describe('inbound', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});

	test('content under a hostile name changes no prototype', () => {
		const events = parseWebhook(loadFixture('inbound/type-named-like-our-fields'));

		for (const event of events) {
			const { message } = event as { message: object };
			expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
			expect(message).not.toHaveProperty('polluted');
		}
		expect(events).toHaveLength(4);
	});

	test('an edit nested in edits is kept whole, however deep', () => {
		let edit: object = { original_message_id: 'wamid.M0', message: { type: 'text' } };
		for (let depth = 0; depth < 20_000; depth++) {
			edit = { original_message_id: 'wamid.M0', message: { type: 'edit', edit } };
		}

		const events = parseWebhook({ messages: [{ id: 'wamid.M1', type: 'edit', edit }] });

		expect(events).toHaveLength(1);
		expect(events[0]).toHaveProperty('message.originalId', 'wamid.M0');
		expect((events[0] as { message: { content: unknown } }).message.content).toBe(edit);
	});
});
