import { readPhoneNumber } from '../../graph/phone-numbers';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { shown, simplifyProperty } from './simplify';

export const get: Operation = {
	name: 'Get',
	description: 'Get one number: whether it is in coexistence, its quality and its limits',
	action: 'Get a phone number',
	properties: [phoneNumberIdProperty, simplifyProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		return shown(context, itemIndex, await readPhoneNumber(graph, phoneNumberId, itemIndex));
	},
};
