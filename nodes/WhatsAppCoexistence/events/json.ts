/** A JSON object whose keys have not been looked at yet. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string; a number is written out, since Meta sends some IDs either way. */
export function asString(value: unknown): string | undefined {
	if (typeof value === 'string') return value === '' ? undefined : value;
	return typeof value === 'number' ? String(value) : undefined;
}

/** A finite number, also when it comes as a string. */
export function asNumber(value: unknown): number | undefined {
	if (typeof value === 'string' && value !== '') value = Number(value);
	return Number.isFinite(value) ? (value as number) : undefined;
}

/** The value if it is a JSON object. */
export function asObject(value: unknown): JsonObject | undefined {
	return isObject(value) ? value : undefined;
}
