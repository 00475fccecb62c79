import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { listTemplates } from '../../graph/templates';
import type { Operation } from '../operation';
import { limitOf, limitProperties } from '../result-limit';

/** The names are those of Meta’s own filters. */
const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [
		{
			displayName: 'Category',
			name: 'category',
			type: 'options',
			default: 'UTILITY',
			options: [
				{ name: 'Authentication', value: 'AUTHENTICATION' },
				{ name: 'Marketing', value: 'MARKETING' },
				{ name: 'Utility', value: 'UTILITY' },
			],
		},
		{
			displayName: 'Language',
			name: 'language',
			type: 'string',
			default: '',
			placeholder: 'e.g. en_US',
			description: 'Language code as WhatsApp Manager shows it',
		},
		{
			displayName: 'Name Contains',
			name: 'name',
			type: 'string',
			default: '',
			placeholder: 'e.g. order',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'APPROVED',
			options: [
				{ name: 'Approved', value: 'APPROVED' },
				{ name: 'Disabled', value: 'DISABLED' },
				{ name: 'Paused', value: 'PAUSED' },
				{ name: 'Pending', value: 'PENDING' },
				{ name: 'Rejected', value: 'REJECTED' },
			],
		},
	],
};

export const getAll: Operation = {
	name: 'Get Many',
	description: 'Get the message templates of the WhatsApp Business Account in the credential',
	action: 'Get many templates',
	properties: [...limitProperties, filters],
	async execute(context, graph, itemIndex) {
		const entered = context.getNodeParameter('filters', itemIndex, {});
		const filter = Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== ''));
		const limit = limitOf(context, itemIndex);
		const templates = await listTemplates(graph, filter, undefined, limit);
		return templates.slice(0, limit) as unknown as IDataObject[];
	},
};
