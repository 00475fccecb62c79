import { listPhoneNumbers, PHONE_NUMBER_FIELDS } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { limitOf, limitProperties } from '../result-limit';
import { shown, simplifyProperty } from './simplify';

export const getAll: Operation = {
	name: 'Get Many',
	description: 'Get all numbers of the WhatsApp Business Account in the credential',
	action: 'Get many phone numbers',
	properties: [...limitProperties, simplifyProperty],
	async execute(context, graph, itemIndex) {
		const numbers = await listPhoneNumbers(graph, PHONE_NUMBER_FIELDS);
		return numbers
			.slice(0, limitOf(context, itemIndex))
			.map((number) => shown(context, itemIndex, number));
	},
};
