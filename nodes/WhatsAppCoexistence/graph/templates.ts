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

/** The templates of the WABA, every page of them. */
export async function listTemplates(
	graph: Graph,
	filter: IDataObject = {},
	fields: readonly string[] = DETAILS,
): Promise<MessageTemplate[]> {
	return await listAll<MessageTemplate>(graph, `/${graph.businessAccountId}/message_templates`, {
		...filter,
		fields: ['id', ...fields].join(','),
	});
}

/** The template with that name in that language; Meta’s own filter takes parts of names too. */
export async function findTemplate(
	graph: Graph,
	{ name, language }: TemplateReference,
): Promise<MessageTemplate | undefined> {
	const candidates = await listTemplates(graph, { name, language });
	return candidates.find((candidate) => candidate.name === name && candidate.language === language);
}
