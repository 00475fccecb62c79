/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-profiles */
import { z } from 'zod';
import { invalidParameter, invalidShape, nonexistingField } from '../graph-errors.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { isUploaded } from './uploads.mts';

const profileSchema = z
	.object({
		messaging_product: z.literal('whatsapp'),
		about: z.string().min(1).max(139).optional(),
		address: z.string().max(256).optional(),
		description: z.string().max(512).optional(),
		email: z.string().max(128).optional(),
		profile_picture_handle: z.string().optional(),
		vertical: z.string().optional(),
		websites: z.array(z.string().max(256).url()).max(2).optional(),
	})
	.strict();

const FIELDS = [
	'about',
	'address',
	'description',
	'email',
	'profile_picture_url',
	'vertical',
	'websites',
];

/** `GET /<PHONE_ID>/whatsapp_business_profile`: only the fields asked for. */
export function readProfile(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const names = String(call.params.fields ?? '')
		.split(',')
		.filter(Boolean);
	const unknown = names.find((name) => !FIELDS.includes(name));
	if (unknown !== undefined) throw nonexistingField(unknown, 'WhatsAppBusinessProfile');
	const { profile } = call.node;
	const shown = names.filter((name) => profile[name] !== undefined);
	return {
		data: [
			{
				...Object.fromEntries(shown.map((name) => [name, profile[name]])),
				messaging_product: 'whatsapp',
			},
		],
	};
}

/** `POST /<PHONE_ID>/whatsapp_business_profile`: changes only the fields given. */
export function updateProfile(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const parsed = profileSchema.safeParse(call.body);
	if (!parsed.success) {
		throw invalidShape(parsed.error);
	}
	const { messaging_product: _, profile_picture_handle: picture, ...changes } = parsed.data;
	if (picture) {
		if (!isUploaded(call.simulation.world, picture, ['image/jpeg', 'image/jpg', 'image/png'])) {
			throw invalidParameter(
				'Param profile_picture_handle is not the handle of an uploaded picture.',
			);
		}
		call.node.profile.profile_picture_url = `https://pps.whatsapp.net/${encodeURIComponent(picture)}`;
	}
	Object.assign(call.node.profile, changes);
	return { success: true };
}
