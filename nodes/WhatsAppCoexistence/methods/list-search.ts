import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { phoneNumberChoices } from './phone-number-choices';

/** The phone numbers of the credential's WABA whose number or name contains the filter. */
export async function searchPhoneNumbers(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter?.toLowerCase() ?? '';
	const choices = await phoneNumberChoices(this);
	return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}
