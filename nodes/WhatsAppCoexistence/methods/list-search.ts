import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import { referenceTo } from '../actions/template/template-locator';
import { listFlows } from '../graph/flows';
import { listTemplates } from '../graph/templates';
import { accountGraph } from './account-graph';
import { phoneNumberChoices } from './phone-number-choices';

/** The phone numbers of the credential's WABA whose number or name contains the filter. */
export async function searchPhoneNumbers(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return matching(await phoneNumberChoices(this), filter);
}

/** The WABA's templates whose name contains the filter; one that cannot be sent shows its status. */
export async function searchTemplates(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const templates = await listTemplates(await accountGraph(this), {}, [
		'name',
		'language',
		'status',
	]);
	const choices = templates.map(({ name, language, status }) => ({
		name: `${name} (${language})${status === 'APPROVED' ? '' : ` – ${status}`}`,
		value: referenceTo({ name, language }),
	}));
	return matching(choices, filter);
}

/** The WABA's flows whose name contains the filter; one that is not published shows its status. */
export async function searchFlows(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const flows = await listFlows(await accountGraph(this));
	const choices = flows.map(({ id, name, status }) => ({
		name: `${name}${status === 'PUBLISHED' ? '' : ` – ${status}`}`,
		value: id,
	}));
	return matching(choices, filter);
}

function matching(choices: INodeListSearchItems[], filter = ''): INodeListSearchResult {
	const wanted = filter.toLowerCase();
	return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}
