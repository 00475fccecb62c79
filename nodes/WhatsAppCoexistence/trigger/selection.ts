import { readEnteredContact, withoutInvisible } from '../events/entered-contact';
import { GROUP_OF_EVENT, type OutputGroup } from '../events/groups';
import { isMessageEvent } from '../events/is-message-event';
import type { CoexistenceEvent } from '../events/schema';

/** What the user wants to hear of, as it is chosen on the node. An empty list stands for all. */
export interface SelectionChoice {
	groups: OutputGroup[];
	/** Events without a phone number ID, such as account updates, always pass. */
	phoneNumberIds: string[];
	/** Of message events, Meta's names. `OTHER` stands for every type that `MESSAGE_TYPES` lacks. */
	messageTypes: string[];
	/** Of status events, Meta's names. `OTHER` stands for every status that `STATUSES` lacks. */
	statuses: string[];
	/** Phone numbers however they are written, and user IDs, between commas or line breaks. */
	ignoredContacts: string;
	/** The same. Events that are about nobody, such as the progress of the history, always pass. */
	onlyContacts: string;
	/** In seconds, of live events; 0: none. */
	minimumAge: number;
	/** In seconds, of live events; 0: none. */
	maximumAge: number;
}

/** What the user wants to hear of, made ready to be asked for each event: all must let it pass. */
export type Selection = readonly Filter[];

/** @param receivedAt when the delivery arrived (Unix ms) */
type Filter = (event: CoexistenceEvent, receivedAt: number) => boolean;

export const OTHER = 'other';

export const MESSAGE_TYPES = [
	'audio',
	'button',
	'contacts',
	'document',
	'image',
	'interactive',
	'location',
	'media_placeholder',
	'order',
	'reaction',
	'revoke',
	'sticker',
	'system',
	'text',
	'unsupported',
	'video',
] as const;

export const STATUSES = ['deleted', 'delivered', 'failed', 'played', 'read', 'sent'] as const;

/** Groups whose events happen at the time they are delivered. The phone's address book may be old. */
const LIVE_GROUPS: ReadonlySet<OutputGroup> = new Set(['echoes', 'inbound', 'statuses']);

/** Makes everything ready that does not depend on the event. */
export function compileSelection(choice: SelectionChoice): Selection {
	const groups = new Set(choice.groups);
	const names = new Set<string>();
	for (const [name, group] of Object.entries(GROUP_OF_EVENT))
		if (groups.has(group)) names.add(name);
	const filters = [
		({ event }: CoexistenceEvent) => names.has(event),
		numberFilter(new Set(choice.phoneNumberIds)),
		messageTypeFilter(choiceOf(choice.messageTypes, MESSAGE_TYPES)),
		statusFilter(choiceOf(choice.statuses, STATUSES)),
		contactFilter(new Set(contactKeysIn(choice.ignoredContacts)), false),
		contactFilter(new Set(contactKeysIn(choice.onlyContacts)), true),
		ageFilter(choice.minimumAge, choice.maximumAge),
	];
	return filters.filter((filter) => filter !== undefined);
}

/** The events that the user wants, in the order they came. */
export function select(
	events: CoexistenceEvent[],
	selection: Selection,
	receivedAt: number,
): CoexistenceEvent[] {
	return events.filter((event) => selection.every((passes) => passes(event, receivedAt)));
}

function numberFilter(phoneNumberIds: ReadonlySet<string>): Filter | undefined {
	if (phoneNumberIds.size === 0) return undefined;
	return ({ phoneNumberId }) => phoneNumberId === null || phoneNumberIds.has(phoneNumberId);
}

function messageTypeFilter(isChosen: ((type: string) => boolean) | undefined): Filter | undefined {
	return isChosen && ((event) => !isMessageEvent(event) || isChosen(event.message.type));
}

function statusFilter(isChosen: ((status: string) => boolean) | undefined): Filter | undefined {
	return isChosen && ((event) => event.event !== 'message.status' || isChosen(event.status));
}

/** Whether a name is among the chosen ones; undefined where all are. */
function choiceOf(
	chosen: string[],
	listed: readonly string[],
): ((name: string) => boolean) | undefined {
	if (chosen.length === 0) return undefined;
	const names = new Set(chosen);
	const known = new Set(listed);
	return (name) => names.has(name) || (names.has(OTHER) && !known.has(name));
}

/** User IDs as they are; phone numbers as Meta writes them, in digits. */
function contactKeysIn(text: string): string[] {
	return entriesIn(text).map((entry) => {
		const { phone, userId } = readEnteredContact(entry);
		return phone?.replace('+', '') ?? userId ?? entry;
	});
}

/** The first entry of a list that is nobody, and what is wrong with it; undefined where all are good. */
export function faultOfContacts(text: string): { entry: string; fault: string } | undefined {
	return entriesIn(text)
		.map((entry) => ({ entry, fault: readEnteredContact(entry).fault }))
		.find((read): read is { entry: string; fault: string } => read.fault !== undefined);
}

function entriesIn(text: string): string[] {
	const entries = text.split(/[,;\r\n]/).map(withoutInvisible);
	return entries.filter((entry) => entry !== '');
}

/** @param wanted whether those who are listed pass, or all others */
function contactFilter(keys: ReadonlySet<string>, wanted: boolean): Filter | undefined {
	if (keys.size === 0) return undefined;
	return (event) => {
		if (!('contact' in event) || event.contact === undefined) return true;
		const { userId, parentUserId, phone } = event.contact;
		const isListed = (key: string | undefined) => key !== undefined && keys.has(key);
		return [userId, parentUserId, phone].some(isListed) === wanted;
	};
}

/** Events without a time pass. An age is below zero where the clock of a phone is fast. */
function ageFilter(minimum: number, maximum: number): Filter | undefined {
	if (!(minimum > 0) && !(maximum > 0)) return undefined;
	const youngest = minimum > 0 ? minimum : -Infinity;
	const oldest = maximum > 0 ? maximum : Infinity;
	return (event, receivedAt) => {
		if (event.occurredAt === null || !LIVE_GROUPS.has(GROUP_OF_EVENT[event.event])) return true;
		const age = (receivedAt - Date.parse(event.occurredAt)) / 1000;
		return age >= youngest && age <= oldest;
	};
}
