import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { optionalText, text } from '../../parameter-schema';

const MAX_FOOTER = 60;

/** Most kinds take this many characters as their text. */
export const MAX_BODY = 1024;

export const optionalBodyProperty: INodeProperties = {
	displayName: 'Text',
	name: 'body',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	description: 'The message itself, at most 1,024 characters',
};

export const bodyProperty: INodeProperties = { ...optionalBodyProperty, required: true };

export const footerProperty: INodeProperties = {
	displayName: 'Footer',
	name: 'footer',
	type: 'string',
	default: '',
	description: 'Small text at the bottom, at most 60 characters',
};

export const body = text(MAX_BODY);
export const footer = optionalText(MAX_FOOTER);

/** The texts as members of `interactive`; what is empty is left out. */
export function textsOf(texts: {
	body?: string | undefined;
	footer?: string | undefined;
}): IDataObject {
	return {
		...(texts.body === undefined ? {} : { body: { text: texts.body } }),
		...(texts.footer === undefined ? {} : { footer: { text: texts.footer } }),
	};
}
