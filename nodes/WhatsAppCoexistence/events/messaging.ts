import type { Change } from './change';
import { readProfiles } from './contact';
import { parseEchoes } from './echoes';
import { parseErrors } from './errors';
import { parseHistory, parseHistoryMedia } from './history';
import type { JsonObject } from './json';
import { isObject } from './json';
import { parseMessages } from './messages';
import type { CoexistenceEvent, Contact } from './schema';
import { parseStateSync } from './state-sync';
import { parseStatuses } from './statuses';
import { unrecognized } from './unrecognized';

const LISTS = [
	'history',
	'state_sync',
	'message_echoes',
	'messages',
	'statuses',
	'errors',
	'standby',
];

/**
 * A value that holds messages, contacts or statuses. Every list is looked for under every such
 * field, because one value can hold several and not all of them stand where Meta documents them.
 */
export function parseMessaging(
	change: Change,
	value: JsonObject,
	events: CoexistenceEvent[],
	outerProfiles: readonly Contact[] = [],
): void {
	if (!LISTS.some((key) => value[key] !== undefined && value[key] !== null)) {
		events.push(unrecognized(change, value));
		return;
	}
	const ownProfiles = readProfiles(change, value.contacts, events);
	const profiles = ownProfiles.length > 0 ? ownProfiles : outerProfiles;
	parseHistory(change, value.history, events);
	parseStateSync(change, value.state_sync, events);
	if (change.field === 'history') {
		parseHistoryMedia(change, value.messages, false, profiles, events);
		parseHistoryMedia(change, value.message_echoes, true, profiles, events);
	} else {
		parseEchoes(change, value.message_echoes, profiles, events);
		parseMessages(change, value.messages, profiles, events);
	}
	parseStatuses(change, value.statuses, profiles, events);
	parseErrors(change, value.errors, events);
	parseStandby(change, value.standby, profiles, events);
}

/**
 * What another responder, such as Meta's Business Agent, is handling: an ordinary value nested in
 * the outer one, which keeps the number and the people.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/standby
 */
function parseStandby(
	change: Change,
	standby: unknown,
	profiles: readonly Contact[],
	events: CoexistenceEvent[],
): void {
	if (standby === undefined || standby === null) return;
	const inner: Change = { ...change, standby: true };
	if (isObject(standby) && standby.standby === undefined) {
		parseMessaging(inner, standby, events, profiles);
	} else {
		events.push(unrecognized(inner, standby));
	}
}
