import type { IDataObject } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { PROFILE_FIELDS } from './profile-fields';

/** What customers see of the number's business now. A field without a value is left out by Meta. */
export async function readProfile(
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<IDataObject> {
	const { data } = await graph.call<{ data?: IDataObject[] }>({
		method: 'GET',
		path: `/${phoneNumberId}/whatsapp_business_profile`,
		qs: { fields: PROFILE_FIELDS.join(',') },
		itemIndex,
	});
	const profile: IDataObject = { phoneNumberId, ...data?.[0] };
	delete profile.messaging_product;
	return profile;
}
