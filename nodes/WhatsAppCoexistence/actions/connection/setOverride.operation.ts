import { UserError, type INodeProperties } from 'n8n-workflow';

import { verifyTokenFor } from '../../callbacks/verify-token';
import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';
import { MAX_URL_LENGTH, subscribeApp } from '../../graph/webhooks';
import type { Operation } from '../operation';
import { placeOf, placeProperties, setCallback } from './override-place';

const properties: INodeProperties[] = [
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://n8n.example.com/webhook/…/whatsapp',
		description:
			'Where the events are to go, at most 200 characters. It must answer Meta’s handshake now: publish the workflow first.',
	},
	{
		displayName: 'Verify Token',
		name: 'verifyToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'Only for a callback that is not a WhatsApp Coexistence Trigger with the same credential; that one knows its token',
	},
];

/**
 * Sends the events of an account or a number to another address. Meta asks that address for the
 * handshake before it answers. The app is subscribed to the account first, where it is not.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export const setOverride: Operation = {
	name: 'Set Callback Override',
	description: 'Send the events of an account or a number to an address of their own',
	action: 'Set a callback override',
	properties: [...placeProperties, ...properties],
	async execute(context, graph, itemIndex) {
		const callbackUrl = String(context.getNodeParameter('callbackUrl', itemIndex) ?? '').trim();
		refuseAddress(callbackUrl);
		const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const entered = String(context.getNodeParameter('verifyToken', itemIndex, '') ?? '');
		const place = await placeOf(context, graph, itemIndex);
		if (!place.subscribed) await subscribeApp(graph);
		await setCallback(graph, place, {
			url: callbackUrl,
			verifyToken: entered === '' ? verifyTokenFor(callbackUrl, appSecret) : entered,
		});
		return {
			place: place.kind,
			id: place.id,
			callbackUrl,
			previousCallbackUrl: place.callbackUrl,
		};
	},
};

function refuseAddress(callbackUrl: string): void {
	if (!URL.canParse(callbackUrl)) {
		throw new UserError('“Callback URL” is not an address', {
			description: `It is “${callbackUrl}”. Copy the Production URL of the trigger.`,
		});
	}
	if (callbackUrl.length > MAX_URL_LENGTH) {
		throw new UserError(
			`“Callback URL” is longer than the ${MAX_URL_LENGTH} characters that Meta allows`,
			{ description: `It has ${callbackUrl.length}. Shorten the address of your n8n.` },
		);
	}
}
