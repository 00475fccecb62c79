import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { actionProperties, SUBTITLE_EXPRESSION } from './actions/properties';
import { router } from './actions/router';
import { testCoexistenceApi } from './methods/credential-test';
import { searchFlows, searchPhoneNumbers, searchTemplates } from './methods/list-search';
import { getTemplateVariables } from './methods/resource-mapping';

export class WhatsAppCoexistence implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WhatsApp Coexistence',
		name: 'whatsAppCoexistence',
		icon: {
			light: 'file:../../icons/whatsAppCoexistence.svg',
			dark: 'file:../../icons/whatsAppCoexistence.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle: SUBTITLE_EXPRESSION,
		description:
			'Sends WhatsApp messages and requests the contacts and the chat history of a number that is also used in the WhatsApp Business app',
		defaults: { name: 'WhatsApp Coexistence' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'whatsAppCoexistenceApi', required: true, testedBy: 'testCoexistenceApi' },
		],
		properties: actionProperties,
	};

	methods = {
		credentialTest: { testCoexistenceApi },
		listSearch: { searchFlows, searchPhoneNumbers, searchTemplates },
		resourceMapping: { getTemplateVariables },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router(this);
	}
}
