import type { INodeProperties } from 'n8n-workflow';

export const catalogIdProperty: INodeProperties = {
	displayName: 'Catalog ID',
	name: 'catalogId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 1234567890123456',
	description: 'Of the catalog connected in WhatsApp Manager, as Commerce Manager shows it',
};

/** Longest ID of a catalog or a product that is sent; Meta documents no limit. */
export const MAX_ID = 200;
