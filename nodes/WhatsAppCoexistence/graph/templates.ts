import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';
import { listAll } from './list-all';

/**
 * A message template as Meta describes it; a field is there only if it was asked for.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-account/message-template-api
 */
export interface MessageTemplate {
	id: string;
	name: string;
	/** Such as `es` or `en_US`. */
	language: string;
	status?: string;
	category?: string;
	/** How the variables are told apart: by number or by name. */
	parameter_format?: 'NAMED' | 'POSITIONAL';
	components?: TemplateComponent[];
}

export interface TemplateComponent {
	type: string;
	format?: string;
	text?: string;
	buttons?: TemplateButton[];
	cards?: Array<{ components: TemplateComponent[] }>;
	limited_time_offer?: { has_expiration?: boolean };
	/** The values that the template was submitted with. */
	example?: {
		header_text?: string[];
		header_text_named_params?: NamedExample[];
		body_text?: string[][];
		body_text_named_params?: NamedExample[];
	};
}

export interface NamedExample {
	param_name: string;
	example: string;
}

export interface TemplateButton {
	type: string;
	text?: string;
	url?: string;
	example?: string[];
}

/** A template has a name in several languages, and both together name it. */
export interface TemplateReference {
	name: string;
	language: string;
}

/** What Meta says to a new template. */
export interface CreatedTemplate {
	id: string;
	status?: string;
	/** Meta may have chosen another one. */
	category?: string;
}

const DETAILS = [
	'name',
	'language',
	'status',
	'category',
	'parameter_format',
	'components',
	'quality_score',
	'rejected_reason',
];

/** The templates of the WABA, every page of them; of more than `most`, at least so many. */
export async function listTemplates(
	graph: Graph,
	filter: IDataObject = {},
	fields: readonly string[] = DETAILS,
	most?: number,
): Promise<MessageTemplate[]> {
	return await listAll<MessageTemplate>(
		graph,
		`/${graph.businessAccountId}/message_templates`,
		{ ...filter, fields: ['id', ...fields].join(',') },
		most,
	);
}

/** The template with that name in that language; Meta’s own filter takes parts of names too. */
export async function findTemplate(
	graph: Graph,
	{ name, language }: TemplateReference,
): Promise<MessageTemplate | undefined> {
	const candidates = await listTemplates(graph, { name, language });
	return candidates.find((candidate) => candidate.name === name && candidate.language === language);
}

/**
 * Hands a template in for Meta's review, once: a second one of the same name and language is refused.
 *
 * @param template name, language, category, parameter_format and components, as Meta takes them
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
 */
export async function createTemplate(
	graph: Graph,
	template: IDataObject,
	itemIndex: number,
): Promise<CreatedTemplate> {
	return await graph.call<CreatedTemplate>({
		method: 'POST',
		path: `/${graph.businessAccountId}/message_templates`,
		body: template,
		itemIndex,
	});
}

/**
 * Replaces the components of a template, or its category. An approved one can be edited once in 24 hours,
 * so this is not repeated.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export async function editTemplate(
	graph: Graph,
	id: string,
	changes: IDataObject,
	itemIndex: number,
): Promise<void> {
	await graph.call({ method: 'POST', path: `/${id}`, body: changes, itemIndex });
}

/** @param id deletes only this one; otherwise the name goes in all its languages */
export async function deleteTemplate(
	graph: Graph,
	{ name, id }: { name: string; id?: string },
	itemIndex: number,
): Promise<void> {
	await graph.call({
		method: 'DELETE',
		path: `/${graph.businessAccountId}/message_templates`,
		qs: { name, ...(id === undefined ? {} : { hsm_id: id }) },
		itemIndex,
	});
}
