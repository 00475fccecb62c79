import type { INodePropertyOptions } from 'n8n-workflow';

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-categorization */
export const CATEGORIES: INodePropertyOptions[] = [
	{
		name: 'Authentication',
		value: 'AUTHENTICATION',
		description: 'One-time codes; their content is given as JSON',
	},
	{ name: 'Marketing', value: 'MARKETING', description: 'Offers, news, invitations' },
	{ name: 'Utility', value: 'UTILITY', description: 'About an order, an appointment, an account' },
];
