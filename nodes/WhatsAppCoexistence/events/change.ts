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
	/** Whether each event is to carry what Meta sent. */
	keepRaw: boolean;
}

/** What every event says of where it came from. */
export function commonFields(change: Change) {
	return {
		field: change.field,
		wabaId: change.wabaId,
		phoneNumberId: change.phoneNumberId,
		displayPhoneNumber: change.displayPhoneNumber,
		standby: change.standby,
	};
}

/** What is known of a delivery before any of it has been read. */
export function unknownChange(keepRaw: boolean): Change {
	return {
		field: null,
		wabaId: null,
		phoneNumberId: null,
		displayPhoneNumber: null,
		businessPhone: undefined,
		standby: false,
		entryTime: null,
		keepRaw,
	};
}

/** Reads what `value.metadata` says about the business's number, in an entry. */
export function describeChange(
	entry: Change,
	field: string | null,
	value: JsonObject | undefined,
): Change {
	const metadata = asObject(value?.metadata);
	const displayPhoneNumber = asString(metadata?.display_phone_number) ?? null;
	return {
		field,
		wabaId: entry.wabaId,
		phoneNumberId: asString(metadata?.phone_number_id) ?? null,
		displayPhoneNumber,
		businessPhone: phoneDigits(displayPhoneNumber),
		standby: field === 'standby',
		entryTime: entry.entryTime,
		keepRaw: entry.keepRaw,
	};
}
