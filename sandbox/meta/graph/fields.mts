/** The `fields` parameter: https://developers.facebook.com/docs/graph-api/guides/field-expansion */
import { nonexistingField } from '../graph-errors.mts';

/**
 * Picks what `fields` asks for, `id` always included. Nested selections (`owner{id,name}`) give the
 * whole inner object. What is undefined is left out, as Meta does with empty values.
 *
 * @param available every field the node has
 * @param defaults those it shows when nothing is asked for
 * @throws GraphError 100 for a field the node type does not have
 */
export function selectFields(
	available: Record<string, unknown>,
	requested: unknown,
	defaults: string[],
	nodeType: string,
): Record<string, unknown> {
	const names =
		typeof requested === 'string' && requested !== ''
			? requested
					.replace(/\{[^}]*\}/g, '')
					.split(',')
					.map((name) => name.trim())
			: defaults;
	const unknown = names.find((name) => !(name in available));
	if (unknown !== undefined) throw nonexistingField(unknown, nodeType);
	return Object.fromEntries(
		[...new Set([...names, 'id'])]
			.filter((name) => available[name] !== undefined)
			.map((name) => [name, available[name]]),
	);
}
