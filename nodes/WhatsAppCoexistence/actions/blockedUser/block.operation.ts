import type { Operation } from '../operation';
import { blockProperties, changeBlocksOf } from './change-blocks';

export const block: Operation = {
	name: 'Block',
	description: 'Keep people from writing to the number, who wrote in the last 24 hours',
	action: 'Block users',
	properties: blockProperties,
	async execute(context, graph, itemIndex) {
		return await changeBlocksOf(context, graph, itemIndex, true);
	},
};
