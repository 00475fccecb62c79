import { UserError, type IDataObject } from 'n8n-workflow';

import { findTemplate } from '../../graph/templates';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { templateNamed, templateProperty } from './template-locator';

const properties = [templateProperty];

export const get: Operation = {
	name: 'Get',
	description: 'Look up a message template and whether Meta has approved it',
	action: 'Get a template',
	properties,
	async execute(context, graph, itemIndex) {
		const reference = templateNamed(parametersOf(context, itemIndex, properties).template);
		const template = await findTemplate(graph, reference);
		if (template === undefined) {
			throw new UserError(
				`There is no template “${reference.name}” in the language “${reference.language}”`,
				{
					description:
						'Pick one from the list, or look in WhatsApp Manager > Message Templates which languages it has.',
				},
			);
		}
		return template as unknown as IDataObject;
	},
};
