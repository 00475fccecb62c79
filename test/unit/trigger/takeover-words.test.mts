import { describe, expect, test } from '@jest/globals';

import type { Message } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	commandIn,
	compileWords,
	wordOfBoth,
	type TakeoverWords,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover-words';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const wordsOf = (begin: string, end: string) => compileWords(begin, end) as TakeoverWords;
const WORDS = wordsOf('#me', '#bot');

/** What an echo orders; a text unless the message is another. */
function orders(text: string | null, message: Partial<Message> = {}, words = WORDS) {
	const echo = { message: { type: 'text', text, forwarded: false, ...message } };
	return commandIn(echo as never, words);
}

describe('how long a takeover lasts', () => {
	test.each([
		['5m', 5 * MINUTE],
		['5 min', 5 * MINUTE],
		['5 mins', 5 * MINUTE],
		['1 minute', MINUTE],
		['5 minutes', 5 * MINUTE],
		['2h', 2 * HOUR],
		['2 hr', 2 * HOUR],
		['2 hrs', 2 * HOUR],
		['2 hour', 2 * HOUR],
		['2 hours', 2 * HOUR],
		['3d', 3 * DAY],
		['1 day', DAY],
		['3 days', 3 * DAY],
		['9999 minutes', 9_999 * MINUTE],
		['', Infinity],
	])('“#me %s” says %i ms', (duration, lastsMs) => {
		expect(orders(`#me ${duration}`)).toEqual({ action: 'begin', lastsMs });
	});

	test.each(['for 2h', '2h or so', '2 weeks', '0 h', '12345 m', 'h'])(
		'“#me %s” orders nothing',
		(words) => {
			expect(orders(`#me ${words}`)).toBeUndefined();
		},
	);
});

describe('a message', () => {
	test.each(['abc', 'abc 2h', '2h', '', ' ', '.', 'my #me', 'my #bot', '#b.ot'])(
		'“%s” is no command',
		(text) => {
			expect(orders(text)).toBeUndefined();
		},
	);

	test.each(['#bot.', '#bot...', '#bot…', ' #Bot '])(
		'“%s” is what phones make of “#bot”',
		(text) => {
			expect(orders(text)?.action).toBe('end');
		},
	);

	const media = { id: '1' } as Message['media'];
	test.each([
		['a text', { type: 'text' }, true],
		['a reaction', { type: 'reaction' }, true],
		['the caption of a photo', { type: 'image', media }, true],
		['the name of a place', { type: 'location' }, false],
		['the text of a button', { type: 'button' }, false],
		['a text that was forwarded', { type: 'text', forwarded: true }, false],
		['the caption of a photo that was forwarded', { type: 'image', media, forwarded: true }, false],
	])('that has the word as %s is one: %o %s', (_name, message, isCommand) => {
		expect(orders('#bot', message)).toEqual(isCommand ? { action: 'end', lastsMs: 0 } : undefined);
	});

	test('without words, such as a photo, is no command', () => {
		expect(orders(null, { type: 'image', media })).toBeUndefined();
		expect(orders(null, { type: 'reaction' })).toBeUndefined();
	});

	test('may be a long sentence, with how long it lasts', () => {
		const sentence = 'I answer this myself '.repeat(10);
		const words = wordsOf(sentence, '#bot');
		expect(orders(`${sentence} 2 hours.`, {}, words)?.lastsMs).toBe(2 * HOUR);
		expect(orders('#bot', {}, words)?.action).toBe('end');
	});

	test('that is longer than any command is not looked at', () => {
		expect(orders(`#me${' '.repeat(100)}`)?.action).toBe('begin');
		expect(orders(`#me${' '.repeat(200)}`)).toBeUndefined();
	});
});

describe('the words that were entered', () => {
	test('may be those for the beginning alone, or those for the end', () => {
		expect(orders('#mine', {}, wordsOf('#mine', ''))?.action).toBe('begin');
		expect(orders('#yours', {}, wordsOf('', '#yours'))?.action).toBe('end');
		expect(compileWords('', '')).toBeUndefined();
	});

	test('may begin with one another', () => {
		const words = wordsOf('me, mean', '#bot');
		expect(['me', 'mean', 'mean 2h', 'meant'].map((text) => orders(text, {}, words))).toEqual([
			{ action: 'begin', lastsMs: Infinity },
			{ action: 'begin', lastsMs: Infinity },
			{ action: 'begin', lastsMs: 2 * HOUR },
			undefined,
		]);
	});

	test.each(['#me,', ';#me\n', '#me, , .'])('“%s” are one: what is empty is none', (entered) => {
		const both = wordsOf(entered, entered.replace('me', 'bot'));
		expect(['#me', '#bot', '', '.', '2h'].map((text) => orders(text, {}, both)?.action)).toEqual([
			'begin',
			'end',
			undefined,
			undefined,
			undefined,
		]);
	});

	test('are at odds with nothing where there are none, or where none ends what another begins', () => {
		expect(wordOfBoth(undefined)).toBeUndefined();
		expect(wordOfBoth(wordsOf('#me', '#bot, #meet, me'))).toBeUndefined();
		expect(wordOfBoth(wordsOf('#me', '#bot, #me 2 days'))).toBe('#me2days');
	});
});
