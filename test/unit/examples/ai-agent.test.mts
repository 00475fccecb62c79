/** A model that comes to no answer, as at the end of its tokens, leaves the customer to a person. */
import { expect, test } from '@jest/globals';
import { nodeOf } from './workflows.mts';

const { rules } = nodeOf('ai-agent', 'What now?').parameters as any;
const wanted: string = rules.values[1].conditions.conditions[0].leftValue;

const read = (json: { output?: string }): unknown =>
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- an expression of the example, as n8n runs it
	new Function('$', `return ${/^=\{\{(.*)\}\}$/.exec(wanted)![1]}`)(() => ({ item: { json } }));

test.each([[{}], [{ output: '' }], [{ output: ' \n' }], [{ output: 'HANDOVER' }]])(
	'the agent says %j: a person is wanted',
	(json) => {
		expect(read(json)).toContain('HANDOVER');
	},
);

test('an answer is one', () => {
	expect(read({ output: 'We open at nine.' })).toBe('We open at nine.');
});
