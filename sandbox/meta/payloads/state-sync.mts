/** The phone's address book: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_app_state_sync */
import type { Update } from '../delivery/routing.mts';
import type { Person } from '../people.mts';
import type { PhoneNumber } from '../world.mts';
import { messageUpdate } from './value.mts';

export interface ContactChange {
	/** `add` is also an edit. */
	action: 'add' | 'remove';
	person: Person;
	/** Unix seconds. */
	timestamp: number;
}

export function stateSync(number: PhoneNumber, changes: ContactChange[]): Update {
	return messageUpdate(number, 'smb_app_state_sync', {
		state_sync: changes.map(({ action, person, timestamp }) => ({
			type: 'contact',
			action,
			contact: {
				...(action === 'add' && { full_name: person.fullName, first_name: person.firstName }),
				...(person.phone && { phone_number: person.phone }),
				user_id: person.userId,
				...(person.username && { username: person.username }),
			},
			metadata: { timestamp: String(timestamp) },
		})),
	});
}
