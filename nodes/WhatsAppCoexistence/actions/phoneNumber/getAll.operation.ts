import { listPhoneNumbers, PHONE_NUMBER_FIELDS } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { shown, simplifyProperty } from './simplify';

export const getAll: Operation = {
	name: 'Get Many',
	description: 'Get all numbers of the WhatsApp Business Account in the credential',
	action: 'Get many phone numbers',
	properties: [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { returnAll: [false] } },
		},
		simplifyProperty,
	],
	async execute(context, graph, itemIndex) {
		const returnAll = context.getNodeParameter('returnAll', itemIndex) as boolean;
		const limit = returnAll ? undefined : (context.getNodeParameter('limit', itemIndex) as number);
		const numbers = await listPhoneNumbers(graph, PHONE_NUMBER_FIELDS);
		return numbers.slice(0, limit).map((number) => shown(context, itemIndex, number));
	},
};
