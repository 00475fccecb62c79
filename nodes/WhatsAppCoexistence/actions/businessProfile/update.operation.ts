import { readProfile, updateProfile } from '../../graph/business-profile';
import { uploadHandle } from '../../graph/uploads';
import { binaryFile } from '../media/binary-file';
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
		const entered = context.getNodeParameter('changes', itemIndex);
		const changes = await profileChanges(entered, async (field) => {
			const picture = await binaryFile(context, itemIndex, field, 'image');
			return await uploadHandle(graph, picture, itemIndex);
		});
		await updateProfile(graph, phoneNumberId, changes, itemIndex);
		return await readProfile(graph, phoneNumberId, itemIndex);
	},
};
