import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { listEntered, listParameter } from '../../list-parameter';
import { list as listOf, optionalText, text } from '../../parameter-schema';
import { headerTextProperty, MAX_HEADER, textHeader } from './header';
import type { InteractiveKind } from './kind';
import { sectionTitle, sectionTitleField, titledWhereSeveral } from './section-title';
import { bodyProperty, footer, footerProperty, textsOf } from './texts';

export const MAX_LIST_BODY = 4096;
const MAX_ROWS = 10;

const properties: INodeProperties[] = [
	headerTextProperty,
	{ ...bodyProperty, description: 'The message itself, at most 4,096 characters' },
	{
		displayName: 'Button Text',
		name: 'buttonText',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Choose',
		description: 'The button that opens the list, at most 20 characters',
	},
	...listParameter({
		displayName: 'Sections',
		name: 'sections',
		entry: 'Section',
		description: 'Up to 10 sections with 10 rows in all',
		fields: [
			sectionTitleField,
			{
				displayName: 'Rows',
				name: 'rows',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Row',
				default: {},
				options: [
					{
						displayName: 'Row',
						name: 'values',
						values: [
							{
								displayName: 'Title',
								name: 'title',
								type: 'string',
								default: '',
								required: true,
								description: 'At most 24 characters',
							},
							{
								displayName: 'Description',
								name: 'description',
								type: 'string',
								default: '',
								description: 'At most 72 characters',
							},
							{
								displayName: 'ID',
								name: 'id',
								type: 'string',
								default: '',
								description:
									'What comes back when it is chosen, at most 200 characters; by default the title',
							},
						],
					},
				],
			},
		],
		example: [
			{
				title: 'Bouquets',
				rows: [{ title: 'Roses', description: 'Twelve red roses', id: 'roses' }],
			},
		],
	}),
	footerProperty,
];

const row = z
	.object({ title: text(24), description: optionalText(72), id: optionalText(200) })
	.transform(({ title, description, id }) => ({
		id: id ?? title,
		title,
		...(description === undefined ? {} : { description }),
	}));

const section = z.object({
	title: sectionTitle,
	rows: listOf(row, { max: MAX_ROWS }),
});

const sections = listOf(section, { max: 10 })
	.superRefine(titledWhereSeveral)
	.superRefine((entries, context) => {
		const count = entries.reduce((sum, { rows }) => sum + rows.length, 0);
		if (count > MAX_ROWS) {
			context.addIssue({
				code: 'custom',
				message: `have ${count} rows in all; at most ${MAX_ROWS} fit`,
			});
		}
		const seen = new Set<string>();
		entries.forEach(({ rows }, index) => {
			rows.forEach(({ id }, rowIndex) => {
				if (seen.has(id)) {
					context.addIssue({
						code: 'custom',
						path: [index, 'rows', rowIndex, 'id'],
						message: `is “${id}” a second time; each has to be different`,
					});
				}
				seen.add(id);
			});
		});
	});

const schema = z.object({
	headerText: optionalText(MAX_HEADER),
	body: text(MAX_LIST_BODY),
	footer,
	buttonText: text(20),
	sections,
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-list-messages */
export const list: InteractiveKind = {
	name: 'List',
	description: 'A button that opens up to ten choices',
	properties,
	build(entered) {
		const checked = checkParameters(
			schema,
			{ ...entered, sections: listEntered(entered, 'sections') },
			properties,
		);
		return {
			type: 'list',
			...textHeader(checked.headerText),
			...textsOf(checked),
			action: { button: checked.buttonText, sections: checked.sections },
		};
	},
};
