import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { phoneNumberChoices } from './phone-number-choices';

export async function getPhoneNumbers(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	return await phoneNumberChoices(this);
}
