import { describe, expect, it } from '@jest/globals';

import {
	contactsMessage,
	sendContacts,
} from '../../../../nodes/WhatsAppCoexistence/actions/message/sendContacts.operation';
import { filledIn } from '../filled-in.mts';

const build = (entered: Parameters<typeof filledIn>[1]) =>
	contactsMessage(filledIn(sendContacts.properties, entered));

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/contacts-messages */
describe('contactsMessage', () => {
	it('turns everything that can be filled in into what Meta takes', () => {
		const marta = {
			firstName: 'Marta',
			lastName: 'Ruiz',
			fullName: 'Marta Ruiz Gil',
			phones: { values: [{ phone: '+34 600 333 444', type: 'Mobile', waId: '34600333444' }] },
			emails: { values: [{ email: 'marta@flowers.test', type: 'Work' }] },
			addresses: {
				values: [
					{
						street: 'Calle Mayor 1',
						city: 'Madrid',
						state: 'Madrid',
						zip: '28013',
						country: 'Spain',
						countryCode: 'ES',
						type: 'Work',
					},
				],
			},
			urls: { values: [{ url: 'https://flowers.test', type: 'Work' }] },
			company: 'Marta Flowers',
			department: 'Sales',
			jobTitle: 'Owner',
			birthday: '1990-12-31',
		};
		expect(build({ contacts: { values: [marta] } })).toEqual({
			type: 'contacts',
			contacts: [
				{
					name: { formatted_name: 'Marta Ruiz Gil', first_name: 'Marta', last_name: 'Ruiz' },
					phones: [{ phone: '+34 600 333 444', type: 'Mobile', wa_id: '34600333444' }],
					emails: [{ email: 'marta@flowers.test', type: 'Work' }],
					addresses: [
						{
							street: 'Calle Mayor 1',
							city: 'Madrid',
							state: 'Madrid',
							zip: '28013',
							country: 'Spain',
							country_code: 'ES',
							type: 'Work',
						},
					],
					urls: [{ url: 'https://flowers.test', type: 'Work' }],
					org: { company: 'Marta Flowers', department: 'Sales', title: 'Owner' },
					birthday: '1990-12-31',
				},
			],
		});
	});

	it('leaves out what was left empty, as the editor stores it', () => {
		const contact = {
			firstName: 'Marta',
			lastName: 'Ruiz',
			fullName: '',
			phones: { values: [{ phone: '+34600333444', type: '', waId: '' }] },
			emails: {},
			addresses: {},
			urls: {},
			company: '',
			department: '',
			jobTitle: '',
			birthday: '',
		};
		expect(build({ contacts: { values: [contact] } })).toEqual({
			type: 'contacts',
			contacts: [
				{
					name: { formatted_name: 'Marta Ruiz', first_name: 'Marta', last_name: 'Ruiz' },
					phones: [{ phone: '+34600333444' }],
				},
			],
		});
	});

	it('passes contacts in Meta’s form on as they are', () => {
		const contacts = [{ name: { formatted_name: 'Marta', first_name: 'Marta' }, origin: 'other' }];
		expect(build({ contactsMode: 'json', contactsJson: JSON.stringify(contacts) })).toEqual({
			type: 'contacts',
			contacts,
		});
	});

	it.each([
		[{ contacts: {} }, '“Contacts” needs at least 1 entry'],
		[{ contacts: { values: [{ firstName: '' }] } }, '“Contacts > 1 > First Name” is empty'],
		[
			{ contacts: { values: [{ firstName: 'Marta', phones: { values: [{ phone: '' }] } }] } },
			'“Contacts > 1 > Phones > 1 > Phone” is empty',
		],
		[
			{ contacts: { values: [{ firstName: 'Marta', birthday: '31/12/1990' }] } },
			'“Contacts > 1 > Birthday” has to look like 1990-12-31',
		],
		[
			{ contactsMode: 'json', contactsJson: '[{ "phones": [] }]' },
			'“Contacts > 1 > name” is missing',
		],
		[{ contactsMode: 'json', contactsJson: '[{' }, '“Contacts” is not valid JSON'],
	])('refuses %j', (entered, message) => {
		expect(() => build(entered)).toThrow(message);
	});
});
