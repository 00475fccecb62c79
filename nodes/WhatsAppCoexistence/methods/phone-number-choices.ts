import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { listPhoneNumbers } from '../graph/phone-numbers';
import { accountGraph } from './account-graph';

/** The phone numbers of the credential's WABA, as “number – verified name” and phone number ID. */
export async function phoneNumberChoices(
	context: ILoadOptionsFunctions,
): Promise<Array<{ name: string; value: string }>> {
	const graph = await accountGraph(context);
	const numbers = await listPhoneNumbers(graph, ['display_phone_number', 'verified_name']);
	return numbers.map(({ id, display_phone_number, verified_name }) => ({
		name: [display_phone_number ?? id, verified_name].filter(Boolean).join(' – '),
		value: id,
	}));
}
