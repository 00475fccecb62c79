import type { Change } from './change';
import { readProfiles, unusedProfiles, type Profiles } from './contact';
import { parseEchoes } from './echoes';
import { parseErrors } from './errors';
import { readKeys, unread, withRest } from './extra';
import { parseHistory, parseHistoryMedia } from './history';
import type { JsonObject } from './json';
import { isObject } from './json';
import { parseMessages } from './messages';
import type { CoexistenceEvent } from './schema';
import { parseStateSync } from './state-sync';
import { parseStatuses } from './statuses';
import { unrecognized } from './unrecognized';
import { parseConsumerProfiles, parseUpdates, updateName, wholeUpdate } from './updates';

const LISTS = [
	'history',
	'state_sync',
	'message_echoes',
	'messages',
	'statuses',
	'errors',
	'standby',
];

const VALUE_KEYS = readKeys({
	messaging_product: 'scalar',
	metadata: readKeys({ phone_number_id: 'scalar', display_phone_number: 'scalar' }),
	contacts: 'anything',
	...Object.fromEntries(LISTS.map((list) => [list, 'anything'])),
});

/**
 * A value that holds messages, contacts, statuses or other items. Every list is looked for under every
 * such field, because one value can hold several and not all of them stand where Meta documents them.
 *
 * @returns what stands beside the items and is in no event
 */
export function parseMessaging(
	change: Change,
	value: JsonObject,
	events: CoexistenceEvent[],
	outerProfiles?: Profiles,
): JsonObject | undefined {
	const before = events.length;
	const ownProfiles = readProfiles(change, value, events);
	const profiles = ownProfiles.list.length > 0 ? ownProfiles : (outerProfiles ?? ownProfiles);
	parseHistory(change, value.history, events);
	parseStateSync(change, value.state_sync, events);
	if (change.field === 'history') {
		parseHistoryMedia(change, value.messages, false, profiles, events);
		parseHistoryMedia(change, value.message_echoes, true, profiles, events);
	} else {
		parseEchoes(change, value.message_echoes, profiles, events);
		parseMessages(change, value.messages, profiles, events);
	}
	if (change.field === 'calls') {
		parseUpdates(change, 'call.updated', value.statuses, profiles, events);
	} else {
		parseStatuses(change, value.statuses, profiles, events);
	}
	if (change.field === 'consumer_profile') parseConsumerProfiles(change, profiles, events);
	parseErrors(change, value.errors, events);
	const besideStandby = parseStandby(change, value.standby, profiles, events);
	const beside = unread(value, VALUE_KEYS, change);
	let rest = beside === undefined ? undefined : parseOtherLists(change, beside, profiles, events);

	if (besideStandby !== undefined) rest = withRest(rest, 'standby', besideStandby);
	const unused = unusedProfiles(ownProfiles);
	if (unused !== undefined) rest = withRest(rest, 'contacts', unused);
	if (events.length > before) return rest;

	const hasList = LISTS.some((key) => value[key] !== undefined && value[key] !== null);
	if (rest !== undefined || !hasList) events.push(wholeUpdate(change, value));
	return undefined;
}

/** What stands beside the known lists: other lists have events of their own. */
function parseOtherLists(
	change: Change,
	beside: JsonObject,
	profiles: Profiles,
	events: CoexistenceEvent[],
): JsonObject | undefined {
	let rest: JsonObject | undefined;
	for (const key of Object.keys(beside)) {
		const list = beside[key];
		const isList = Array.isArray(list) && list.length > 0 && list.every(isObject);
		const name = updateName(change.field, key);
		if (name !== undefined && isList) parseUpdates(change, name, list, profiles, events);
		else if (isList) events.push(unrecognized(change, withRest(undefined, key, list), list));
		else rest = withRest(rest, key, list);
	}
	return rest;
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
	profiles: Profiles,
	events: CoexistenceEvent[],
): JsonObject | undefined {
	if (standby === undefined || standby === null) return undefined;
	const inner: Change = { ...change, standby: true };
	if (isObject(standby) && standby.standby === undefined) {
		return parseMessaging(inner, standby, events, profiles);
	}
	events.push(unrecognized(inner, standby));
	return undefined;
}
