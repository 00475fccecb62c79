import { listPhoneNumbers, PHONE_NUMBER_FIELDS } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { shown, simplifyProperty } from '../phoneNumber/simplify';

/** After a coexistence signup Meta names the WABA only, so its numbers have to be looked up. */
export const findNumbers: Operation = {
	name: 'Find Numbers',
	description: 'Get the phone numbers of an account, for example right after its signup',
	action: 'Find the numbers of an account',
	properties: [simplifyProperty],
	async execute(context, graph, itemIndex) {
		const numbers = await listPhoneNumbers(graph, PHONE_NUMBER_FIELDS);
		return numbers.map((number) => ({
			wabaId: graph.businessAccountId,
			...shown(context, itemIndex, number),
		}));
	},
};
