/** Live messages of customers: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages */
import type { Update } from '../delivery/routing.mts';
import type { Person } from '../people.mts';
import type { PhoneNumber } from '../world.mts';
import type { Content } from './content.mts';
import { contactOf, senderOf } from './people-fields.mts';
import { messageUpdate } from './value.mts';

export interface MessageHead {
	id: string;
	/** Unix seconds. */
	timestamp: number;
}

export function inboundMessage(
	number: PhoneNumber,
	person: Person,
	head: MessageHead,
	content: Content,
): Update {
	return messageUpdate(number, 'messages', {
		contacts: [contactOf(person)],
		messages: [{ ...senderOf(person), id: head.id, timestamp: String(head.timestamp), ...content }],
	});
}

/** The content of an edit; on an echo the wrapper's context id is the literal `M0` that Meta prints. */
export function editContent(originalId: string, edited: Content): Content {
	return {
		type: 'edit',
		edit: { original_message_id: originalId, message: { context: { id: 'M0' }, ...edited } },
	};
}

export function revokeContent(originalId: string): Content {
	return { type: 'revoke', revoke: { original_message_id: originalId } };
}
