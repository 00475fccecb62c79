import type { INodeProperties } from 'n8n-workflow';

import { deleteTemplate } from '../../graph/templates';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { existingTemplate, templateNamed, templateProperty } from './template-locator';

const allLanguages: INodeProperties = {
	displayName: 'All Languages',
	name: 'allLanguages',
	type: 'boolean',
	default: false,
	description:
		'Whether to delete the template in all its languages. The name of an approved one cannot be used again for 30 days.',
};

export const deleteOne: Operation = {
	name: 'Delete',
	description: 'Remove a message template, in one language or in all',
	action: 'Delete a template',
	properties: [templateProperty, allLanguages],
	async execute(context, graph, itemIndex) {
		const entered = parametersOf(context, itemIndex, [templateProperty, allLanguages]);
		const { name, language } = templateNamed(entered.template);
		if (entered.allLanguages === true) {
			await deleteTemplate(graph, { name }, itemIndex);
			return { deleted: true, id: null, name, language: null };
		}
		const { id } = await existingTemplate(graph, entered.template);
		await deleteTemplate(graph, { name, id }, itemIndex);
		return { deleted: true, id, name, language };
	},
};
