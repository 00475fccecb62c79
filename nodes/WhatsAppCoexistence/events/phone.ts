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
