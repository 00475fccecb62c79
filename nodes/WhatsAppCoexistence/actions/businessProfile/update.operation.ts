import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { profileChanges } from './changes';
import { changesProperty } from './profile-fields';
import { readProfile } from './read-profile';

export const update: Operation = {
	name: 'Update',
	description: 'Change what customers see of the business',
	action: 'Update a business profile',
	properties: [phoneNumberIdProperty, changesProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		await graph.call({
			method: 'POST',
			path: `/${phoneNumberId}/whatsapp_business_profile`,
			repeatable: true,
			itemIndex,
			body: profileChanges(context.getNodeParameter('changes', itemIndex)),
		});
		return await readProfile(graph, phoneNumberId, itemIndex);
	},
};
