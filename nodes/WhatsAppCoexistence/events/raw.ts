import type { Change } from './change';
import { addExtra } from './extra';
import type { JsonObject } from './json';
import type { CoexistenceEvent } from './schema';

/**
 * Gives an event what Meta sent besides what the event was made of and, if that was asked for, Meta's
 * own object for the very item. Goes last: the ID of an event must not depend on it.
 */
export function withRaw<E extends CoexistenceEvent>(
	change: Change,
	event: E,
	raw: unknown,
	extra?: JsonObject,
): E {
	addExtra(event, extra);
	if (change.keepRaw) event.raw = raw;
	return event;
}
