import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';

const MARTA = { key: 'ES.4815162342ABC', phone: '34600333444', profileName: 'Marta' };

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'echoes/text-without-contacts',
		[
			{
				event: 'echo.message',
				eventId: '800000000000001:echo.message:wamid.E1',
				occurredAt: iso(1789000401),
				field: 'smb_message_echoes',
				direction: 'outbound',
				author: 'business_app',
				isHistory: false,
				contact: { key: '34600333444', userId: undefined, phone: '34600333444' },
				message: { id: 'wamid.E1', type: 'text', text: 'te llamo luego', replyTo: undefined },
			},
		],
	],
	[
		'echoes/user-id-only',
		[
			{
				event: 'echo.message',
				contact: {
					key: 'ES.4815162342ABC',
					userId: 'ES.4815162342ABC',
					parentUserId: 'ES.ENT.99887766',
					username: 'marta.g',
					phone: undefined,
					profileName: 'Marta',
				},
			},
		],
	],
	[
		'echoes/media',
		[
			{
				contact: MARTA,
				message: {
					type: 'image',
					text: 'el menú',
					media: {
						id: '700000000000001',
						mimeType: 'image/jpeg',
						caption: 'el menú',
						url: 'https://lookaside.example/whatsapp/1',
					},
				},
			},
			{ contact: MARTA, message: { type: 'video', text: null, media: { mimeType: 'video/mp4' } } },
			{ contact: MARTA, message: { type: 'audio', media: { voice: true } } },
			{
				contact: MARTA,
				message: { type: 'document', text: 'la factura', media: { fileName: 'factura.pdf' } },
			},
			{ contact: MARTA, message: { type: 'sticker', media: { animated: false } } },
		],
	],
	[
		'echoes/other-types',
		[
			{ message: { type: 'location', text: 'Gran Vía 1', location: { latitude: 40.4168 } } },
			{
				message: {
					type: 'contacts',
					text: 'Luis Pérez',
					contacts: [{ phones: [{ wa_id: '34600555666' }] }],
				},
			},
			{ message: { type: 'reaction', text: '❤️', reaction: { message_id: 'wamid.M1' } } },
			{ message: { type: 'interactive', text: '¿Confirmas?', interactive: { type: 'button' } } },
		],
	],
	[
		'echoes/revoke',
		[
			{
				event: 'echo.revoked',
				direction: 'outbound',
				contact: { key: null },
				message: { id: 'wamid.E2', type: 'revoke', text: null, originalId: 'wamid.E1' },
			},
		],
	],
	[
		'echoes/edit-caption',
		[
			{
				event: 'echo.edited',
				contact: { key: '34600333444' },
				message: {
					id: 'wamid.E3',
					type: 'image',
					text: 'nuevo',
					originalId: 'wamid.E1',
					replyTo: undefined,
					media: { id: '700000000000002' },
				},
			},
		],
	],
	[
		'echoes/edit-text',
		[
			{
				event: 'echo.edited',
				eventId: '800000000000001:echo.edited:wamid.E4',
				message: { type: 'text', text: 'te llamo mañana', originalId: 'wamid.E1' },
			},
			{
				event: 'echo.edited',
				eventId: '800000000000001:echo.edited:wamid.E5',
				message: {
					type: 'text',
					text: 'te llamo el lunes',
					originalId: 'wamid.E1',
					replyTo: undefined,
				},
			},
		],
	],
	[
		'echoes/in-messages',
		[{ event: 'echo.message', direction: 'outbound', contact: { phone: '34600333444' } }],
	],
	[
		'echoes/own-number-under-messages',
		[
			{
				event: 'echo.message',
				field: 'messages',
				direction: 'outbound',
				contact: { phone: '34600333444' },
			},
		],
	],
	[
		'echoes/several-customers',
		[
			{ contact: MARTA, message: { text: 'a Marta' } },
			{ contact: { key: '34600555666', profileName: 'Luis' }, message: { text: 'a Luis' } },
			{ event: 'echo.revoked', contact: { key: null, profileName: undefined } },
		],
	],
	[
		'echoes/number-variants',
		[{ contact: { phone: '5511987654321' } }, { contact: { phone: '5215512345678' } }],
	],
	[
		'echoes/of-a-bot',
		[
			{ event: 'echo.message', author: 'meta_bot' },
			{ event: 'echo.message', author: 'business_app' },
			{
				event: 'echo.message',
				author: 'unknown',
				extra: { message_creation_type: 'something_new' },
			},
		],
	],
	[
		'echoes/field-message-echoes',
		[
			{
				event: 'echo.message',
				field: 'message_echoes',
				direction: 'outbound',
				author: 'unknown',
				contact: { key: 'ES.7770001112LUZ', profileName: 'Luz' },
			},
			{ event: 'echo.message', author: 'meta_bot' },
		],
	],
];

describe('echoes', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});
});

test.each([
	[undefined, 'business_app'],
	['user', 'business_app'],
	['user_initiated', 'business_app'],
	['bot', 'meta_bot'],
	['AI_BOT', 'meta_bot'],
	['something_new', 'unknown'],
	[['bot'], 'unknown'],
	[null, 'unknown'],
])('an echo that is made by %p is by %s', (message_creation_type, author) => {
	const message = { id: 'wamid.1', to: '34600333444', type: 'text', text: { body: 'hola' } };
	const message_echoes = [{ ...message, message_creation_type }];
	expect(parseWebhook({ message_echoes })).toMatchObject([{ event: 'echo.message', author }]);
});

test('whatever stands under the field of echoes is an echo, from whichever number', () => {
	const messages = [{ id: 'wamid.1', from: '34600999000', to: '34600333444', type: 'text' }];
	const changes = [{ field: 'smb_message_echoes', value: { messages } }];
	expect(parseWebhook({ entry: [{ changes }] })).toMatchObject([
		{ event: 'echo.message', direction: 'outbound', contact: { key: '34600333444' } },
	]);
});
