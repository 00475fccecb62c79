import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { listParameter } from '../list-parameter';
import { list, text, url } from '../parameter-schema';
import { namesIn } from './variables';

const shownFor = (...type: string[]) => ({ show: { type } });

/** The buttons that a new template can be given by filling in a form. */
export const buttonsProperties: INodeProperties[] = listParameter({
	displayName: 'Buttons',
	name: 'buttons',
	entry: 'Button',
	description:
		'At most 10: two websites, one phone number and one code among them, and the quick replies next to each other',
	fields: [
		{
			displayName: 'Type',
			name: 'type',
			type: 'options',
			default: 'QUICK_REPLY',
			options: [
				{ name: 'Call Phone Number', value: 'PHONE_NUMBER' },
				{ name: 'Copy Code', value: 'COPY_CODE', description: 'Copies a code of an offer' },
				{
					name: 'Quick Reply',
					value: 'QUICK_REPLY',
					description: 'Sends its text back to you as an answer',
				},
				{ name: 'Visit Website', value: 'URL' },
			],
		},
		{
			displayName: 'Text',
			name: 'text',
			type: 'string',
			default: '',
			description: 'At most 25 characters',
			displayOptions: shownFor('PHONE_NUMBER', 'QUICK_REPLY', 'URL'),
		},
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/order/{{1}}',
			description: 'May end in {{1}}, which is filled in when the template is sent',
			displayOptions: shownFor('URL'),
		},
		{
			displayName: 'URL Example',
			name: 'example',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/order/A-17',
			description: 'The whole address, filled in; needed if it ends in {{1}}',
			displayOptions: shownFor('URL'),
		},
		{
			displayName: 'Phone Number',
			name: 'phoneNumber',
			type: 'string',
			default: '',
			placeholder: 'e.g. +34600111222',
			displayOptions: shownFor('PHONE_NUMBER'),
		},
		{
			displayName: 'Code Example',
			name: 'code',
			type: 'string',
			default: '',
			placeholder: 'e.g. SPRING25',
			description: 'At most 15 characters. The code itself is given when the template is sent.',
			displayOptions: shownFor('COPY_CODE'),
		},
	],
	example: [{ type: 'QUICK_REPLY', text: 'Yes, please' }],
});

const label = text(25);

const button = z
	.discriminatedUnion('type', [
		z.object({ type: z.literal('QUICK_REPLY'), text: label }),
		z.object({
			type: z.literal('URL'),
			text: label,
			url,
			example: z.preprocess((value) => value || undefined, url.optional()),
		}),
		z.object({
			type: z.literal('PHONE_NUMBER'),
			text: label,
			phoneNumber: z.preprocess(
				(value) => String(value ?? '').replace(/[\s()-]/g, ''),
				z.string().regex(/^\+?\d{5,20}$/, 'has to be a phone number with country code'),
			),
		}),
		z.object({ type: z.literal('COPY_CODE'), code: text(15) }),
	])
	.superRefine((entered, context) => {
		if (entered.type !== 'URL') return;
		const names = namesIn(entered.url);
		if (names.length > 1 || (names.length === 1 && !entered.url.endsWith('}}'))) {
			fault(context, ['url'], 'takes one variable, {{1}}, at its end');
		} else if (names.length === 1 && entered.example === undefined) {
			fault(
				context,
				['example'],
				'is missing: Meta reviews the address with the variable filled in',
			);
		}
	})
	.transform((entered): IDataObject & { type: string } => {
		switch (entered.type) {
			case 'URL': {
				const { example, ...website } = entered;
				return example === undefined ? website : { ...website, example: [example] };
			}
			case 'PHONE_NUMBER':
				return { type: entered.type, text: entered.text, phone_number: entered.phoneNumber };
			case 'COPY_CODE':
				return { type: entered.type, example: entered.code };
			case 'QUICK_REPLY':
				return entered;
		}
	});

/** How many of a kind a template may have. */
const MOST: Record<string, number> = { URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1 };

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components */
export const buttonsSchema = list(button, { min: 0, max: 10 }).superRefine((buttons, context) => {
	for (const [type, most] of Object.entries(MOST)) {
		if (buttons.filter((one) => one.type === type).length > most) {
			fault(context, [], `takes ${most === 1 ? 'one' : most} of type ${type} at most`);
		}
	}
	const runs = buttons.filter(
		({ type }, index) => type === 'QUICK_REPLY' && buttons[index - 1]?.type !== 'QUICK_REPLY',
	);
	if (runs.length > 1) fault(context, [], 'has to have its quick replies next to each other');
});

function fault(context: z.RefinementCtx, path: string[], message: string): void {
	context.addIssue({ code: 'custom', path, message });
}
