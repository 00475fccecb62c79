import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { iso, loadFixture } from './fixtures.mts';

const cases: Array<[fixture: string, events: object[]]> = [
	[
		'contacts/add',
		[
			{
				event: 'contact.saved',
				occurredAt: iso(1789000200),
				field: 'smb_app_state_sync',
				wabaId: '900000000000001',
				phoneNumberId: '800000000000001',
				contact: {
					key: 'ES.4815162342ABC',
					userId: 'ES.4815162342ABC',
					parentUserId: 'ES.ENT.99887766',
					username: 'marta.g',
					phone: '34600333444',
					profileName: undefined,
					fullName: 'Marta Gil',
					firstName: 'Marta',
				},
			},
			{ event: 'contact.saved', contact: { key: '34600555666', fullName: undefined } },
			{
				event: 'contact.saved',
				contact: { key: 'ES.1623420815DEF', username: 'luis.p', phone: undefined },
			},
		],
	],
	[
		'contacts/remove',
		[
			{
				event: 'contact.removed',
				occurredAt: iso(1789000300),
				contact: { key: '34600333444', fullName: undefined },
			},
		],
	],
	[
		'contacts/edit',
		[
			{
				event: 'contact.saved',
				occurredAt: iso(1789000400),
				contact: { fullName: 'Marta Gil Ruiz', version: 2 },
			},
			{
				event: 'contact.saved',
				occurredAt: iso(1789000200),
				contact: { fullName: 'Marta Gil', version: undefined },
			},
		],
	],
	['contacts/update', [{ event: 'contact.saved', contact: { fullName: 'Marta Gil' } }]],
	[
		'contacts/same-phone-twice',
		[
			{ contact: { key: '34600333444', fullName: 'Marta Gil' } },
			{ contact: { key: '34600333444', fullName: 'Marta (trabajo)' } },
		],
	],
	[
		'contacts/unrecognized',
		[
			{ event: 'unrecognized', value: { action: 'merge' } },
			{ event: 'unrecognized', value: { type: 'label', label: { name: 'VIP' } } },
			{ event: 'unrecognized', value: { type: 'contact', action: 'add' } },
		],
	],
	[
		'contacts/vendor-formats',
		[
			{
				event: 'contact.saved',
				occurredAt: iso(1789000200),
				contact: { key: '34600333444', phone: '34600333444', fullName: 'Marta Gil' },
			},
		],
	],
	[
		'contacts/create',
		[
			{ event: 'contact.saved', contact: { fullName: 'Luz Marín', username: 'luz.m', version: 1 } },
			{
				event: 'contact.saved',
				contact: { fullName: 'Luz Marín Soto' },
				extra: { contact: { labels: ['VIP'] } },
			},
		],
	],
];

describe('contacts', () => {
	test.each(cases)('%s', (fixture, events) => {
		expect(parseWebhook(loadFixture(fixture))).toMatchObject(events);
	});

	test('a whole address book in one delivery gives one event for each contact', () => {
		const phones = Array.from({ length: 500 }, (_, n) => String(34_600_400_000 + n));
		const state_sync = phones.map((phone_number) => ({
			type: 'contact',
			action: 'add',
			contact: { phone_number },
			metadata: { timestamp: '1789000200' },
		}));

		const events = parseWebhook({
			entry: [{ id: '1', changes: [{ field: 'smb_app_state_sync', value: { state_sync } }] }],
		});

		expect(events.map((event) => event.event === 'contact.saved' && event.contact.phone)).toEqual(
			phones,
		);
	});
});

test('what is no contact is kept, though it looks like one', () => {
	const item = { type: 'label', action: 'add', contact: { phone_number: '34600333444' } };
	expect(parseWebhook({ state_sync: [item] })).toMatchObject([
		{ event: 'unrecognized', value: item },
	]);
});
