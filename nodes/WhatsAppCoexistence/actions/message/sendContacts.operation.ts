import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import { listParameter } from '../list-parameter';
import type { Operation } from '../operation';
import { json, list, optionalText, text } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const MAX_CONTACTS = 257;
const MAX_LENGTH = 1000;

const textField = (displayName: string, name: string, placeholder = ''): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	placeholder,
});

const listField = (
	displayName: string,
	name: string,
	entry: string,
	values: INodeProperties[],
): INodeProperties => ({
	displayName,
	name,
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: `Add ${entry}`,
	default: {},
	options: [{ displayName: entry, name: 'values', values }],
});

const typeField = textField('Type', 'type', 'e.g. Work');

const properties = listParameter({
	displayName: 'Contacts',
	name: 'contacts',
	entry: 'Contact',
	description: 'One contact card for each',
	fields: [
		{ ...textField('First Name', 'firstName', 'e.g. Marta'), required: true },
		textField('Last Name', 'lastName', 'e.g. Ruiz'),
		{
			...textField('Full Name', 'fullName', 'e.g. Marta Ruiz'),
			description: 'By default first and last name',
		},
		listField('Phones', 'phones', 'Phone', [
			{ ...textField('Phone', 'phone', 'e.g. +34 600 333 444'), required: true },
			typeField,
			{
				...textField('WhatsApp ID', 'waId', 'e.g. 34600333444'),
				description: 'The number in digits; with it, the person can be messaged with one tap',
			},
		]),
		listField('Emails', 'emails', 'Email', [
			{ ...textField('Email', 'email', 'e.g. name@email.com'), required: true },
			typeField,
		]),
		listField('Addresses', 'addresses', 'Address', [
			textField('Street', 'street'),
			textField('City', 'city'),
			textField('State', 'state'),
			textField('ZIP', 'zip'),
			textField('Country', 'country'),
			textField('Country Code', 'countryCode', 'e.g. ES'),
			typeField,
		]),
		listField('URLs', 'urls', 'URL', [
			{ ...textField('URL', 'url', 'e.g. https://example.com'), required: true },
			typeField,
		]),
		textField('Company', 'company'),
		textField('Department', 'department'),
		textField('Job Title', 'jobTitle'),
		textField('Birthday', 'birthday', 'e.g. 1990-12-31'),
	],
	example: [
		{
			name: { formatted_name: 'Marta Ruiz', first_name: 'Marta' },
			phones: [{ phone: '+34 600 333 444' }],
		},
	],
	jsonDescription:
		'A list in Meta’s form, such as the field “message.contacts” of an event that is passed on',
});

const optional = optionalText(MAX_LENGTH);
const several = { min: 0, max: MAX_CONTACTS };
const birthday = z.preprocess(
	(value) => value || undefined,
	z
		.string()
		.regex(/^\d{4}-\d\d-\d\d$/, 'has to look like 1990-12-31')
		.optional(),
);

const enteredContact = z
	.object({
		firstName: text(MAX_LENGTH),
		lastName: optional,
		fullName: optional,
		phones: list(
			z.object({ phone: text(MAX_LENGTH), type: optional, waId: optional }),
			several,
		).optional(),
		emails: list(z.object({ email: text(MAX_LENGTH), type: optional }), several).optional(),
		addresses: list(
			z.object({
				street: optional,
				city: optional,
				state: optional,
				zip: optional,
				country: optional,
				countryCode: optional,
				type: optional,
			}),
			several,
		).optional(),
		urls: list(z.object({ url: text(MAX_LENGTH), type: optional }), several).optional(),
		company: optional,
		department: optional,
		jobTitle: optional,
		birthday,
	})
	.transform((contact) => ({
		name: {
			formatted_name:
				contact.fullName ?? [contact.firstName, contact.lastName].filter(Boolean).join(' '),
			first_name: contact.firstName,
			last_name: contact.lastName,
		},
		phones: contact.phones?.map(({ waId, ...phone }) => ({ ...phone, wa_id: waId })),
		emails: contact.emails,
		addresses: contact.addresses?.map(({ countryCode, ...address }) => ({
			...address,
			country_code: countryCode,
		})),
		urls: contact.urls,
		org: {
			company: contact.company,
			department: contact.department,
			title: contact.jobTitle,
		},
		birthday: contact.birthday,
	}));

/** Of Meta’s form only what every contact needs is checked, so that a new key of Meta passes. */
const metaContact = z
	.object({ name: z.object({ formatted_name: z.string().min(1) }).passthrough() })
	.passthrough();

const schema = z.discriminatedUnion('contactsMode', [
	z.object({
		contactsMode: z.literal('fields'),
		contacts: list(enteredContact, { max: MAX_CONTACTS }),
	}),
	z.object({
		contactsMode: z.literal('json'),
		contactsJson: json(z.array(metaContact).min(1).max(MAX_CONTACTS)),
	}),
]);

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/contacts-messages */
export function contactsMessage(entered: IDataObject): MessageContent {
	const checked = checkParameters(schema, entered, properties);
	const contacts = checked.contactsMode === 'json' ? checked.contactsJson : checked.contacts;
	return { type: 'contacts', contacts: withoutEmpty(contacts) as IDataObject[] };
}

/** Leaves out what was left empty: undefined members and, with them, empty lists and objects. */
function withoutEmpty(value: unknown): unknown {
	if (Array.isArray(value)) {
		const kept = value.map(withoutEmpty).filter((entry) => entry !== undefined);
		return kept.length === 0 ? undefined : kept;
	}
	if (typeof value !== 'object' || value === null) return value;
	const kept = Object.entries(value)
		.map(([key, member]) => [key, withoutEmpty(member)] as const)
		.filter(([, member]) => member !== undefined);
	return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

export const sendContacts: Operation = {
	name: 'Send Contacts',
	description: 'Send one or more contact cards',
	action: 'Send contacts',
	properties: messageProperties(properties),
	async execute(context, graph, itemIndex) {
		const content = contactsMessage(parametersOf(context, itemIndex, properties));
		return await sendMessage(context, graph, itemIndex, content);
	},
};
