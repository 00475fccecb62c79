import type { Operation } from '../operation';
import { blockProperties, changeBlocksOf } from './change-blocks';

export const unblock: Operation = {
	name: 'Unblock',
	description: 'Let blocked people write to the number again',
	action: 'Unblock users',
	properties: blockProperties,
	async execute(context, graph, itemIndex) {
		return await changeBlocksOf(context, graph, itemIndex, false);
	},
};
