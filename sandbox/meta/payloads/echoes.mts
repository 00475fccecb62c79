/** What the owner does on the phone: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes */
import type { Update } from '../delivery/routing.mts';
import type { Person } from '../people.mts';
import type { PhoneNumber } from '../world.mts';
import type { Content } from './content.mts';
import type { MessageHead } from './inbound.mts';
import { contactOf, recipientOf } from './people-fields.mts';
import { messageUpdate } from './value.mts';

/**
 * @param options.withContacts whether Meta names the customer beside the message; most real payloads do not
 *   (EvolutionAPI/evolution-api#2514)
 */
export function echo(
	number: PhoneNumber,
	person: Person,
	head: MessageHead,
	content: Content,
	{ withContacts = false } = {},
): Update {
	const peer = content.type === 'revoke' ? {} : recipientOf(person);
	return messageUpdate(number, 'smb_message_echoes', {
		...(withContacts && { contacts: [contactOf(person)] }),
		message_echoes: [
			{
				from: number.displayPhoneNumber,
				...peer,
				id: head.id,
				timestamp: String(head.timestamp),
				...content,
			},
		],
	});
}
