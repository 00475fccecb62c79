import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { INTERACTIVE_KINDS, type KindName } from './interactive/kinds';
import { messageProperties, sendMessage } from './send-message';

const kindProperty: INodeProperties = {
	displayName: 'Kind',
	name: 'kind',
	type: 'options',
	default: 'replyButtons',
	options: Object.entries(INTERACTIVE_KINDS).map(([value, { name, description }]) => ({
		name,
		value,
		description,
	})),
};

const propertiesOfKinds = Object.entries(INTERACTIVE_KINDS).flatMap(([kind, { properties }]) =>
	properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { kind: [kind], ...property.displayOptions?.show },
		},
	})),
);

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export const sendInteractive: Operation = {
	name: 'Send Interactive',
	description: 'Send buttons, a list, a form, products or a carousel',
	action: 'Send buttons, a list or a form',
	properties: messageProperties([kindProperty, ...propertiesOfKinds]),
	async execute(context, graph, itemIndex) {
		const name = context.getNodeParameter('kind', itemIndex) as KindName;
		const kind = INTERACTIVE_KINDS[name];
		const interactive = kind.build(parametersOf(context, itemIndex, kind.properties));
		return await sendMessage(context, graph, itemIndex, { type: 'interactive', interactive });
	},
};
