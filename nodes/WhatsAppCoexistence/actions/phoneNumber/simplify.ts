import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { callbackUrlOf, isInCoexistence, type PhoneNumber } from '../../graph/phone-numbers';

export const simplifyProperty: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Whether the user wants the words of this package, not Meta's. */
export function isSimplified(context: IExecuteFunctions, itemIndex: number): boolean {
	return context.getNodeParameter('simplify', itemIndex, true) as boolean;
}

/** The number in the words of this package, or as Meta describes it, as the user chose. */
export function shown(
	context: IExecuteFunctions,
	itemIndex: number,
	number: PhoneNumber,
): IDataObject {
	return isSimplified(context, itemIndex) ? simplified(number) : { ...number };
}

/** What people ask about a number. A value that Meta does not give is null. */
export function simplified(number: PhoneNumber): IDataObject {
	return {
		id: number.id,
		displayPhoneNumber: number.display_phone_number ?? null,
		verifiedName: number.verified_name ?? null,
		inCoexistence: isInCoexistence(number),
		status: number.status ?? null,
		qualityRating: number.quality_rating ?? null,
		nameStatus: number.name_status ?? null,
		throughputLevel: number.throughput?.level ?? null,
		messagingLimit: number.whatsapp_business_manager_messaging_limit ?? null,
		onboardedAt: isoTime(number.last_onboarded_time),
		callbackUrl: callbackUrlOf(number),
	};
}

function isoTime(text: string | undefined): string | null {
	const at = Date.parse(text ?? '');
	return Number.isNaN(at) ? null : new Date(at).toISOString();
}
