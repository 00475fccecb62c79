import type { INodeProperties } from 'n8n-workflow';

/** The message that something is done with; each operation says what in a description of its own. */
export const messageIdProperty: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. wamid.HBgLMzQ2MDA…',
};
