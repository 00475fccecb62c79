import { readStarters } from '../../graph/conversation-starters';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { shown } from './shown';

export const get: Operation = {
	name: 'Get',
	description: 'Get the ice breakers and commands that people see in the chat',
	action: 'Get the conversation starters',
	properties: [phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		return shown(phoneNumberId, await readStarters(graph, phoneNumberId, itemIndex));
	},
};
