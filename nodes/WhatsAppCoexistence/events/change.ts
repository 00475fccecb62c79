import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { phoneDigits } from './phone';

/** What all events of one `entry[].changes[]` element have in common. */
export interface Change {
	field: string | null;
	wabaId: string | null;
	phoneNumberId: string | null;
	displayPhoneNumber: string | null;
	/** Digits of `displayPhoneNumber`; Meta formats that one, but not the `from` of a message. */
	businessPhone: string | undefined;
	standby: boolean;
	/** `entry[].time`, which Meta gives for account fields only. */
	entryTime: string | null;
}

/** Reads what `value.metadata` says about the business's number. */
export function describeChange(
	field: string | null,
	wabaId: string | null,
	entryTime: string | null,
	value: JsonObject | undefined,
): Change {
	const metadata = asObject(value?.metadata);
	const displayPhoneNumber = asString(metadata?.display_phone_number) ?? null;
	return {
		field,
		wabaId,
		phoneNumberId: asString(metadata?.phone_number_id) ?? null,
		displayPhoneNumber,
		businessPhone: phoneDigits(displayPhoneNumber),
		standby: field === 'standby',
		entryTime,
	};
}
