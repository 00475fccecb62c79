import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { editTemplate } from '../../graph/templates';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { CATEGORIES } from './categories';
import { contentOf, contentProperties } from './content';
import { existingTemplate, templateProperty } from './template-locator';

const category: INodeProperties = {
	displayName: 'Category',
	name: 'newCategory',
	type: 'options',
	default: '',
	options: [...CATEGORIES, { name: 'Leave as It Is', value: '' }],
	description: 'That of an approved template cannot be changed',
};

export const update: Operation = {
	name: 'Update',
	description: 'Replace what a message template says',
	action: 'Update a template',
	properties: [
		{
			displayName:
				'All that the template says is replaced by what stands here. Meta reviews it again, and lets an approved template be edited once in 24 hours and ten times in 30 days.',
			name: 'editNotice',
			type: 'notice',
			default: '',
		},
		templateProperty,
		category,
		...contentProperties,
	],
	async execute(context, graph, itemIndex) {
		const { template, newCategory } = parametersOf(context, itemIndex, [
			templateProperty,
			category,
		]);
		const { id } = await existingTemplate(graph, template);
		const { components } = await contentOf(context, graph, itemIndex);
		const changes = { components, ...(newCategory === '' ? {} : { category: newCategory }) };
		await editTemplate(graph, id, changes, itemIndex);
		return (await existingTemplate(graph, template)) as unknown as IDataObject;
	},
};
