import { commonFields, type Change } from './change';
import { withContentId } from './event-id';
import { readKeys, unread, withRest } from './extra';
import type { JsonObject } from './json';
import { asNumber, asObject, asString, isObject } from './json';
import { withRaw } from './raw';
import type { CoexistenceEvent, MetaError } from './schema';
import { forEachItem } from './unrecognized';

/** The owner did not share the chat history. In calls Meta puts such numbers into either place. */
const HISTORY_DECLINED = 2593109;

export const ERROR_KEYS = readKeys({
	code: 'number',
	title: 'scalar',
	message: 'scalar',
	error_data: readKeys({ details: 'scalar' }),
	details: 'scalar',
	href: 'scalar',
});

function readError(raw: JsonObject): MetaError {
	return {
		code: asNumber(raw.code) ?? null,
		title: asString(raw.title),
		message: asString(raw.message),
		// Older Graph API versions put the details directly on the error.
		details: asString(asObject(raw.error_data)?.details) ?? asString(raw.details),
		href: asString(raw.href),
	};
}

/** The errors of a message or status; undefined if there are none. */
export function readErrors(raw: unknown): MetaError[] | undefined {
	if (raw === undefined || raw === null) return undefined;
	const errors: unknown[] = Array.isArray(raw) ? raw : [raw];
	if (errors.length === 0) return undefined;
	return errors.map((error) =>
		isObject(error)
			? readError(error)
			: { code: asNumber(error) ?? null, message: asString(error) },
	);
}

/**
 * Errors that belong to no message. A declined history sync is one of them, and Meta's page and
 * real deliveries disagree on where it stands, so its code decides and not its place.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/history
 */
export function parseErrors(change: Change, errors: unknown, events: CoexistenceEvent[]): void {
	forEachItem(change, errors, events, (raw) => {
		const error = readError(raw);
		const declined =
			error.code === HISTORY_DECLINED || asNumber(raw.error_subcode) === HISTORY_DECLINED;
		const { code } = error;
		if (declined) error.code = HISTORY_DECLINED;
		const event = withContentId({
			event: declined ? 'history.declined' : 'webhook.error',
			error,
			occurredAt: change.entryTime,
			eventId: '',
			...commonFields(change),
		});
		const rest = unread(raw, ERROR_KEYS, change);
		const isCodeTold = code === null || code === error.code;
		events.push(withRaw(change, event, raw, isCodeTold ? rest : withRest(rest, 'code', raw.code)));
	});
}
