import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { createTemplate } from '../../graph/templates';
import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { CATEGORIES } from './categories';
import { contentOf, contentProperties } from './content';
import { LANGUAGES } from './languages';

const own: INodeProperties[] = [
	{
		displayName: 'Name',
		name: 'templateName',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. order_ready',
		description: 'Small letters, digits and underscores',
	},
	{
		displayName: 'Language',
		name: 'language',
		type: 'options',
		default: 'en_US',
		options: LANGUAGES,
		description:
			'Of the text below. Create the template once for each language, with the same name.',
	},
	{
		displayName: 'Category',
		name: 'category',
		type: 'options',
		default: 'UTILITY',
		options: CATEGORIES,
		description: 'What it is for; it decides the price. Meta changes it where it sees another one.',
	},
];

const schema = z.object({
	templateName: z
		.string()
		.trim()
		.min(1)
		.max(512)
		.regex(/^[a-z0-9_]+$/, 'takes small letters, digits and underscores only'),
	language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'has to be a language code such as en_US'),
	category: z.enum(['AUTHENTICATION', 'MARKETING', 'UTILITY']),
});

export const create: Operation = {
	name: 'Create',
	description: 'Hand in a message template for Meta’s review',
	action: 'Create a template',
	properties: [...own, ...contentProperties],
	async execute(context, graph, itemIndex) {
		const { templateName, language, category } = checkParameters(
			schema,
			parametersOf(context, itemIndex, own),
			own,
		);
		const { components, named } = await contentOf(context, graph, itemIndex);
		const created = await createTemplate(
			graph,
			{
				name: templateName,
				language,
				category,
				parameter_format: named ? 'named' : 'positional',
				components,
			},
			itemIndex,
		);
		return {
			id: created.id,
			name: templateName,
			language,
			category: created.category ?? category,
			status: created.status ?? 'PENDING',
		};
	},
};
