import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NodeHelpers, Workflow, type INode, type INodeOutputConfiguration } from 'n8n-workflow';

import { GROUP_NAMES, OUTPUT_GROUPS } from '../../../nodes/WhatsAppCoexistence/events/groups';
import { nodeTypes, TRIGGER_TYPE } from '../engine/node-types.mts';

/** The outputs as n8n finds them, on the canvas and when it runs the workflow. */
function outputsFor(parameters: INode['parameters']): INodeOutputConfiguration[] {
	const node: INode = {
		id: '1',
		name: 'Trigger',
		type: TRIGGER_TYPE,
		typeVersion: 2,
		position: [0, 0],
		parameters,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const { description } = nodeTypes.getByNameAndVersion(TRIGGER_TYPE);
	return NodeHelpers.getNodeOutputs(
		workflow,
		workflow.getNode('Trigger')!,
		description,
	) as INodeOutputConfiguration[];
}

test('each group has its output in its place, whatever is chosen', () => {
	fc.assert(
		fc.property(fc.shuffledSubarray([...OUTPUT_GROUPS]), (groups) => {
			expect(outputsFor({ groups })).toEqual(
				OUTPUT_GROUPS.map((group) => ({
					type: 'main',
					displayName: groups.includes(group) ? GROUP_NAMES[group] : `${GROUP_NAMES[group]} off`,
				})),
			);
		}),
	);
});

test('a trigger as n8n puts it on the canvas has the four outputs on that start something', () => {
	const names = outputsFor({}).map(({ displayName }) => displayName);
	expect(names).toEqual([
		'History',
		'Contacts',
		'Echoes',
		'Inbound',
		'Statuses off',
		'Account off',
	]);
});
