import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { json, optionalText, text } from '../../parameter-schema';
import { headerOf, headerProperties } from './header';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, footer, footerProperty, textsOf } from './texts';

/** The only version that Meta takes. */
const FLOW_MESSAGE_VERSION = '3';

const properties: INodeProperties[] = [
	...headerProperties,
	bodyProperty,
	{
		displayName: 'Flow',
		name: 'flowId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The flow that the button opens',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchFlows', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 1234567890123456',
			},
		],
	},
	{
		displayName: 'Button Text',
		name: 'buttonText',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Book a Visit',
		description: 'At most 30 characters',
	},
	{
		displayName: 'When Opened',
		name: 'flowAction',
		type: 'options',
		default: 'navigate',
		options: [
			{
				name: 'Ask the Endpoint',
				value: 'data_exchange',
				description: 'The endpoint of the flow decides on the first screen',
			},
			{ name: 'Show a Screen', value: 'navigate', description: 'A screen that is named here' },
		],
	},
	{
		displayName: 'First Screen',
		name: 'screen',
		type: 'string',
		default: '',
		placeholder: 'e.g. WELCOME',
		description: 'The ID of the screen; by default the first one of the flow',
		displayOptions: { show: { flowAction: ['navigate'] } },
	},
	{
		displayName: 'Screen Data',
		name: 'screenData',
		type: 'json',
		default: '{}',
		description: 'What the first screen is filled with, as a JSON object',
		displayOptions: { show: { flowAction: ['navigate'] }, hide: { screen: [''] } },
	},
	{
		displayName: 'Flow Token',
		name: 'flowToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'Text of yours that comes back with the answer, so that you know what it belongs to',
	},
	{
		displayName: 'Send Draft',
		name: 'draft',
		type: 'boolean',
		default: false,
		description: 'Whether the flow is sent although it is not published yet, for testing',
	},
	footerProperty,
];

const schema = z.object({
	body,
	footer,
	flowId: text(100),
	buttonText: text(30),
	flowAction: z.enum(['navigate', 'data_exchange']),
	screen: optionalText(200),
	screenData: json(z.record(z.unknown())),
	flowToken: optionalText(1000),
	draft: z.boolean(),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/flows */
export const flow: InteractiveKind = {
	name: 'Flow',
	description: 'A button that opens a form',
	properties,
	build(entered) {
		const checked = checkParameters(schema, entered, properties);
		return {
			type: 'flow',
			...headerOf(entered),
			...textsOf(checked),
			action: {
				name: 'flow',
				parameters: {
					flow_message_version: FLOW_MESSAGE_VERSION,
					flow_id: checked.flowId,
					flow_cta: checked.buttonText,
					...(checked.flowToken === undefined ? {} : { flow_token: checked.flowToken }),
					mode: checked.draft ? 'draft' : 'published',
					flow_action: checked.flowAction,
					...firstScreen(checked),
				},
			},
		};
	},
};

function firstScreen({ flowAction, screen, screenData }: z.output<typeof schema>): IDataObject {
	if (flowAction !== 'navigate' || screen === undefined) return {};
	const hasData = Object.keys(screenData).length > 0;
	return { flow_action_payload: { screen, ...(hasData ? { data: screenData } : {}) } };
}
