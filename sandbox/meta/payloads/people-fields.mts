/**
 * How a person appears in webhooks. What Meta does not disclose is left out, never empty:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
import type { Person } from '../people.mts';

/** An item of `contacts[]`. */
export function contactOf(person: Person) {
	return {
		profile: {
			name: person.fullName,
			...(person.username && { username: person.username }),
		},
		...(person.phone && { wa_id: person.phone }),
		user_id: person.userId,
	};
}

/** `from` of a message written by the person. */
export function senderOf(person: Person) {
	return { ...(person.phone && { from: person.phone }), from_user_id: person.userId };
}

/** `to` of a message written to the person. */
export function recipientOf(person: Person) {
	return { ...(person.phone && { to: person.phone }), to_user_id: person.userId };
}

/** What a wamid of a chat with the person embeds. */
export function peerOf(person: Person): string {
	return person.phone ?? person.userId;
}
