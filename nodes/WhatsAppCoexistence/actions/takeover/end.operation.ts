import type { Operation } from '../operation';
import { tellTriggers, whoseProperties } from './tell-triggers';

export const end: Operation = {
	name: 'End',
	description: 'Give a chat back to the bot: the triggers of the number mark it so at once',
	action: 'End a human takeover',
	properties: whoseProperties,
	async execute(context, graph, itemIndex) {
		const at = Date.now();
		return await tellTriggers(context, graph, itemIndex, { at, until: at });
	},
};
