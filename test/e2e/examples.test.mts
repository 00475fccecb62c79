/** All example workflows, imported as they are. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startHosts, type Hosts } from './hosts.mts';
import { examples } from '../unit/examples/workflows.mts';

jest.setTimeout(120_000);

let hosts: Hosts;

beforeAll(async () => {
	hosts = await startHosts();
});

afterAll(async () => await hosts?.stop());

test.each(examples.map((example) => [example.file, example] as const))(
	'%s: each import has addresses of its own',
	async (_, { file: __, ...example }) => {
		const { rest } = hosts.n8n;
		const ids = [];
		for (let index = 0; index < 2; index++) {
			const { nodes } = await rest.workflow(await rest.createWorkflow(structuredClone(example)));
			ids.push(
				...nodes
					.filter(
						({ type }) => /trigger$|\.webhook$/i.test(type) && !/manual|schedule|error/i.test(type),
					)
					.map(({ webhookId }) => webhookId),
			);
		}
		expect(ids.every((id) => /^[\da-f-]{36}$/.test(id!))).toBe(true);
		expect(new Set(ids).size).toBe(ids.length);
	},
);
