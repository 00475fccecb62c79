import type { Message } from './schema';

/** A message in the words of somebody who tells of it, on one line, such as `a photo: caption`. */
export function summaryOf({ type, text, media }: Message): string {
	const kind = kindOf(type, media?.mimeType, media?.fileName);
	const words = text === null ? '' : onOneLine(text);
	if (words === '') return onOneLine(kind ?? WITHOUT_WORDS.get(type) ?? `a message: ${type}`);
	return kind === undefined ? words : `${onOneLine(kind)}: ${words}`;
}

const KINDS = new Map([
	['image', 'a photo'],
	['video', 'a video'],
	['sticker', 'a sticker'],
	['location', 'a place'],
	['contacts', 'a contact card'],
	['reaction', 'a reaction'],
	['order', 'an order'],
	['unsupported', 'a message of a kind that WhatsApp does not hand on'],
]);

/** Kinds that are not named where there are words, or named otherwise. */
const WITHOUT_WORDS = new Map([
	['button', 'a tap on a button'],
	['edit', 'an edit'],
	['interactive', 'an interactive message'],
	['media_placeholder', 'a file that may follow'],
	['revoke', 'a deletion'],
]);

/** Of a message that is more than its words; WhatsApp does not tell how long a voice note is. */
export function kindOf(
	type: string | undefined,
	mimeType: string | undefined,
	fileName: string | undefined,
): string | undefined {
	if (type === 'text' || type === undefined) return undefined;
	if (type === 'audio') return mimeType?.startsWith('audio/ogg') ? 'a voice note' : 'an audio file';
	if (type === 'document') return fileName === undefined ? 'a file' : `a file “${fileName}”`;
	return KINDS.get(type);
}

const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]/;

export function onOneLine(text: string): string {
	if (!LINE_BREAKS.test(text)) return text.trim();
	const lines = text.split(LINE_BREAKS).map((line) => line.trim());
	return lines.filter((line) => line !== '').join(' / ');
}
