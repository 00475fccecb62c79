import type * as time from '../../nodes/WhatsAppCoexistence/events/time';
import type { CoexistenceEvent } from '../../nodes/WhatsAppCoexistence/events/schema';

type Scalar = string | number | boolean;

/** Keys whose values say what a thing is, and are told by the name of the event or by who wrote it. */
const TOLD_BY_NAME = new Set([
	'object',
	'messaging_product',
	'type',
	'action',
	'recipient_type',
	'message_creation_type',
]);

/** What items stand in. Where there are no items, there is no event to tell it. */
const FRAME =
	/^((\.entry\.\*\.changes\.\*)?\.field|\.entry\.\*\.(id|time)|(\.entry\.\*\.changes\.\*)?(\.value)?(\.standby)?\.metadata\.(phone_number_id|display_phone_number))$/;

/**
 * Texts, numbers and booleans of Meta's that stand nowhere in the events.
 *
 * @param isoTime how events write times
 * @param withFrame whether the frame of the items has to stand there too
 */
export function lostValues(
	body: unknown,
	events: CoexistenceEvent[],
	isoTime: typeof time.isoTime,
	withFrame: boolean,
): Scalar[] {
	const shown = valuesShown(events);
	const lost: Scalar[] = [];
	visitScalars(body, (value, path) => {
		if (formsOf(value, isoTime).some((form) => shown.has(form))) return;
		if (withFrame || !FRAME.test(path)) lost.push(value);
	});
	return lost;
}

/** @param visit gets a path such as `.entry.*.id` */
function visitScalars(
	value: unknown,
	visit: (value: Scalar, path: string) => void,
	path = '',
	key = '',
): void {
	if (typeof value === 'object' && value !== null) {
		for (const [name, member] of Object.entries(value)) {
			if (Array.isArray(value)) visitScalars(member, visit, `${path}.*`, key);
			else visitScalars(member, visit, `${path}.${name}`, name);
		}
		return;
	}
	const isNothing = value === null || value === undefined || value === '';
	if (!isNothing && !TOLD_BY_NAME.has(key)) visit(value as Scalar, path);
}

/** How a value of Meta's may stand in an event: as it is, as a time, in lower case, as digits, without the @. */
function formsOf(value: Scalar, isoTime: typeof time.isoTime): string[] {
	const text = String(value);
	const time = isoTime(value);
	const forms = [
		text,
		text.toLowerCase(),
		text.replace(/\D/g, ''),
		text.replace(/^@/, ''),
		String(Number(text)),
	];
	return time === null ? forms : [...forms, time];
}

function valuesShown(events: CoexistenceEvent[]): Set<string> {
	const shown = new Set<string>();
	visitScalars(JSON.parse(JSON.stringify(events)), (value) => {
		const text = String(value);
		shown.add(text);
		const digits = text.replace(/\D/g, '');
		if (digits !== '') shown.add(digits);
	});
	return shown;
}
