import { commonFields, type Change } from './change';
import { withContentId } from './event-id';
import type { JsonObject } from './json';
import { isObject } from './json';
import { withRaw } from './raw';
import type { CoexistenceEvent, UnrecognizedEvent } from './schema';

/** The event for anything that no other event can carry. */
export function unrecognized(
	change: Change,
	value: unknown,
	raw: unknown = value,
): UnrecognizedEvent {
	const event = withContentId<UnrecognizedEvent>({
		event: 'unrecognized',
		value,
		occurredAt: change.entryTime,
		eventId: '',
		...commonFields(change),
	});
	return withRaw(change, event, raw);
}

/**
 * Visits the objects of a list in a payload. A list that is none, or a member that is no object,
 * becomes an `unrecognized` event instead of being skipped; a missing list has nothing to visit.
 */
export function forEachItem(
	change: Change,
	list: unknown,
	events: CoexistenceEvent[],
	visit: (item: JsonObject, index: number) => void,
): void {
	if (list === undefined || list === null) return;
	if (!Array.isArray(list)) {
		events.push(unrecognized(change, list));
		return;
	}
	for (let i = 0; i < list.length; i++) {
		const item: unknown = list[i];
		if (isObject(item)) visit(item, i);
		else events.push(unrecognized(change, item));
	}
}
