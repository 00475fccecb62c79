import type { Graph } from './client';
import { listAll } from './list-all';
import { fieldsOfVersion } from './version';

/**
 * A phone number as Meta describes it; a field is there only if it was asked for and has a value.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
 */
export interface PhoneNumber {
	id: string;
	display_phone_number?: string;
	verified_name?: string;
	/** Whether the number is also used in the WhatsApp Business app. */
	is_on_biz_app?: boolean;
	/** `CLOUD_API` where the number can be used through the Graph API. */
	platform_type?: string;
	/** `CONNECTED`, `DISCONNECTED`, `PENDING`… */
	status?: string;
	quality_rating?: string;
	name_status?: string;
	code_verification_status?: string;
	throughput?: { level?: string };
	/** How many people the business may write to first in 24 hours, such as `TIER_2K`; from v24.0 on. */
	whatsapp_business_manager_messaging_limit?: string;
	/** When the number was last onboarded, such as `2026-11-22T05:38:00+0000`. */
	last_onboarded_time?: string;
	/** Where events go, by level. A level without a callback of its own is left out. */
	webhook_configuration?: {
		phone_number?: string;
		whatsapp_business_account?: string;
		application?: string;
	};
}

/** What is worth knowing about a number when it is looked at. */
export const PHONE_NUMBER_FIELDS = [
	'display_phone_number',
	'verified_name',
	'is_on_biz_app',
	'platform_type',
	'status',
	'quality_rating',
	'name_status',
	'code_verification_status',
	'throughput',
	'whatsapp_business_manager_messaging_limit',
	'last_onboarded_time',
	'webhook_configuration',
] as const;

/** The edge of a WABA that lists its phone numbers. */
export function phoneNumbersPath(businessAccountId: string): string {
	return `/${businessAccountId}/phone_numbers`;
}

/** All phone numbers of the WABA, every page of them. */
export async function listPhoneNumbers(
	graph: Graph,
	fields: readonly string[],
): Promise<PhoneNumber[]> {
	return await listAll<PhoneNumber>(graph, phoneNumbersPath(graph.businessAccountId), {
		fields: ['id', ...fieldsOfVersion(graph, fields)].join(','),
	});
}

/** One phone number with those of `PHONE_NUMBER_FIELDS` that the version has. */
export async function readPhoneNumber(
	graph: Graph,
	phoneNumberId: string,
	itemIndex?: number,
): Promise<PhoneNumber> {
	return await graph.call<PhoneNumber>({
		method: 'GET',
		path: `/${phoneNumberId}`,
		qs: { fields: fieldsOfVersion(graph, PHONE_NUMBER_FIELDS).join(',') },
		itemIndex,
	});
}

/** Where Meta sends events of the number; null where nowhere. */
export function callbackUrlOf({ webhook_configuration: callbacks }: PhoneNumber): string | null {
	return (
		callbacks?.phone_number ??
		callbacks?.whatsapp_business_account ??
		callbacks?.application ??
		null
	);
}

/**
 * Whether the number lives in the WhatsApp Business app and on the Cloud API at the same time.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-business-app-users
 */
export function isInCoexistence(number: PhoneNumber): boolean {
	return number.is_on_biz_app === true && number.platform_type === 'CLOUD_API';
}
