import { contentHash } from '../events/event-id';
import type {
	CoexistenceEvent,
	HistoryChunk,
	HistoryMessageEvent,
	HistoryThread,
	TriggerEvent,
} from '../events/schema';

/** How many old messages leave the trigger as one item. */
export type HistoryItems = 'perMessage' | 'perThread' | 'perChunk';

/** The messages of one item. */
type Batch = [HistoryMessageEvent, ...HistoryMessageEvent[]];

/**
 * Puts old messages together: those of one conversation in one chunk as `history.thread`, or those of
 * one chunk as `history.chunk`, in the place of their first message. All other events stay as they are.
 */
export function groupHistory(events: CoexistenceEvent[], items: HistoryItems): TriggerEvent[] {
	if (items === 'perMessage') return events;

	const slots: Array<CoexistenceEvent | Batch> = [];
	const open = new Map<string, Batch>();
	for (const event of events) {
		if (event.event === 'history.message') {
			const key = batchKey(event, items);
			const batch = open.get(key);
			if (batch === undefined) {
				const started: Batch = [event];
				open.set(key, started);
				slots.push(started);
			} else {
				batch.push(event);
			}
		} else {
			// Comes last in its chunk, and the next chunk may have no position to tell it by.
			if (event.event === 'history.progress') open.clear();
			slots.push(event);
		}
	}
	const toItem = items === 'perThread' ? threadOf : chunkOf;
	return slots.map((slot) => (Array.isArray(slot) ? toItem(slot) : slot));
}

function batchKey({ phoneNumberId, history }: HistoryMessageEvent, items: HistoryItems): string {
	const { phase, chunkOrder, threadIndex } = history;
	return `${phoneNumberId}:${phase}:${chunkOrder}:${items === 'perThread' ? threadIndex : ''}`;
}

function threadOf(messages: Batch): HistoryThread {
	const { phase, chunkOrder, progress, threadIndex } = messages[0].history;
	const named = messages.find(({ contact }) => contact.key !== null) ?? messages[0];
	return {
		event: 'history.thread',
		...commonFieldsOf('history.thread', messages),
		contact: named.contact,
		history: { phase, chunkOrder, progress, threadIndex },
		messages,
	};
}

function chunkOf(messages: Batch): HistoryChunk {
	const { phase, chunkOrder, progress } = messages[0].history;
	return {
		event: 'history.chunk',
		...commonFieldsOf('history.chunk', messages),
		history: { phase, chunkOrder, progress },
		messages,
	};
}

function commonFieldsOf(event: 'history.chunk' | 'history.thread', messages: Batch) {
	const { field, wabaId, phoneNumberId, displayPhoneNumber, standby, receivedAt } = messages[0];
	const owner = phoneNumberId ?? wabaId ?? '';
	const occurredAt = newestOf(messages);
	return {
		eventId: `${owner}:${event}:${contentHash(messages.map(({ eventId }) => eventId))}`,
		occurredAt,
		field,
		wabaId,
		phoneNumberId,
		displayPhoneNumber,
		standby,
		receivedAt,
		at: occurredAt ?? receivedAt,
		isHistory: true as const,
	};
}

/** Times in one format compare as texts. */
function newestOf(messages: HistoryMessageEvent[]): string | null {
	let newest: string | null = null;
	for (const { occurredAt } of messages) {
		if (occurredAt !== null && (newest === null || occurredAt > newest)) newest = occurredAt;
	}
	return newest;
}
