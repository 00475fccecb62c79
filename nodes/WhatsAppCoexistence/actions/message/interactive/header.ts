import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { mediaSource, optionalText, text } from '../../parameter-schema';

export const MAX_HEADER = 60;

/** A heading above the text: none, a line of text, or media. */
export const headerProperties: INodeProperties[] = [
	{
		displayName: 'Header',
		name: 'headerType',
		type: 'options',
		default: 'none',
		options: [
			{ name: 'Document', value: 'document' },
			{ name: 'Image', value: 'image' },
			{ name: 'None', value: 'none' },
			{ name: 'Text', value: 'text' },
			{ name: 'Video', value: 'video' },
		],
	},
	{
		displayName: 'Header Text',
		name: 'headerText',
		type: 'string',
		default: '',
		description: 'At most 60 characters',
		displayOptions: { show: { headerType: ['text'] } },
	},
	{
		displayName: 'Header Media',
		name: 'headerMedia',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/flowers.jpg',
		description: 'A public URL, or the media ID that Media > Upload gave',
		displayOptions: { show: { headerType: ['document', 'image', 'video'] } },
	},
	{
		displayName: 'Header File Name',
		name: 'headerFileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. menu.pdf',
		displayOptions: { show: { headerType: ['document'] } },
	},
];

const media = { headerMedia: mediaSource };

const schema = z.discriminatedUnion('headerType', [
	z.object({ headerType: z.literal('none') }),
	z.object({ headerType: z.literal('text'), headerText: text(MAX_HEADER) }),
	z.object({ headerType: z.literal('image'), ...media }),
	z.object({ headerType: z.literal('video'), ...media }),
	z.object({ headerType: z.literal('document'), ...media, headerFileName: optionalText(240) }),
]);

/** The member `header` of `interactive`; nothing where there is none. */
export function headerOf(entered: IDataObject): IDataObject {
	const header = checkParameters(schema, entered, headerProperties);
	switch (header.headerType) {
		case 'none':
			return {};
		case 'text':
			return textHeader(header.headerText);
		case 'document': {
			const named = header.headerFileName === undefined ? {} : { filename: header.headerFileName };
			return { header: { type: 'document', document: { ...header.headerMedia, ...named } } };
		}
		default:
			return { header: { type: header.headerType, [header.headerType]: header.headerMedia } };
	}
}

/** A header that can only be a line of text. */
export const headerTextProperty: INodeProperties = {
	displayName: 'Header',
	name: 'headerText',
	type: 'string',
	default: '',
	description: 'A line above the text, at most 60 characters',
};

/** The member `header` of `interactive` with a line of text; nothing where it is empty. */
export function textHeader(headerText: string | undefined): IDataObject {
	return headerText === undefined ? {} : { header: { type: 'text', text: headerText } };
}
