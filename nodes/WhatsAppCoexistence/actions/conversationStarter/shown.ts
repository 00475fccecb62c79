import type { IDataObject } from 'n8n-workflow';

import type { ConversationStarters } from '../../graph/conversation-starters';

export function shown(
	phoneNumberId: string,
	{ prompts = [], commands = [] }: ConversationStarters,
): IDataObject {
	return {
		phoneNumberId,
		iceBreakers: prompts,
		commands: commands.map(({ command_name: name, command_description: description }) => ({
			name,
			description,
		})),
	};
}
