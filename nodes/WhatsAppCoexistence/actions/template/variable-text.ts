import { z } from 'zod';

import { text } from '../parameter-schema';

const MAX_TEXT = 1024;

/** Meta takes no line breaks, no tabs and no more than four spaces in a row in a variable. */
const REFUSED = /[\n\r\t\v\f\u0085\u2028\u2029]| {5}/;

/**
 * The text of a variable. What Meta refuses becomes a space, or is refused here, where the variable
 * can be named; Meta only says that there is one.
 *
 * @see https://github.com/netflie/whatsapp-cloud-api/issues/201
 */
export function variableText(flatten: boolean) {
	if (flatten) {
		return z.preprocess(
			(value) => (typeof value === 'string' ? flattened(value) : value),
			text(MAX_TEXT),
		);
	}
	return text(MAX_TEXT).refine(
		(value) => !REFUSED.test(value),
		'has a line break, a tab or more than four spaces in a row, which Meta refuses. Take it out, or switch on the option “Flatten Variables”',
	);
}

function flattened(value: string): string {
	if (!REFUSED.test(value)) return value;
	return value.replace(/\s+/g, (run) => (REFUSED.test(run) ? ' ' : run)).trim();
}
