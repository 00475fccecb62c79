import type { Graph } from './client';
import { listAll } from './list-all';

/**
 * A phone number as Meta describes it; a field is there only if it was asked for and has a value.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
 */
export interface PhoneNumber {
	id: string;
	display_phone_number?: string;
	verified_name?: string;
	/** Where events go, by level. A level without a callback of its own is left out. */
	webhook_configuration?: {
		phone_number?: string;
		whatsapp_business_account?: string;
		application?: string;
	};
}

/** All phone numbers of the WABA, every page of them. */
export async function listPhoneNumbers(
	graph: Graph,
	fields: readonly string[],
): Promise<PhoneNumber[]> {
	return await listAll<PhoneNumber>(graph, `/${graph.businessAccountId}/phone_numbers`, {
		fields: ['id', ...fields].join(','),
	});
}
