/**
 * A filter by a key that may be null matches every row without that key. So each key of a filter either
 * cannot be null or the node is reached only past a condition that it is there.
 */
import { expect, test } from '@jest/globals';
import type { WorkflowNode } from '../../../sandbox/n8n/rest.mts';
import { examples, reachedWithout } from './workflows.mts';

interface Condition {
	keyName: string;
	keyValue?: string;
}

const MAY_BE_NULL =
	/contact\.(key|phone|userId)|message\.(id|originalId)|phoneNumberId|wabaId|contact_key|query\.|\$json\.(phone|user_id|previous_)/;
const IS_THERE = /^(notEmpty|exists)$/;
const NEVER_NULL = /\?\? ('[^']*'|\$json\.eventId) \}\}$/;

/** Filters, and nodes that let through by their first output only what has a key. */
function isGuard({ type, parameters }: WorkflowNode): boolean {
	if (!/\.(if|filter)$/.test(type)) return false;
	const { conditions, combinator } = parameters.conditions as {
		combinator: string;
		conditions: Array<{ leftValue: string; operator: { operation: string } }>;
	};
	return (
		combinator === 'and' &&
		conditions.some(
			({ leftValue, operator }) =>
				/key\b/.test(String(leftValue)) && IS_THERE.test(operator.operation),
		)
	);
}

const filters = examples.flatMap((example) => {
	const guards = new Set(example.nodes.filter(isGuard).map(({ name }) => name));
	const unguarded = reachedWithout(example, guards);
	return example.nodes.flatMap(({ name, parameters }) => {
		const { conditions = [] } = (parameters.filters ?? {}) as { conditions?: Condition[] };
		return conditions
			.filter(({ keyValue = '' }) => MAY_BE_NULL.test(keyValue) && !NEVER_NULL.test(keyValue))
			.map(({ keyName, keyValue }) => ({
				what: `${example.file}: ${name} by ${keyName} = ${keyValue}`,
				isGuarded: !unguarded.has(name),
			}));
	});
});

test('there are filters to look at', () => {
	expect(filters).not.toEqual([]);
});

test('no example filters by a key that may be null', () => {
	expect(filters.filter(({ isGuarded }) => !isGuarded).map(({ what }) => what)).toEqual([]);
});
