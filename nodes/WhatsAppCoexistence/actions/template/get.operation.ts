import type { IDataObject } from 'n8n-workflow';

import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { existingTemplate, templateProperty } from './template-locator';

const properties = [templateProperty];

export const get: Operation = {
	name: 'Get',
	description: 'Look up a message template and whether Meta has approved it',
	action: 'Get a template',
	properties,
	async execute(context, graph, itemIndex) {
		const { template } = parametersOf(context, itemIndex, properties);
		return (await existingTemplate(graph, template)) as unknown as IDataObject;
	},
};
