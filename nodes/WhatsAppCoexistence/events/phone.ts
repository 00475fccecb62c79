const ZERO = 48;
const NINE = 57;

function isDigit(code: number): boolean {
	return code >= ZERO && code <= NINE;
}

function isLetter(code: number): boolean {
	return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/**
 * The digits of a phone number, however it is formatted.
 *
 * @returns undefined for anything that is no phone number, in particular for a user ID, which has
 * letters in it
 */
export function phoneDigits(value: unknown): string | undefined {
	if (typeof value === 'number') value = String(value);
	if (typeof value !== 'string') return undefined;
	let bare = true;
	for (let i = 0; i < value.length; i++) {
		const code = value.charCodeAt(i);
		if (isLetter(code)) return undefined;
		if (!isDigit(code)) bare = false;
	}
	const digits = bare ? value : onlyDigits(value);
	return digits === '' ? undefined : digits;
}

function onlyDigits(value: string): string {
	let digits = '';
	for (let i = 0; i < value.length; i++) {
		if (isDigit(value.charCodeAt(i))) digits += value[i];
	}
	return digits;
}

/**
 * Whether two numbers, given as digits, are one: those of Brazil, Mexico and Argentina are written with
 * and without an extra digit, and Meta's own fields do not agree on it.
 */
export function isSamePhone(a: string | undefined, b: string | undefined): boolean {
	if (a === undefined || b === undefined) return false;
	return a === b || (a.length !== b.length && withoutExtraDigit(a) === withoutExtraDigit(b));
}

const LENGTH_WITH_EXTRA_DIGIT = 13;

/** The digits by which a number is found again however it is written. */
export function withoutExtraDigit(digits: string): string {
	if (digits.length !== LENGTH_WITH_EXTRA_DIGIT) return digits;
	// +55, two digits of the area, 9, eight digits.
	if (digits.startsWith('55') && digits[4] === '9') return digits.slice(0, 4) + digits.slice(5);
	// +52 1 or +54 9, ten digits.
	const hasExtraDigit = digits.startsWith('521') || digits.startsWith('549');
	return hasExtraDigit ? digits.slice(0, 2) + digits.slice(3) : digits;
}
