import { readProfile } from '../../graph/business-profile';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';

export const get: Operation = {
	name: 'Get',
	description: 'Get what customers see of the business: about, address, websites…',
	action: 'Get a business profile',
	properties: [phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		return await readProfile(graph, phoneNumberIdOf(context, itemIndex), itemIndex);
	},
};
