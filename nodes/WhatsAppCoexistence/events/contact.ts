import type { Change } from './change';
import type { JsonObject } from './json';
import { asObject, asString } from './json';
import { phoneDigits } from './phone';
import type { CoexistenceEvent, Contact } from './schema';
import { forEachItem } from './unrecognized';

const NOBODY: readonly Contact[] = [];

export function makeContact(
	userId: string | undefined,
	phone: string | undefined,
	parentUserId: string | undefined,
	username: string | undefined,
	profileName: string | undefined,
): Contact {
	return { key: userId ?? phone ?? null, userId, parentUserId, username, phone, profileName };
}

/** What stands in a phone field and is no phone number can only be a user ID. */
export function userIdIn(phoneField: unknown): string | undefined {
	return phoneDigits(phoneField) === undefined ? asString(phoneField) : undefined;
}

function readProfile(raw: JsonObject): Contact {
	const profile = asObject(raw.profile);
	return makeContact(
		asString(raw.user_id) ?? userIdIn(raw.wa_id),
		phoneDigits(raw.wa_id),
		asString(raw.parent_user_id),
		asString(profile?.username) ?? asString(raw.username),
		asString(profile?.name),
	);
}

/** The people in `value.contacts`, which Meta gives beside messages and statuses, or leaves out. */
export function readProfiles(
	change: Change,
	contacts: unknown,
	events: CoexistenceEvent[],
): readonly Contact[] {
	if (contacts === undefined || contacts === null) return NOBODY;
	const profiles: Contact[] = [];
	forEachItem(change, contacts, events, (raw) => profiles.push(readProfile(raw)));
	return profiles;
}

function findProfile(
	profiles: readonly Contact[],
	userId: string | undefined,
	phone: string | undefined,
): Contact | undefined {
	let samePhone: Contact | undefined;
	for (const profile of profiles) {
		if (userId !== undefined && profile.userId === userId) return profile;
		if (phone !== undefined && profile.phone === phone) samePhone ??= profile;
	}
	return samePhone;
}

/**
 * Who a message is from or to, completed with what `value.contacts` knows about that person.
 * People are matched by user ID, then by phone number, never by position.
 *
 * @param phoneField `from`, `to` or the like
 * @param isOnlyItem whether the change has this one item only: then an only contact is the person
 * meant even if the item names nobody
 */
export function resolveContact(
	phoneField: unknown,
	userIdField: unknown,
	parentUserIdField: unknown,
	profiles: readonly Contact[],
	isOnlyItem: boolean,
): Contact {
	const userId = asString(userIdField) ?? userIdIn(phoneField);
	const phone = phoneDigits(phoneField);
	const parentUserId = asString(parentUserIdField);
	const isNamed = userId !== undefined || phone !== undefined;
	const profile = isNamed
		? findProfile(profiles, userId, phone)
		: isOnlyItem && profiles.length === 1
			? profiles[0]
			: undefined;
	return makeContact(
		userId ?? profile?.userId,
		phone ?? profile?.phone,
		parentUserId ?? profile?.parentUserId,
		profile?.username,
		profile?.profileName,
	);
}
