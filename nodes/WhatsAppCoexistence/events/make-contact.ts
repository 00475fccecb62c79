import type { Contact } from './schema';

export function makeContact(
	userId: string | undefined,
	phone: string | undefined,
	parentUserId: string | undefined,
	username: string | undefined,
	profileName: string | undefined,
): Contact {
	return { key: userId ?? phone ?? null, userId, parentUserId, username, phone, profileName };
}
