import { asString, type JsonObject } from '../json';
import { rowOf } from './row';
import type { MessageEvent } from '../schema';
import { kindOf, onOneLine } from '../summary';

/** A chat in words, oldest first, ending with the message that is to be answered. */
export interface Transcript {
	/** One line for each message: when, who, what. */
	text: string;
	/** How many lines it has. */
	messages: number;
	/** What the last of them says, such as `a photo: caption`. */
	newest: string;
}

/** What somebody else may have added to the message, such as the words of a voice note. */
export interface Added {
	words?: string | undefined;
}

/**
 * Writes down a chat, from rows of a table of messages and the message that has just come.
 *
 * Whatever stands in the rows of other customers, other groups and other numbers of the business is
 * left out. The message that has just come is the last one, stored already or not.
 *
 * @param stored rows as `rowOf` makes them, in any order; a table gives null where a column is empty
 * @param timeZone such as `Europe/Madrid`
 */
export function transcriptOf(
	stored: readonly JsonObject[],
	newest: MessageEvent,
	timeZone: string,
	added: Added = {},
): Transcript {
	const time = new Intl.DateTimeFormat('sv-SE', {
		timeZone,
		dateStyle: 'short',
		timeStyle: 'short',
	});
	const last = rowOf(newest) as JsonObject;
	const before = new Map<unknown, { row: JsonObject; what: string }>();
	for (const row of stored) {
		if (row.wamid === last.wamid || !isOfChat(row, newest)) continue;
		const what = whatOf(row);
		if (what !== undefined) before.set(row.wamid, { row, what });
	}
	const told = [...before.values()].sort((a, b) => sentAt(a.row) - sentAt(b.row));
	const lineOf = (row: JsonObject, what: string) =>
		`[${time.format(sentAt(row))}] ${whoOf(row)}: ${what}`;
	const words = whatOf({ ...last, words: added.words }) ?? 'a message without words';
	const lines = told.map(({ row, what }) => lineOf(row, what));
	lines.push(lineOf(last, words));
	return { text: lines.join('\n'), messages: lines.length, newest: words };
}

function isOfChat(row: JsonObject, { contact, groupId, phoneNumberId }: MessageEvent): boolean {
	if (asString(row.group_id) !== groupId) return false;
	const ours = asString(row.phone_number_id);
	if (ours !== undefined && phoneNumberId !== null && ours !== phoneNumberId) return false;
	return (
		isSame(row.contact_key, contact.key) ||
		isSame(row.contact_phone, contact.phone) ||
		isSame(row.contact_user_id, contact.userId)
	);
}

function isSame(stored: unknown, known: string | null | undefined): boolean {
	return known !== undefined && asString(stored) === known;
}

function sentAt({ sent_at }: JsonObject): number {
	const time = new Date(sent_at as string | Date).getTime();
	// Not known of a row that only an edit or a media file has made so far.
	return Number.isNaN(time) ? 0 : time;
}

function whoOf({ direction, author }: JsonObject): string {
	if (direction === 'inbound') return 'Customer';
	if (author === 'business_app') return 'Owner, on the phone';
	return author === 'meta_bot' ? 'Bot of Meta’s' : 'Assistant';
}

/** A message in the words of somebody who tells of it, on one line; undefined where nothing is known of it. */
function whatOf(row: JsonObject): string | undefined {
	if (asString(row.deleted_at) !== undefined || row.deleted_at instanceof Date) return '(deleted)';
	const edited = asString(row.edited_text);
	const text = edited ?? asString(row.text);
	const words = asString(row.words) ?? text;
	const { type, media_type, media_file_name } = row;
	const kind = kindOf(asString(type), asString(media_type), asString(media_file_name));
	// A line break would let a customer write lines of others.
	const told = onOneLine([kind, words].filter((part) => part !== undefined).join(': '));
	if (told === '') return undefined;
	return edited === undefined ? told : `${told} (edited)`;
}
