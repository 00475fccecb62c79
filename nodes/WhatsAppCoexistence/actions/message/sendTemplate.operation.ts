import type { IDataObject, INodeProperties, ResourceMapperValue } from 'n8n-workflow';
import { z } from 'zod';

import { postMarketingMessage, type postMessage } from '../../graph/messages';
import { checkParameters } from '../check-parameters';
import type { Operation } from '../operation';
import { json } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { componentsOf } from '../template/components';
import { templateNamed, templateProperty } from '../template/template-locator';
import { variableText } from '../template/variable-text';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const properties: INodeProperties[] = [
	templateProperty,
	{
		displayName: 'Specify Variables',
		name: 'variablesMode',
		type: 'options',
		default: 'fields',
		options: [
			{
				name: 'Using Fields Below',
				value: 'fields',
				description: 'One field for each variable of the template',
			},
			{
				name: 'Using JSON',
				value: 'json',
				description: 'The components in Meta’s form, for a template that an expression chooses',
			},
		],
	},
	{
		displayName: 'Variables',
		name: 'variables',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		required: true,
		typeOptions: {
			loadOptionsDependsOn: ['template.value'],
			resourceMapper: {
				resourceMapperMethod: 'getTemplateVariables',
				mode: 'add',
				fieldWords: { singular: 'variable', plural: 'variables' },
				addAllFields: true,
				supportAutoMap: false,
				noFieldsError: 'This template has no variables. It can be sent as it is.',
			},
		},
		displayOptions: { show: { variablesMode: ['fields'] } },
	},
	{
		displayName: 'Components',
		name: 'componentsJson',
		type: 'json',
		typeOptions: { rows: 6 },
		default: '[{ "type": "body", "parameters": [{ "type": "text", "text": "Marta" }] }]',
		description: 'The list “components” of a template message in Meta’s form',
		displayOptions: { show: { variablesMode: ['json'] } },
	},
];

const flattenVariables: INodeProperties = {
	displayName: 'Flatten Variables',
	name: 'flattenVariables',
	type: 'boolean',
	default: true,
	description:
		'Whether line breaks, tabs and more than four spaces in a row become one space in variables. Meta refuses a message that has them; if off, it is not sent.',
};

const marketing: INodeProperties = {
	displayName: 'Send as Marketing Message',
	name: 'marketing',
	type: 'options',
	default: 'fallback',
	description: 'Through Meta’s Marketing Messages API, which decides when it is best to deliver',
	options: [
		{
			name: 'If Possible',
			value: 'fallback',
			description: 'What it does not take goes out as an ordinary template',
		},
		{ name: 'Only', value: 'strict', description: 'What it does not take is not sent' },
	],
};

const shareActivity: INodeProperties = {
	displayName: 'Share Message Activity',
	name: 'shareActivity',
	type: 'boolean',
	default: true,
	description:
		'Whether Meta may use what people do with a marketing message to deliver further ones better. Without this option the setting of the account counts.',
};

/** How the template goes out. */
function posting(options: IDataObject): typeof postMessage | undefined {
	if (options.marketing === undefined) return undefined;
	const chosen = {
		fallback: options.marketing !== 'strict',
		shareActivity: options.shareActivity as boolean | undefined,
	};
	return async (graph, phoneNumberId, message, itemIndex) =>
		await postMarketingMessage(graph, phoneNumberId, message, itemIndex, chosen);
}

/** Of Meta’s form only the texts are looked at, so that a new kind of component passes. */
function componentsSchema(flatten: boolean) {
	const parameters = z
		.array(z.object({ text: variableText(flatten).optional() }).passthrough())
		.optional();
	const component = z.object({ type: z.string().min(1), parameters }).passthrough();
	const card = z.object({ components: z.array(component).optional() }).passthrough();
	return z.object({
		componentsJson: json(z.array(component.extend({ cards: z.array(card).optional() }))),
	});
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview */
export function templateMessage(
	entered: IDataObject,
	flatten = true,
	timeZone?: string,
): MessageContent {
	const { name, language } = templateNamed(entered.template);
	const components =
		entered.variablesMode === 'json'
			? fromJson(entered, flatten)
			: fromFields(entered, flatten, timeZone);
	return {
		type: 'template',
		template: {
			name,
			language: { code: language },
			...(components.length === 0 ? {} : { components }),
		},
	};
}

function fromJson(entered: IDataObject, flatten: boolean): IDataObject[] {
	return checkParameters(componentsSchema(flatten), entered, properties)
		.componentsJson as IDataObject[];
}

/** The editor keeps the template’s variables beside what was filled in. */
function fromFields(
	entered: IDataObject,
	flatten: boolean,
	timeZone: string | undefined,
): IDataObject[] {
	const { value, schema } = entered.variables as unknown as Partial<ResourceMapperValue>;
	const variables = (schema ?? []).map(({ id, displayName, required }) => ({
		id,
		label: displayName,
		required,
	}));
	return componentsOf(value ?? {}, variables, flatten, timeZone);
}

export const sendTemplate: Operation = {
	name: 'Send Template',
	description: 'Send an approved template, also when the person last wrote over 24 hours ago',
	action: 'Send a template',
	properties: messageProperties(properties, {
		options: [flattenVariables, marketing, shareActivity],
	}),
	async execute(context, graph, itemIndex) {
		const entered = parametersOf(context, itemIndex, properties);
		const flatten = context.getNodeParameter(
			'options.flattenVariables',
			itemIndex,
			true,
		) as boolean;
		const content = templateMessage(entered, flatten, context.getTimezone());
		const options = context.getNodeParameter('options', itemIndex, {});
		return await sendMessage(context, graph, itemIndex, content, posting(options));
	},
};
