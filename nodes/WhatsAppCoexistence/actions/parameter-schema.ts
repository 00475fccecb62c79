import { z } from 'zod';

/**
 * The kinds of values that people enter. They come from a field, from an expression or from an AI
 * model, so a number may stand for text and text for a number.
 */

/** Text of 1 to `max` UTF-16 units, which is how Meta’s limits count. */
export function text(max: number) {
	return z.preprocess(asText, within(max, z.string().min(1)));
}

/** Text of at most `max` UTF-16 units; undefined where it is empty. */
export function optionalText(max: number) {
	return z.preprocess((value) => asText(value) || undefined, within(max, z.string()).optional());
}

/** A number between the two. */
export function numberBetween(min: number, max: number) {
	return z.preprocess(asNumber, z.number().min(min).max(max));
}

/** The ID of a message. Only its prefix is checked: Meta does not document the rest. */
export const wamid = z.preprocess(
	asText,
	z.string().trim().min(1).startsWith('wamid.', 'has to be a message ID, which begins with wamid.'),
);

/** An absolute http(s) URL. */
export const url = z.preprocess(
	asText,
	z
		.string()
		.min(1)
		.regex(/^https?:\/\/\S+$/i, 'has to be a URL that begins with https://'),
);

/** The ID that Meta gave an uploaded or received file. */
export const mediaId = z.preprocess(
	asText,
	z.string().trim().min(1).regex(/^\d+$/, 'has to be a media ID, which has digits only'),
);

/** The ID that Meta gave a number of the business. */
export const phoneNumberId = z.preprocess(
	asText,
	z
		.string()
		.trim()
		.min(1)
		.regex(/^\d+$/, 'has to be a phone number ID, which has digits only; pick one from the list'),
);

/** A file that Meta has or fetches: `{ id }` of an uploaded one, or `{ link }`. */
export const mediaSource = z.preprocess(
	asText,
	z
		.string()
		.min(1)
		.regex(/^(https?:\/\/\S+|\d+)$/i, 'is neither a URL that begins with https:// nor a media ID')
		.transform((source): { id: string } | { link: string } =>
			/^\d+$/.test(source) ? { id: source } : { link: source },
		),
);

/** JSON as text, or as the value that an expression gave. */
export function json<T extends z.ZodTypeAny>(schema: T) {
	return z.preprocess(asJson, schema);
}

/** The entries of a list: as n8n stores them (`{ values: [...] }`), as an array, or as JSON. */
export function list<T extends z.ZodTypeAny>(
	entry: T,
	{ min = 1, max }: { min?: number; max: number },
) {
	return z.preprocess(
		(value, context) => asEntries(asJson(value, context)),
		z.array(entry).min(min).max(max),
	);
}

/** Several short values, as an array or as text with commas between them. */
export const commaSeparated = z.preprocess(
	(value) => {
		const entered = asText(value);
		if (typeof entered !== 'string') return entered;
		return entered
			.split(',')
			.map((part) => part.trim())
			.filter((part) => part !== '');
	},
	z.array(z.string().min(1)).min(1),
);

/** Refuses a second entry with the same value under `key`. */
export function unique<K extends string>(key: K) {
	return (entries: Array<Record<K, string>>, context: z.RefinementCtx) => {
		const seen = new Set<string>();
		entries.forEach(({ [key]: value }, index) => {
			if (seen.has(value)) {
				context.addIssue({
					code: 'custom',
					path: [index, key],
					message: `is “${value}” a second time; each has to be different`,
				});
			}
			seen.add(value);
		});
	};
}

function within(max: number, schema: z.ZodString) {
	return schema.refine(
		(value) => value.length <= max,
		(value) => ({ message: `has ${value.length} characters; at most ${max} fit` }),
	);
}

function asText(value: unknown): unknown {
	return typeof value === 'number' ? String(value) : value;
}

function asNumber(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	return value.trim() === '' ? undefined : Number(value);
}

function asJson(value: unknown, context: z.RefinementCtx): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch (error) {
		const { message } = error as Error;
		context.addIssue({ code: 'custom', message: `is not valid JSON: ${message}` });
		return z.NEVER;
	}
}

function asEntries(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return 'values' in value ? value.values : [];
}
