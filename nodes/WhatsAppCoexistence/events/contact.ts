import type { Change } from './change';
import { readKeys, unread, withOther, withRest } from './extra';
import type { JsonObject } from './json';
import { asObject, asString, isObject } from './json';
import { makeContact } from './make-contact';
import { isSamePhone, phoneDigits, withoutExtraDigit } from './phone';
import type { CoexistenceEvent, Contact } from './schema';
import { forEachItem } from './unrecognized';

/** A member of `value.contacts`. */
export interface Profile {
	contact: Contact;
	raw: JsonObject;
	/** Whether an event has it. */
	isUsed: boolean;
}

/** The people in `value.contacts`, which Meta gives beside messages and statuses, or leaves out. */
export interface Profiles {
	list: Profile[];
	/** What they stand in. */
	value: JsonObject;
	/** Whether that holds one item only; found out when it matters. */
	isForOneItem?: boolean;
	/** Made when one is first looked for among several. */
	byUserId?: Map<string | undefined, Profile>;
	byPhone?: Map<string, Profile>;
}

/** Somebody whom Meta names in an item, and what `value.contacts` has about them. */
export interface Person {
	contact: Contact;
	profile: Profile | undefined;
}

export const NO_PROFILES: Profiles = { list: [], value: {} };

const PROFILE_KEYS = readKeys({
	profile: readKeys({ name: 'scalar', username: 'scalar' }),
	wa_id: 'party',
	user_id: 'party',
	parent_user_id: 'party',
	username: 'scalar',
});

/** What stands in a phone field and is no phone number can only be a user ID. */
export function userIdIn(phoneField: unknown): string | undefined {
	return phoneDigits(phoneField) === undefined ? asString(phoneField) : undefined;
}

/** Meta writes usernames with the @ and without; ours are without. */
export function asUsername(value: unknown): string | undefined {
	const username = asString(value);
	return username?.startsWith('@') ? asString(username.slice(1)) : username;
}

function readProfile(raw: JsonObject): Profile {
	const profile = asObject(raw.profile);
	const contact = makeContact(
		asString(raw.user_id) ?? userIdIn(raw.wa_id),
		phoneDigits(raw.wa_id),
		asString(raw.parent_user_id),
		asUsername(profile?.username) ?? asUsername(raw.username),
		asString(profile?.name),
	);
	return { contact, raw, isUsed: false };
}

export function readProfiles(
	change: Change,
	value: JsonObject,
	events: CoexistenceEvent[],
): Profiles {
	if (value.contacts === undefined) return NO_PROFILES;
	const list: Profile[] = [];
	forEachItem(change, value.contacts, events, (raw) => list.push(readProfile(raw)));
	return { list, value };
}

/** The profiles that no event has, as Meta sent them. */
export function unusedProfiles({ list }: Profiles): JsonObject[] | undefined {
	const unused = list.filter(({ isUsed }) => !isUsed);
	return unused.length === 0 ? undefined : unused.map(({ raw }) => raw);
}

/** By user ID, then by phone number, never by position. */
function findProfile(
	profiles: Profiles,
	userId: string | undefined,
	phone: string | undefined,
): Profile | undefined {
	const { list } = profiles;
	if (list.length < 2) {
		const contact = list[0]?.contact;
		const isSame =
			(userId !== undefined && contact?.userId === userId) || isSamePhone(phone, contact?.phone);
		return isSame ? list[0] : undefined;
	}
	const { byUserId, byPhone } = indexOf(profiles);
	return (
		byUserId.get(userId) ??
		(phone === undefined ? undefined : byPhone.get(withoutExtraDigit(phone)))
	);
}

function indexOf(profiles: Profiles) {
	const {
		byUserId = new Map<string | undefined, Profile>(),
		byPhone = new Map<string, Profile>(),
	} = profiles;
	if (profiles.byUserId === undefined) {
		// The first of several with one ID goes: last is set what is to be found.
		for (const profile of profiles.list.toReversed()) {
			const { userId, phone } = profile.contact;
			if (userId !== undefined) byUserId.set(userId, profile);
			if (phone !== undefined) byPhone.set(withoutExtraDigit(phone), profile);
		}
		profiles.byUserId = byUserId;
		profiles.byPhone = byPhone;
	}
	return { byUserId, byPhone };
}

/**
 * Who a message is from or to, completed with what `value.contacts` knows about that person. An only
 * contact beside an only item is the person meant, even if the item names nobody or has another form of
 * the number.
 *
 * @param phoneField `from`, `to` or the like
 */
export function resolvePerson(
	phoneField: unknown,
	userIdField: unknown,
	parentUserIdField: unknown,
	profiles: Profiles,
): Person {
	const userId = asString(userIdField) ?? userIdIn(phoneField);
	const phone = phoneDigits(phoneField);
	const parentUserId = asString(parentUserIdField);
	const profile = findProfile(profiles, userId, phone) ?? onlyProfile(profiles, userId);
	if (profile !== undefined) profile.isUsed = true;
	const known = profile?.contact;
	const contact = makeContact(
		userId ?? known?.userId,
		phone ?? known?.phone,
		parentUserId ?? known?.parentUserId,
		known?.username,
		known?.profileName,
	);
	return { contact, profile };
}

/** Of those whom {@link findProfile} does not find. Two user IDs are two people. */
function onlyProfile(profiles: Profiles, userId: string | undefined): Profile | undefined {
	const { list, value } = profiles;
	const only = list.length === 1 ? list[0] : undefined;
	if (only === undefined) return undefined;
	if (userId !== undefined && only.contact.userId !== undefined) return undefined;
	profiles.isForOneItem ??= countItems(value) === 1;
	return profiles.isForOneItem ? only : undefined;
}

/** Lists of items that may be about a person. */
const ITEM_LISTS = [
	'automatic_events',
	'calls',
	'events',
	'groups',
	'message_echoes',
	'messages',
	'statuses',
	'user_actions',
	'user_id_update',
	'user_preferences',
];

function countItems(value: JsonObject): number {
	let count = isObject(value.standby) ? countItems(value.standby) : 0;
	for (const key of ITEM_LISTS) {
		const list = value[key];
		if (Array.isArray(list)) count += list.length;
	}
	return count;
}

/** Adds what is left of the profile of an event's contact to what is left of its item. */
export function withUnreadProfile(
	rest: JsonObject | undefined,
	{ contact, profile }: Person,
	change: Change,
): JsonObject | undefined {
	if (profile === undefined) return rest;
	const { username } = profile.raw;
	const isUsernameTold = (asUsername(username) ?? contact.username) === contact.username;
	const unreadKeys = unread(profile.raw, PROFILE_KEYS, change, contact);
	const left = isUsernameTold ? unreadKeys : withRest(unreadKeys, 'username', username);
	return left === undefined ? rest : withOther(rest, 'contact', left);
}
