import type { INodeProperties } from 'n8n-workflow';

import type { OutputGroup } from '../../events/groups';
import { askForHandshake } from '../../callbacks/ask-handshake';
import { CREDENTIAL, type CoexistenceCredential, type Graph } from '../../graph/client';
import { readPhoneNumber } from '../../graph/phone-numbers';
import type { TokenFacts } from '../../graph/token';
import { fieldsOf } from '../../callbacks/fields';
import { observe } from '../../callbacks/observe';
import { verifyTokenFor } from '../../callbacks/verify-token';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { diagnose as judge, standingCallback } from './diagnosis';

const properties: INodeProperties[] = [
	phoneNumberIdProperty,
	{
		displayName: 'Missing Events',
		name: 'groups',
		type: 'multiOptions',
		default: ['history', 'contacts', 'echoes', 'inbound'],
		description: 'The outputs of the trigger at which nothing arrives',
		options: [
			{ name: 'Account', value: 'account' },
			{ name: 'Contacts', value: 'contacts' },
			{ name: 'Echoes', value: 'echoes' },
			{ name: 'History', value: 'history' },
			{ name: 'Inbound', value: 'inbound' },
			{ name: 'Statuses', value: 'statuses' },
		],
	},
	{
		displayName: 'Trigger URL',
		name: 'triggerUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/whatsapp',
		description:
			'The production URL of the trigger, to see whether the events go there. Leave it empty to see where they go at all.',
	},
];

/** Answers “why does my trigger not fire?” by walking the way of an event from Meta to n8n. */
export const diagnose: Operation = {
	name: 'Diagnose',
	description: 'Find out why the trigger does not fire: a verdict and a remedy for each step',
	action: 'Diagnose why the trigger does not fire',
	properties,
	async execute(context, graph, itemIndex) {
		const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const triggerUrl = (context.getNodeParameter('triggerUrl', itemIndex, '') as string).trim();
		const [token, observed, number] = await Promise.all([
			orReason(inspectToken(graph, credential.accessToken)),
			orReason(observe(graph, [phoneNumberId])),
			orReason(readPhoneNumber(graph, phoneNumberId)),
		]);
		const callbackUrl = typeof observed === 'string' ? null : standingCallback(observed).url;
		return judge({
			appId: graph.appId,
			businessAccountId: graph.businessAccountId,
			token,
			observed,
			number,
			handshake:
				callbackUrl === null
					? null
					: await askForHandshake(
							context,
							callbackUrl,
							verifyTokenFor(callbackUrl, credential.appSecret),
						),
			neededFields: fieldsOf(
				context.getNodeParameter('groups', itemIndex) as OutputGroup[],
				false,
				false,
			),
			triggerUrl: triggerUrl === '' ? null : triggerUrl,
			now: Date.now(),
		});
	},
};

async function inspectToken(graph: Graph, accessToken: string): Promise<TokenFacts> {
	const { data } = await graph.call<{ data?: TokenFacts }>({
		method: 'GET',
		path: '/debug_token',
		as: 'app',
		qs: { input_token: accessToken },
	});
	return data ?? {};
}

/** A step that cannot be looked at is told as such; the others are still worth seeing. */
async function orReason<T>(looking: Promise<T>): Promise<T | string> {
	return await looking.catch((error: Error) => `This could not be seen: ${error.message}.`);
}
