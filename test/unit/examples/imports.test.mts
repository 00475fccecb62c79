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
