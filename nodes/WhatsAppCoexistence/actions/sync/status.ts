import type { IDataObject } from 'n8n-workflow';

import type { Onboarding } from './onboarding';
import type { SentRequest } from './sent-requests';
import type { Sync } from './sync-type';

/**
 * How far a sync is.
 *
 * - `unknown`: no event of the number is known, and nobody has said that all of them would be here.
 * - `neverRequested`: no request is known, and there is still time.
 * - `tooLate`: no request is known, and the 24 hours are over.
 * - `requested`: requested, and nothing has come yet.
 * - `receiving`: something has come. Meta never says that the contacts are complete: they keep coming
 *   whenever the owner edits one.
 * - `complete`: Meta has said so. History only.
 * - `declined`: the owner does not share it. History only.
 */
export type SyncState =
	| 'unknown'
	| 'neverRequested'
	| 'tooLate'
	| 'requested'
	| 'receiving'
	| 'complete'
	| 'declined';

export interface SyncStatus extends IDataObject {
	state: SyncState;
	/** What it means and what to do, for a person. */
	advice: string;
	/** 0–100 for the history, null where Meta has not said or never says. */
	progress: number | null;
	/** How many of the given events belong to this sync. */
	events: number;
	/** The newest of them, ISO 8601. */
	lastReceivedAt: string | null;
	/**
	 * Since when nothing has come although something is due, ISO 8601: the newest event, else the
	 * request, else the onboarding. Null where nothing is due, or where that cannot be told.
	 */
	stalledSince: string | null;
	/** ISO 8601; null where no request is known, or only that there was one. */
	requestedAt: string | null;
	requestId: string | null;
	/** True where no answer told whether Meta took the request. */
	outcomeUnknown: boolean;
}

const EVENTS: Record<Sync, readonly string[]> = {
	contacts: ['contact.saved', 'contact.removed'],
	history: ['history.message', 'history.media', 'history.progress', 'history.declined'],
};

/** What there is to work it out from. */
export interface Known {
	/** What this n8n remembers of the request. */
	sent: SentRequest | true | undefined;
	/**
	 * Events of the trigger and outcomes of the request operations, in any order, of any number and
	 * any time: what belongs to others or to an earlier onboarding is left out.
	 */
	records: readonly IDataObject[];
	/** True where every event that has come is among the records, so that none means that none came. */
	complete: boolean;
}

/**
 * Works out how far a sync is from what is known of the request and from what has come.
 *
 * @param now unix ms
 */
export function statusOf(
	sync: Sync,
	onboarding: Onboarding,
	{ sent, records, complete }: Known,
	now: number,
): SyncStatus {
	const ours = records.filter((record) => belongsTo(onboarding, record));
	const events = ours.filter(({ event }) => EVENTS[sync].includes(event as string));
	const request = ours.find((record) => record.sync === sync && record.requestedAt !== undefined);
	const remembered = typeof sent === 'object' ? sent : undefined;
	const requestedAt = remembered?.requestedAt ?? (request?.requestedAt as string) ?? null;
	const requested = sent !== undefined || request !== undefined;
	const canTell = complete || ours.some(({ event }) => typeof event === 'string');
	const state = canTell ? stateOf(onboarding, events, requested, now) : 'unknown';
	const lastReceivedAt = newest(events);
	return {
		state,
		advice: state === 'unknown' ? adviceWithoutEvents(onboarding, requested, now) : ADVICE[state],
		progress: progressOf(events),
		events: events.length,
		lastReceivedAt,
		stalledSince: isDue(sync, state)
			? (lastReceivedAt ?? requestedAt ?? onboarding.onboardedAt)
			: null,
		requestedAt,
		requestId: remembered?.requestId ?? (request?.requestId as string) ?? null,
		outcomeUnknown: remembered?.outcome === 'unknown',
	};
}

function stateOf(
	{ windowClosesAt }: Onboarding,
	events: readonly IDataObject[],
	requested: boolean,
	now: number,
): SyncState {
	if (events.some(({ complete }) => complete === true || complete === 1)) return 'complete';
	if (events.some(({ event }) => event === 'history.declined')) return 'declined';
	if (events.length > 0) return 'receiving';
	if (requested) return 'requested';
	return isOver(windowClosesAt, now) ? 'tooLate' : 'neverRequested';
}

function isOver(windowClosesAt: string | null, now: number): boolean {
	return windowClosesAt !== null && now > Date.parse(windowClosesAt);
}

/** Contacts that have begun to come are never complete, so no further ones are due. */
function isDue(sync: Sync, state: SyncState): boolean {
	if (state === 'receiving') return sync === 'history';
	return state === 'neverRequested' || state === 'requested';
}

/** Chunks come in any order, so the progress is the highest that was seen. */
function progressOf(events: readonly IDataObject[]): number | null {
	const seen = events.map(({ progress }) => progress).filter((value) => typeof value === 'number');
	return seen.length === 0 ? null : Math.max(...seen);
}

function belongsTo({ phoneNumberId, onboardedAt }: Onboarding, record: IDataObject): boolean {
	// A column of numbers, or a spreadsheet, gives the ID back as a number.
	if (String(record.phoneNumberId) !== phoneNumberId) return false;
	const at = timeOf(record);
	return onboardedAt === null || at === null || at >= Date.parse(onboardedAt);
}

function newest(events: readonly IDataObject[]): string | null {
	const times = events.map(timeOf).filter((at) => at !== null);
	return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** When a record was made. `occurredAt` of an old message says when it was written, years ago maybe. */
function timeOf({ receivedAt, requestedAt }: IDataObject): number | null {
	const at = Date.parse(String(receivedAt ?? requestedAt ?? ''));
	return Number.isNaN(at) ? null : at;
}

/** What can be said of a sync when no event of the number is there to judge by. */
function adviceWithoutEvents(
	{ windowClosesAt }: Onboarding,
	requested: boolean,
	now: number,
): string {
	return `No event of this number came in with the input items, so it cannot be told what has arrived. ${requestKnown(windowClosesAt, requested, now)} To let this node tell, store the events of the trigger’s outputs History and Contacts, for example in a data table, and read them into this node; where you do so and nothing has come, switch on “All Events Are Stored”.`;
}

function requestKnown(windowClosesAt: string | null, requested: boolean, now: number): string {
	if (requested) return 'It was requested.';
	if (isOver(windowClosesAt, now)) {
		return 'No request is known, and the 24 hours for making one are over.';
	}
	const until =
		windowClosesAt === null ? 'in the 24 hours after onboarding' : `until ${windowClosesAt}`;
	return `No request is known; one can be made ${until}.`;
}

const ADVICE: Record<Exclude<SyncState, 'unknown'>, string> = {
	neverRequested:
		'No request is known. Request it before the 24 hours after onboarding are over; if another workflow has requested it, give its outcome to this node as an input item.',
	tooLate:
		'No request is known and Meta takes none any more. The owner has to disconnect in the WhatsApp Business app and onboard again.',
	requested:
		'It was requested, and none of the stored events belongs to it. If the trigger’s output for it is stored too, nothing has come yet: ask the owner to open the WhatsApp Business app and keep it open; run Connection > Diagnose to see whether events reach the trigger. If nothing comes in a day, give the request ID to Meta’s support.',
	receiving: 'It is coming. The owner should keep the WhatsApp Business app open.',
	complete: 'Everything that the phone shares has come.',
	declined:
		'The owner chose not to share the chat history. Only the owner can change that, by disconnecting and onboarding again with sharing allowed.',
};
