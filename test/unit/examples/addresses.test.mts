import { expect, test } from '@jest/globals';
import { examples } from './workflows.mts';

test('no example brings the address of its webhooks: n8n makes one that nobody knows', () => {
	const withAddress = examples.flatMap(({ file, nodes }) =>
		nodes.filter((node) => 'webhookId' in node).map(({ name }) => `${file}: ${name}`),
	);
	expect(withAddress.filter((each) => !each.startsWith('inbox-'))).toEqual([]);
});
