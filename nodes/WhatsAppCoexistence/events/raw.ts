import type { Change } from './change';
import type { CoexistenceEvent } from './schema';

/**
 * Gives an event Meta's own object for the very item that it was made of, if that was asked for.
 * Goes last: the ID of an event must not depend on it.
 */
export function withRaw<E extends CoexistenceEvent>(change: Change, event: E, raw: unknown): E {
	if (change.keepRaw) event.raw = raw;
	return event;
}
