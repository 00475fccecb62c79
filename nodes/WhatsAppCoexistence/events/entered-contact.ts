/**
 * A person as somebody has entered or pasted them, by phone number or user ID. A fault goes on with
 * “It …”.
 */
export type EnteredContact =
	| { phone: string; userId?: undefined; fault?: undefined }
	| { userId: string; phone?: undefined; fault?: undefined }
	| { fault: string; phone?: undefined; userId?: undefined };

const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Marks without a shape, such as those of direction: they come along when a number is copied. */
const INVISIBLE = /\p{Cf}/gu;

/** What people write between the digits of a number. */
const SEPARATOR = /[\s()[\]./·\p{Pd}\u2212]/u;

/** E.164; nobody has a number of fewer than seven digits with its country code. */
const MIN_DIGITS = 7;
const MAX_DIGITS = 15;

/** @returns the phone number in digits, after a `+` where it was written with one or with 00 */
export function readEnteredContact(text: string): EnteredContact {
	const entered = withoutInvisible(text);
	if (USER_ID.test(entered)) return { userId: entered };
	const { written, fault } = writtenDigits(entered);
	if (fault !== undefined) return { fault };
	const phone = written.replace(/^00/, '+');
	const { length } = phone.replace('+', '');
	if (/^\+?0/.test(phone)) {
		return {
			fault: 'begins with 0, which no country code does; put the country code in its place',
		};
	}
	if (length < MIN_DIGITS || length > MAX_DIGITS) {
		const digits = length === 0 ? 'no digits' : `${length} digit${length === 1 ? '' : 's'}`;
		return {
			fault: `has ${digits}; with its country code a number has ${MIN_DIGITS} to ${MAX_DIGITS}`,
		};
	}
	return { phone };
}

/** What is seen of a text that was pasted. */
export function withoutInvisible(text: string): string {
	return text.replace(INVISIBLE, '').trim();
}

function writtenDigits(
	entered: string,
): { written: string; fault?: undefined } | { written?: undefined; fault: string } {
	let written = '';
	// The zero of +44 (0)20… is for calls inside the country.
	for (const character of entered.replace(/^((?:\+|00)[^(]*)\(0\)/, '$1')) {
		const digit = digitOf(character);
		if (digit !== undefined) written += digit;
		else if (isPlus(character) && written === '') written = '+';
		else if (isPlus(character))
			return { fault: 'has a “+” after its beginning; enter one number only' };
		else if (!SEPARATOR.test(character)) {
			return { fault: `has ${named(character)} in it, which belongs to no phone number` };
		}
	}
	return { written };
}

/** The digit 0–9 that a character stands for in whatever script; undefined for any other character. */
function digitOf(character: string): string | undefined {
	if (!/\p{Nd}/u.test(character)) return undefined;
	const code = character.codePointAt(0) as number;
	let zero = code;
	while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
	// Some scripts follow one another, each with its ten digits.
	return String((code - zero) % 10);
}

function isPlus(character: string): boolean {
	return character === '+' || character === '＋';
}

/** With its code where it may not be seen what it is. */
function named(character: string): string {
	const code = character.codePointAt(0) as number;
	if (code > 32 && code < 127) return `“${character}”`;
	return `“${character}” (U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
}
