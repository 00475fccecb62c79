import { readProfile, updateProfile } from '../../graph/business-profile';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { profileChanges } from './changes';
import { changesProperty } from './profile-fields';

export const update: Operation = {
	name: 'Update',
	description: 'Change what customers see of the business',
	action: 'Update a business profile',
	properties: [phoneNumberIdProperty, changesProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const changes = profileChanges(context.getNodeParameter('changes', itemIndex));
		await updateProfile(graph, phoneNumberId, changes, itemIndex);
		return await readProfile(graph, phoneNumberId, itemIndex);
	},
};
