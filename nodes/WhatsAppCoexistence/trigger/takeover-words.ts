import type { CoexistenceEvent } from '../events/schema';

/**
 * Words that the owner types on the phone to begin or end a takeover, made ready to be compared. Written as
 * phones write them by themselves (“#Me ”, “#bot.”), they are the same.
 */
export interface TakeoverWords {
	begin: readonly string[];
	end: readonly string[];
	/** Of a text, in UTF-16 units; one that is longer is no command, and not looked at. */
	maxLength: number;
}

export interface TakeoverCommand {
	action: 'begin' | 'end';
	/** In ms; `Infinity`: until it is ended. 0 where it ends. */
	lastsMs: number;
}

/** For a duration, and for spaces and marks that are not compared. */
const ROOM = 100;

const DURATION = /^(\d{1,4})(?:(m|mins?|minutes?)|(h|hrs?|hours?)|d|days?)$/;
const MINUTE_MS = 60_000;

/** @returns undefined where no words were entered */
export function compileWords(begin: string, end: string): TakeoverWords | undefined {
	if (begin === '' && end === '') return undefined;
	const maxLength = Math.max(begin.length, end.length) + ROOM;
	return { begin: wordsIn(begin), end: wordsIn(end), maxLength };
}

/** A word that is to begin and to end a takeover; undefined where there is none. */
export function wordOfBoth(words: TakeoverWords | undefined): string | undefined {
	return words?.end.find((word) => durationIn(word, words.begin) > 0);
}

/**
 * What an echo orders, where its whole text is one of the words: a text, the caption of a file, or the
 * emoji of a reaction. What was forwarded was not typed.
 */
export function commandIn(
	event: Extract<CoexistenceEvent, { event: 'echo.edited' | 'echo.message' }>,
	words: TakeoverWords,
): TakeoverCommand | undefined {
	const { text, type, media, forwarded } = event.message;
	if (text === null || text.length > words.maxLength || forwarded) return undefined;
	if (type !== 'text' && type !== 'reaction' && media === undefined) return undefined;
	return commandOf(comparable(text), words);
}

function commandOf(text: string, { begin, end }: TakeoverWords): TakeoverCommand | undefined {
	if (end.includes(text)) return { action: 'end', lastsMs: 0 };
	const lastsMs = durationIn(text, begin);
	return lastsMs > 0 ? { action: 'begin', lastsMs } : undefined;
}

/** For how long a text begins a takeover, in ms; 0 where it begins none. */
function durationIn(text: string, begin: readonly string[]): number {
	for (const word of begin) {
		if (!text.startsWith(word)) continue;
		const lastsMs = durationOf(text.slice(word.length));
		if (lastsMs > 0) return lastsMs;
	}
	return 0;
}

/** @returns ms; 0 where it is none */
function durationOf(text: string): number {
	if (text === '') return Infinity;
	const duration = DURATION.exec(text);
	if (duration === null) return 0;
	const [, count, minutes, hours] = duration;
	const unit = minutes !== undefined ? 1 : hours !== undefined ? 60 : 24 * 60;
	return Number(count) * unit * MINUTE_MS;
}

function wordsIn(entered: string): string[] {
	return entered
		.split(/[,;\r\n]/)
		.map(comparable)
		.filter((word) => word !== '');
}

/** In lower case, without spaces, marks that have no shape, and the full stop that a phone sets by itself. */
function comparable(text: string): string {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\p{Cf}\uFE0F\s]/gu, '')
		.replace(/\.+$/, '');
}
