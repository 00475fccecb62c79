import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import { changesProperty } from './profile-fields';

const changesSchema = z
	.object({
		about: z.string().min(1).max(139),
		address: z.string().max(256),
		description: z.string().max(512),
		email: z.string().max(128),
		vertical: z.string(),
		profilePictureField: z.string().min(1),
		websites: z
			.array(
				z
					.string()
					.max(256)
					.regex(/^https?:\/\//, 'has to start with http:// or https://'),
			)
			.max(2),
	})
	.partial();

const schema = z.object({
	changes: changesSchema.refine((changes) => Object.keys(changes).length > 0, 'is empty'),
});

/**
 * The body that changes the chosen fields of a profile and leaves the others as they are.
 *
 * @param uploadPicture uploads the picture in a binary field and gives its handle
 * @throws UserError for a field that breaks Meta's limits
 */
export async function profileChanges(
	entered: unknown,
	uploadPicture: (field: string) => Promise<string>,
): Promise<IDataObject> {
	const { changes } = checkParameters(schema, { changes: entered }, [changesProperty]);
	const { profilePictureField, ...texts } = changes;
	return {
		messaging_product: 'whatsapp',
		...texts,
		...(profilePictureField === undefined
			? {}
			: { profile_picture_handle: await uploadPicture(profilePictureField) }),
	};
}
