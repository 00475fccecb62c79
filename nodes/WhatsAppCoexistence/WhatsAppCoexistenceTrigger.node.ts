import {
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { testCoexistenceApi } from './methods/credential-test';
import { getPhoneNumbers } from './methods/load-options';
import { refuseOlderN8n } from './older-n8n';
import { receiveDelivery, receiveHandshake } from './trigger/delivery';
import { checkExists, create, remove } from './trigger/hooks';
import { OUTPUTS_EXPRESSION, SUBTITLE_EXPRESSION } from './trigger/outputs';
import { triggerProperties } from './trigger/parameters';

export class WhatsAppCoexistenceTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'WhatsApp Coexistence Trigger',
		name: 'whatsAppCoexistenceTrigger',
		icon: {
			light: 'file:../../icons/whatsAppCoexistence.svg',
			dark: 'file:../../icons/whatsAppCoexistence.dark.svg',
		},
		group: ['trigger'],
		// Not exactly 1: n8n would evaluate an expression for every delivery.
		version: 2,
		subtitle: SUBTITLE_EXPRESSION,
		description:
			'Starts the workflow when WhatsApp delivers chat history, phone contacts, what the owner typed on the phone, or a message from a customer',
		eventTriggerDescription:
			'Waiting for WhatsApp. For an event of Inbound, write to the number from another phone; for one of Echoes, answer somebody in the WhatsApp Business app.',
		activationMessage:
			'The chosen events now start this workflow. Old chats, and the contacts that the phone already has, come once, if they are among them, after their sync was requested with the WhatsApp Coexistence node.',
		defaults: { name: 'WhatsApp Coexistence Trigger' },
		inputs: [],
		outputs: OUTPUTS_EXPRESSION,
		credentials: [
			{ name: 'whatsAppCoexistenceApi', required: true, testedBy: 'testCoexistenceApi' },
		],
		webhooks: [
			{
				// One entry for both, GET first: Meta's handshake must find its route while `create` is running.
				name: 'default',
				httpMethod: 'GET,POST',
				responseMode: 'onReceived',
				// Empty, so that n8n asks the delivery for its answer. See trigger/answered.ts.
				responseData: '',
				path: 'whatsapp',
				ndvHideMethod: true,
			},
		],
		triggerPanel: {
			header: 'Receive what happens on WhatsApp',
			executionsHelp: {
				inactive:
					'To try it, choose “Execute step”. Then, for an event of Inbound, write to the number from another phone; for one of Echoes, answer a customer in the WhatsApp Business app. To build before the first event comes, set an <a href="https://github.com/n8n-nodes-whatsapp-coexistence/n8n-nodes-whatsapp-coexistence/blob/main/docs/events.md" target="_blank">example event</a> as mock data. Publish the workflow when you are content; n8n then registers it at Meta by itself.',
				active:
					'The workflow runs by itself for every event. To try a change, choose “Execute step”. Then, for an event of Inbound, write to the number from another phone; for one of Echoes, answer a customer in the WhatsApp Business app.',
			},
			activationHint:
				'A published workflow runs by itself for every event of the chosen kinds. You find the runs under “Executions”.',
		},
		properties: triggerProperties,
	};

	methods = {
		credentialTest: { testCoexistenceApi },
		loadOptions: { getPhoneNumbers },
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				refuseOlderN8n(this.getNode());
				return await checkExists(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await create(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await remove(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return this.getRequestObject().method === 'GET'
			? await receiveHandshake(this)
			: await receiveDelivery(this);
	}
}
