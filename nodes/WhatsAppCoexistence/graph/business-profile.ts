import type { IDataObject } from 'n8n-workflow';

import type { Graph } from './client';

/**
 * What customers see of the business, as Meta names it, in the order of the editor.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-profiles
 */
const PROFILE_FIELDS = [
	'about',
	'address',
	'description',
	'email',
	'profile_picture_url',
	'vertical',
	'websites',
];

/** What customers see of the number's business now. A field without a value is left out by Meta. */
export async function readProfile(
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<IDataObject> {
	const { data } = await graph.call<{ data?: IDataObject[] }>({
		method: 'GET',
		path: pathOf(phoneNumberId),
		qs: { fields: PROFILE_FIELDS.join(',') },
		itemIndex,
	});
	const profile: IDataObject = { phoneNumberId, ...data?.[0] };
	delete profile.messaging_product;
	return profile;
}

/** @param changes as Meta takes them; what is not among them stays as it is */
export async function updateProfile(
	graph: Graph,
	phoneNumberId: string,
	changes: IDataObject,
	itemIndex: number,
): Promise<void> {
	await graph.call({
		method: 'POST',
		path: pathOf(phoneNumberId),
		repeatable: true,
		itemIndex,
		body: changes,
	});
}

function pathOf(phoneNumberId: string): string {
	return `/${phoneNumberId}/whatsapp_business_profile`;
}
