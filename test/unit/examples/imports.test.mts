import { expect, test } from '@jest/globals';
import { examples } from './workflows.mts';

test('no example brings the address of its webhooks: n8n makes one that nobody knows', () => {
	const withAddress = examples.flatMap(({ file, nodes }) =>
		nodes.filter((node) => 'webhookId' in node).map(({ name }) => `${file}: ${name}`),
	);
	expect(withAddress).toEqual([]);
});

test('no example spreads a bare $json, which several versions of n8n cannot compile', () => {
	const spreading = examples.filter((example) =>
		/\.\.\.\$json(?![.[?\w])/.test(JSON.stringify(example.nodes)),
	);
	expect(spreading.map(({ file }) => file)).toEqual([]);
});

/** Those that somebody adapts who does not program. */
const ADAPTABLE = /^(health-watch|contacts-to-any-crm|inbox-in-a-sheet)/;

test('no expression of the examples to be adapted is longer than a line', () => {
	const expressions = examples
		.filter(({ file }) => ADAPTABLE.test(file))
		.flatMap(({ file, nodes }) =>
			[...JSON.stringify(nodes).matchAll(/\{\{(.*?)\}\}/g)].map(([, code]) => `${file}: ${code}`),
		);
	expect(expressions.length).toBeGreaterThan(20);
	expect(expressions.filter((each) => each.length > 120 || each.includes('\\n'))).toEqual([]);
});

test('Contacts to any CRM has no function in an expression', () => {
	const { nodes } = examples.find(({ file }) => file === 'contacts-to-any-crm')!;
	const code = [...JSON.stringify(nodes).matchAll(/\{\{(.*?)\}\}/g)].map(([, each]) => each!);
	expect(code.filter((each) => !/^ \$json\.\w+ $/.test(each))).toEqual([]);
});

test('the fields and conditions of Contacts to HubSpot fit in a line, and hold no function', () => {
	const { nodes } = examples.find(({ file }) => file === 'contacts-to-crm')!;
	const adaptable = nodes.filter(({ type }) => /\.(set|filter|if|switch)$/.test(type));
	const code = [...JSON.stringify(adaptable).matchAll(/\{\{(.*?)\}\}/g)].map(([, each]) => each!);
	expect(code.length).toBeGreaterThan(20);
	expect(
		code.filter((each) => each.length > 120 || /=>|\\n|function|Date|\.{3}/.test(each)),
	).toEqual([]);
	expect(nodes.filter(({ type }) => type.endsWith('.code'))).toEqual([]);
});
