/** Old chats: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/history */
import type { Update } from '../delivery/routing.mts';
import type { Person } from '../people.mts';
import type { PhoneNumber } from '../world.mts';
import type { Content } from './content.mts';
import { contactOf, recipientOf, senderOf } from './people-fields.mts';
import { messageUpdate } from './value.mts';

export interface OldMessage {
	id: string;
	/** Unix seconds on the device. */
	timestamp: number;
	outbound: boolean;
	content: Content;
	/** What the media placeholder will be replaced by; null unless it is one and young enough. */
	media: Content | null;
	status: 'SENT' | 'DELIVERED' | 'READ' | 'PLAYED' | 'PENDING' | 'ERROR';
}

export interface OldThread {
	person: Person;
	messages: OldMessage[];
}

export interface ChunkPosition {
	/** 0: today, 1: up to day 90, 2: up to day 180. */
	phase: 0 | 1 | 2;
	chunkOrder: number;
	/** 0 to 100 over the whole sync. */
	progress: number;
}

export function historyChunk(
	number: PhoneNumber,
	{ phase, chunkOrder, progress }: ChunkPosition,
	threads: OldThread[],
): Update {
	return messageUpdate(number, 'history', {
		history: [
			{
				metadata: { phase, chunk_order: chunkOrder, progress },
				threads: threads.map(({ person, messages }) => ({
					...(person.phone && { id: person.phone }),
					context: {
						...(person.phone && { wa_id: person.phone }),
						user_id: person.userId,
						...(person.username && { username: person.username }),
					},
					messages: messages.map((message) => ({
						...head(number, person, message),
						...message.content,
						history_context: { status: message.status },
					})),
				})),
			},
		],
	});
}

/** The media of an earlier placeholder, with the same id: under `messages` or, if the business sent it, `message_echoes`. */
export function historyMedia(
	number: PhoneNumber,
	person: Person,
	message: OldMessage & { media: Content },
): Update {
	const item = { ...head(number, person, message), ...message.media };
	return messageUpdate(number, 'history', {
		contacts: [contactOf(person)],
		[message.outbound ? 'message_echoes' : 'messages']: [item],
	});
}

export function historyDeclined(number: PhoneNumber): Update {
	return messageUpdate(number, 'history', {
		history: [
			{
				errors: [
					{
						code: 2593109,
						title: 'History sync is turned off',
						message: 'History sync is turned off',
						error_data: { details: 'The business chose not to share its chat history.' },
					},
				],
			},
		],
	});
}

function head(number: PhoneNumber, person: Person, message: OldMessage) {
	const parties = message.outbound
		? { from: number.displayPhoneNumber, ...recipientOf(person) }
		: senderOf(person);
	return { ...parties, id: message.id, timestamp: String(message.timestamp) };
}
