import { listPhoneNumbers, PHONE_NUMBER_FIELDS } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { shown, simplifyProperty } from '../phoneNumber/simplify';
import { targetGraph, targetProperty } from './target';

/** After a coexistence signup Meta names the WABA only, so its numbers have to be looked up. */
export const findNumbers: Operation = {
	name: 'Find Numbers',
	description: 'Get the phone numbers of an account, for example right after its signup',
	action: 'Find the numbers of an account',
	properties: [simplifyProperty, targetProperty],
	async execute(context, graph, itemIndex) {
		const target = targetGraph(context, graph, itemIndex);
		const numbers = await listPhoneNumbers(target, PHONE_NUMBER_FIELDS);
		return numbers.map((number) => ({
			wabaId: target.businessAccountId,
			...shown(context, itemIndex, number),
		}));
	},
};
