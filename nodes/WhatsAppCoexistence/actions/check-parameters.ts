import { UserError, type INodeProperties } from 'n8n-workflow';
import type { z } from 'zod';

/**
 * Holds what the user entered against its limits before anything is sent.
 *
 * @param entered by parameter name
 * @param properties the parameters as the editor shows them: a fault names the field by its label
 * @throws UserError for the first fault
 */
export function checkParameters<S extends z.ZodTypeAny>(
	schema: S,
	entered: unknown,
	properties: readonly INodeProperties[],
): z.output<S> {
	const result = schema.safeParse(entered);
	if (result.success) return result.data as z.output<S>;
	const [issue] = result.error.issues;
	if (issue === undefined) throw result.error;
	throw new UserError(`“${labelOf(issue.path, properties)}” ${faultOf(issue)}`, {
		description: 'Correct it in the parameters of this node. Nothing was sent.',
	});
}

/** `['buttons', 1, 'title']` is “Buttons > 2 > Title”: people count from one. */
function labelOf(
	path: ReadonlyArray<string | number>,
	properties: readonly INodeProperties[],
): string {
	let level = properties;
	const labels = path.map((step) => {
		if (typeof step === 'number') return String(step + 1);
		const property = level.find(({ name }) => name === step);
		level = property === undefined ? [] : fieldsOf(property);
		return property?.displayName ?? step;
	});
	return labels.join(' > ');
}

function fieldsOf({ options = [] }: INodeProperties): INodeProperties[] {
	return options.flatMap((option) => {
		if ('values' in option) return option.values;
		return 'displayName' in option ? [option] : [];
	});
}

function faultOf(issue: z.ZodIssue): string {
	switch (issue.code) {
		case 'invalid_type':
			return issue.received === 'undefined' || issue.received === 'null'
				? 'is missing'
				: `has to be ${NAMES[issue.expected] ?? issue.expected}`;
		case 'too_small':
			if (issue.type === 'string') return 'is empty';
			if (issue.type === 'array') return `needs at least ${entries(issue.minimum)}`;
			return `has to be at least ${issue.minimum}`;
		case 'too_big':
			if (issue.type === 'array') return `takes at most ${entries(issue.maximum)}`;
			if (issue.type === 'string') return `takes at most ${issue.maximum} characters`;
			return `has to be at most ${issue.maximum}`;
		case 'invalid_literal':
			return `has to be “${String(issue.expected)}”`;
		case 'invalid_enum_value':
		case 'invalid_union_discriminator':
			return `has to be one of ${issue.options.map(String).join(', ')}`;
		default:
			return issue.message;
	}
}

const NAMES: Partial<Record<string, string>> = {
	array: 'a list',
	boolean: 'true or false',
	number: 'a number',
	object: 'an object',
	string: 'text',
};

function entries(count: number | bigint): string {
	return count === 1 ? '1 entry' : `${count} entries`;
}
