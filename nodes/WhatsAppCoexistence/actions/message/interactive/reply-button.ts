import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { optionalText, text } from '../../parameter-schema';

/** A button that answers with one tap: what it says, and the ID that comes back with the answer. */
export const replyButtonFields: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Yes',
		description: 'What the button says, at most 20 characters',
	},
	{
		displayName: 'ID',
		name: 'id',
		type: 'string',
		default: '',
		placeholder: 'e.g. yes',
		description: 'What comes back when it is tapped, at most 256 characters; by default the title',
	},
];

export const replyButton = z
	.object({ title: text(20), id: optionalText(256) })
	.transform(({ title, id }) => ({ id: id ?? title, title }));
