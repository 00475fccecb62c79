import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { actionProperties, SUBTITLE_EXPRESSION, WAITING_EXPRESSION } from './actions/properties';
import { router } from './actions/router';
import { testCoexistenceApi } from './methods/credential-test';
import { searchFlows, searchPhoneNumbers, searchTemplates } from './methods/list-search';
import { getTemplateVariables } from './methods/resource-mapping';
import { refuseOlderN8n } from './older-n8n';
import { ANSWER_WEBHOOKS, receiveAnswer } from './questions/receive-answer';

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
		waitingNodeTooltip: WAITING_EXPRESSION,
		webhooks: ANSWER_WEBHOOKS,
		properties: actionProperties,
	};

	methods = {
		credentialTest: { testCoexistenceApi },
		listSearch: { searchFlows, searchPhoneNumbers, searchTemplates },
		resourceMapping: { getTemplateVariables },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		refuseOlderN8n(this.getNode());
		return await router(this);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveAnswer(this);
	}
}
