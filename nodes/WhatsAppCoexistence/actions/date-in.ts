import { tryToParseDateTime } from 'n8n-workflow';

/**
 * A date that was picked in the editor, which names no time zone, or that an expression gave.
 *
 * @param timeZone of a date without one; that of the process where it is left out
 * @returns undefined where it is no date
 */
export function dateIn(entered: unknown, timeZone: string | undefined): Date | undefined {
	try {
		return tryToParseDateTime(entered, timeZone).toJSDate();
	} catch {
		return undefined;
	}
}
