import type { ContactRow, MessageRow } from './schema';

/**
 * The people in rows of messages, each once, as rows of contacts without a name: who has both a phone
 * number and a user ID, or a new one of them, is known as one person from there on.
 */
export function peopleIn(rows: Iterable<MessageRow>): ContactRow[] {
	const people = new Map<string, ContactRow>();
	for (const row of rows) {
		const { contact_key, contact_phone, contact_user_id, previous_phone, previous_user_id } = row;
		if (contact_key === undefined) continue;
		const person: ContactRow = { contact_key };
		if (contact_phone !== undefined) person.phone = contact_phone;
		if (contact_user_id !== undefined) person.user_id = contact_user_id;
		if (previous_phone !== undefined) person.previous_phone = previous_phone;
		if (previous_user_id !== undefined) person.previous_user_id = previous_user_id;
		people.set(`${contact_phone} ${contact_user_id} ${previous_phone} ${previous_user_id}`, person);
	}
	return [...people.values()];
}
