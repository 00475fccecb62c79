import { GROUP_OF_EVENT, type OutputGroup } from '../events/groups';
import type { CoexistenceEvent } from '../events/schema';

/** What the user wants to hear of. */
export interface Selection {
	groups: ReadonlySet<OutputGroup>;
	/** Empty: all. Events without a phone number ID, such as account updates, always pass. */
	phoneNumberIds: ReadonlySet<string>;
}

/** The events that the user wants, in the order they came. */
export function select(events: CoexistenceEvent[], selection: Selection): CoexistenceEvent[] {
	return events.filter(
		(event) =>
			selection.groups.has(GROUP_OF_EVENT[event.event]) &&
			(selection.phoneNumberIds.size === 0 ||
				event.phoneNumberId === null ||
				selection.phoneNumberIds.has(event.phoneNumberId)),
	);
}
