import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { phoneNumberIdProperty } from '../phone-number-id';

/** The parameters of an operation that requests a sync. */
export const syncProperties: INodeProperties[] = [
	{
		// Shown on each of them, because a request spent too early cannot be taken back.
		displayName:
			'Meta takes each request once per onboarding and only within 24 hours of it, the contacts before the history. Ask the owner to keep the WhatsApp Business app open meanwhile.',
		name: 'syncNotice',
		type: 'notice',
		default: '',
	},
	phoneNumberIdProperty,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Request Again',
				name: 'requestAgain',
				type: 'boolean',
				default: false,
				description:
					'Whether to send the request although it was sent before. Right only after the owner has disconnected in the WhatsApp Business app and onboarded again.',
			},
		],
	},
];

export function requestsAgain(context: IExecuteFunctions, itemIndex: number): boolean {
	return context.getNodeParameter('options.requestAgain', itemIndex, false) as boolean;
}
