import { createHash } from 'node:crypto';

import type { CoexistenceEvent, EventName } from './schema';
import type { Change } from './change';

const CONTENT_MARK = '#';
const CONTENT_HASH_LENGTH = 32;

/**
 * Builds the ID of an event for which Meta gives an ID to build on.
 *
 * @param id what tells the event from the others of its kind: a wamid and, where one wamid has
 * several events of the same kind, whatever distinguishes those
 */
export function eventId(change: Change, event: EventName, id: string): string {
	return `${change.phoneNumberId ?? change.wabaId ?? ''}:${event}:${id}`;
}

/** Gives an event for which Meta has no ID one made from its content. */
export function withContentId<E extends CoexistenceEvent>(event: E): E {
	const owner = event.phoneNumberId ?? event.wabaId ?? '';
	event.eventId = `${owner}:${event.event}:${CONTENT_MARK}${contentHash(event)}`;
	return event;
}

/**
 * Whether an event ID was made from content. Two events with the same one may still be two things
 * that happened: Meta tells of both in the same words.
 */
export function isContentId(id: string): boolean {
	return id.at(-CONTENT_HASH_LENGTH - 1) === CONTENT_MARK;
}

/**
 * A hash of any JSON value that does not depend on the order of keys. It walks the value without
 * recursion, so that no nesting is too deep for it.
 */
export function contentHash(content: unknown): string {
	let canonical = '';
	const pending = [content];
	while (pending.length > 0) {
		const value = pending.pop();
		if (Array.isArray(value)) {
			canonical += `[${value.length},`;
			for (let i = value.length - 1; i >= 0; i--) pending.push(value[i]);
		} else if (typeof value === 'object' && value !== null) {
			const entries = Object.entries(value)
				.filter(([, member]) => member !== undefined)
				.sort(([a], [b]) => (a < b ? 1 : -1));
			canonical += `{${entries.length},`;
			for (const [key, member] of entries) pending.push(member, key);
		} else {
			canonical += `${JSON.stringify(value)},`;
		}
	}
	return createHash('sha256').update(canonical).digest('hex').slice(0, CONTENT_HASH_LENGTH);
}
