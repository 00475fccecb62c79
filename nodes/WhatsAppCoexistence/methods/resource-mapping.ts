import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { templateNamed } from '../actions/template/template-locator';
import { variablesOf } from '../actions/template/variables';
import { findTemplate } from '../graph/templates';
import { accountGraph } from './account-graph';

/** The variables of the template that was picked, as fields of the resource mapper. */
export async function getTemplateVariables(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const picked = this.getNodeParameter('template', '', { extractValue: true });
	if (!picked) return { fields: [], emptyFieldsNotice: 'Pick a template first.' };
	const template = await findTemplate(await accountGraph(this), templateNamed(picked));
	if (template === undefined) {
		return {
			fields: [],
			emptyFieldsNotice: 'This template does not exist. Pick another one from the list.',
		};
	}
	return {
		fields: variablesOf(template).map(({ id, label, required, type, defaultValue }) => ({
			id,
			displayName: label,
			required,
			type,
			display: true,
			defaultMatch: false,
			...(defaultValue === undefined ? {} : { defaultValue }),
		})),
	};
}
