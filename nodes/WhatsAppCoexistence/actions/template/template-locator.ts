import { UserError, type INodeProperties } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { findTemplate, type MessageTemplate, type TemplateReference } from '../../graph/templates';

const REFERENCE = /^([a-z0-9_]+)\|([a-z]{2,3}(?:_[A-Za-z]{2,4})?)$/;

/** Picks a template; the value holds name and language, as in `order_ready|es`. */
export const templateProperty: INodeProperties = {
	displayName: 'Template',
	name: 'template',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The template in one of its languages',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTemplates', searchable: true },
		},
		{
			displayName: 'By Name and Language',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. order_ready|en_US',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: REFERENCE.source,
						errorMessage: 'Name and language code with | between them, such as order_ready|en_US',
					},
				},
			],
		},
	],
};

export function referenceTo({ name, language }: TemplateReference): string {
	return `${name}|${language}`;
}

/** @throws UserError where it is not of the form `order_ready|es` */
export function templateNamed(reference: unknown): TemplateReference {
	const [, name, language] = REFERENCE.exec(String(reference).trim()) ?? [];
	if (name === undefined || language === undefined) {
		throw new UserError('“Template” does not name a template and its language', {
			description: `It is “${String(reference)}”. Pick a template from the list, or enter name and language code with | between them, such as order_ready|en_US.`,
		});
	}
	return { name, language };
}

/** @throws UserError where the account has no such template */
export async function existingTemplate(graph: Graph, entered: unknown): Promise<MessageTemplate> {
	const reference = templateNamed(entered);
	const template = await findTemplate(graph, reference);
	if (template !== undefined) return template;
	throw new UserError(
		`There is no template “${reference.name}” in the language “${reference.language}”`,
		{
			description:
				'Pick one from the list, or look in WhatsApp Manager > Message Templates which languages it has.',
		},
	);
}
