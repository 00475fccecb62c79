import {
	UserError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';
import { z } from 'zod';

import type { Graph } from '../../graph/client';
import { uploadHandle } from '../../graph/uploads';
import { checkParameters } from '../check-parameters';
import { listEntered } from '../list-parameter';
import { binaryFieldProperty, binaryFile } from '../media/binary-file';
import { json, optionalText, text } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { buttonsProperties, buttonsSchema } from './buttons';
import { namesIn } from './variables';

/** What a template says, as a form or as Meta’s JSON. */
export const contentProperties: INodeProperties[] = [
	{
		displayName: 'Specify Content',
		name: 'contentMode',
		type: 'options',
		default: 'fields',
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{
				name: 'Using JSON',
				value: 'json',
				description: 'The components in Meta’s form: carousels, catalogs, one-time codes…',
			},
		],
	},
	...[
		{
			displayName: 'Header',
			name: 'header',
			type: 'options' as const,
			default: 'none',
			options: [
				{ name: 'Document', value: 'document', description: 'A PDF' },
				{ name: 'Image', value: 'image', description: 'JPEG or PNG' },
				{ name: 'Location', value: 'location' },
				{ name: 'None', value: 'none' },
				{ name: 'Text', value: 'text' },
				{ name: 'Video', value: 'video', description: 'MP4' },
			],
		},
		{
			displayName: 'Header Text',
			name: 'headerText',
			type: 'string' as const,
			default: '',
			placeholder: 'e.g. Your order {{1}}',
			description: 'At most 60 characters and one variable',
			displayOptions: { show: { header: ['text'] } },
		},
		{
			displayName: 'Header Example',
			name: 'headerExample',
			type: 'string' as const,
			default: '',
			placeholder: 'e.g. A-17',
			description: 'For the variable of the header, if it has one',
			displayOptions: { show: { header: ['text'] } },
		},
		{
			...binaryFieldProperty,
			description: 'The file is an example for Meta’s review; each message has its own',
			displayOptions: { show: { header: ['document', 'image', 'video'] } },
		},
		{
			displayName: 'Body',
			name: 'body',
			type: 'string' as const,
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Hi {{1}}, your order {{2}} is ready.',
			description:
				'At most 1024 characters. Variables are {{1}}, {{2}}… or names such as {{first_name}}; none at the beginning or the end.',
		},
		{
			displayName: 'Body Examples',
			name: 'bodyExamples',
			type: 'string' as const,
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Example' },
			default: [],
			placeholder: 'e.g. Marta',
			description: 'One for each variable of the body, in their order; Meta’s reviewers see them',
		},
		{
			displayName: 'Footer',
			name: 'footer',
			type: 'string' as const,
			default: '',
			description: 'At most 60 characters, without variables',
		},
		...buttonsProperties,
	].map((property) => ({
		...property,
		displayOptions: {
			show: {
				contentMode: ['fields'],
				...('displayOptions' in property ? property.displayOptions?.show : {}),
			},
		},
	})),
	{
		displayName: 'Components',
		name: 'componentsJson',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '[{ "type": "BODY", "text": "Our shop opens at nine." }]',
		description: 'The list “components” of a template in Meta’s form',
		displayOptions: { show: { contentMode: ['json'] } },
	},
];

const header = z.enum(['document', 'image', 'location', 'none', 'text', 'video']);

const fieldsSchema = z
	.object({
		header,
		headerText: optionalText(60),
		headerExample: optionalText(1024),
		binaryPropertyName: z.string(),
		body: text(1024),
		bodyExamples: z.array(z.preprocess(String, z.string().trim().min(1))),
		footer: optionalText(60),
		buttons: buttonsSchema,
	})
	.superRefine((entered, context) => {
		const fault = (field: string, message: string) =>
			context.addIssue({ code: 'custom', path: [field], message });
		const body = entered.body.trim();
		if (body.startsWith('{{') || body.endsWith('}}')) {
			fault(
				'body',
				'begins or ends with a variable, which Meta refuses. Put a word or a full stop there',
			);
		}
		const names = namesIn(body);
		if (!areNumbers(names) && !areNames(names)) {
			fault(
				'body',
				'has to have the variables {{1}}, {{2}}… in this order, or names in lower case only',
			);
		}
		if (entered.bodyExamples.length !== names.length) {
			fault(
				'bodyExamples',
				`has ${entered.bodyExamples.length}; the body has ${names.length === 1 ? '1 variable' : `${names.length} variables`}, and each needs one`,
			);
		}
		if (namesIn(entered.footer ?? '').length > 0) fault('footer', 'cannot have variables');
		if (entered.header !== 'text') return;
		if (entered.headerText === undefined) fault('headerText', 'is empty');
		const inHeader = namesIn(entered.headerText ?? '');
		if (inHeader.length > 1) fault('headerText', 'can have one variable only');
		if (inHeader.length === 1 && entered.headerExample === undefined) {
			fault('headerExample', 'is missing: Meta reviews the header with its variable filled in');
		}
		if (names.length > 0 && inHeader.length > 0 && areNumbers(names) !== areNumbers(inHeader)) {
			fault(
				'headerText',
				'has to number its variable if the body does, and name it if the body does',
			);
		}
	});

const jsonSchema = z.object({
	componentsJson: json(z.array(z.object({ type: z.string().min(1) }).passthrough()).min(1)),
});

export interface TemplateContent {
	components: IDataObject[];
	/** Whether its variables have names. */
	named: boolean;
}

/**
 * The components of a template, once its example file is uploaded.
 *
 * @throws UserError where the content is beyond Meta’s limits
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 */
export async function contentOf(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
): Promise<TemplateContent> {
	const entered = parametersOf(context, itemIndex, contentProperties);
	if (entered.contentMode === 'json') {
		const { componentsJson } = checkParameters(jsonSchema, entered, contentProperties);
		const components = componentsJson as IDataObject[];
		return {
			components,
			named: namesIn(JSON.stringify(components)).some((name) => !/^\d+$/.test(name)),
		};
	}
	const fields = checkParameters(
		fieldsSchema,
		{ ...entered, buttons: listEntered(entered, 'buttons') },
		contentProperties,
	);
	const named = [fields.body, fields.headerText ?? '']
		.flatMap(namesIn)
		.some((name) => !/^\d+$/.test(name));
	const head = await headerOf(context, graph, itemIndex, fields, named);
	return {
		named,
		components: [
			...(head === undefined ? [] : [head]),
			{
				type: 'BODY',
				text: fields.body,
				...examplesOf('body', fields.body, fields.bodyExamples, named),
			},
			...(fields.footer === undefined ? [] : [{ type: 'FOOTER', text: fields.footer }]),
			...(fields.buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons: fields.buttons }]),
		],
	};
}

async function headerOf(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
	fields: z.output<typeof fieldsSchema>,
	named: boolean,
): Promise<IDataObject | undefined> {
	const { header: kind, headerText = '', headerExample = '' } = fields;
	switch (kind) {
		case 'none':
			return undefined;
		case 'location':
			return { type: 'HEADER', format: 'LOCATION' };
		case 'text': {
			const examples = examplesOf('header', headerText, [headerExample], named);
			return { type: 'HEADER', format: 'TEXT', text: headerText, ...examples };
		}
		default: {
			const file = await binaryFile(context, itemIndex, fields.binaryPropertyName, kind);
			refuseOtherTypes(kind, file.mimeType, file.fileName);
			const handle = await uploadHandle(graph, file, itemIndex);
			return { type: 'HEADER', format: kind.toUpperCase(), example: { header_handle: [handle] } };
		}
	}
}

/** What the resumable upload takes of what messages take. */
const UPLOADED = { document: ['application/pdf'], video: ['video/mp4'] };

function refuseOtherTypes(
	kind: 'document' | 'image' | 'video',
	mimeType: string,
	name: string,
): void {
	const types = kind === 'image' ? undefined : UPLOADED[kind];
	if (types === undefined || types.includes(mimeType)) return;
	throw new UserError(`A template takes no example of type ${mimeType} as ${kind}`, {
		description: `“${name}” would have to be ${types.join(' or ')}. Messages can have other types all the same.`,
	});
}

function examplesOf(
	part: 'body' | 'header',
	words: string,
	examples: string[],
	named: boolean,
): IDataObject {
	const names = namesIn(words);
	if (names.length === 0) return {};
	if (named) {
		const values = names.map((name, index) => ({ param_name: name, example: examples[index] }));
		return { example: { [`${part}_text_named_params`]: values } };
	}
	return { example: { [`${part}_text`]: part === 'body' ? [examples] : examples } };
}

function areNumbers(names: string[]): boolean {
	return names.every((name, index) => name === String(index + 1));
}

function areNames(names: string[]): boolean {
	return names.every((name) => /^[a-z][a-z0-9_]*$/.test(name));
}
