import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { OutputGroup } from '../../events/groups';
import { askForHandshake } from '../../callbacks/ask-handshake';
import { CREDENTIAL, type CoexistenceCredential, type Graph } from '../../graph/client';
import { GraphApiError } from '../../graph/errors';
import { readHealth } from '../../graph/health';
import { readPhoneNumber } from '../../graph/phone-numbers';
import { inspectToken } from '../../graph/token';
import { whoReceives } from '../../callbacks/receivers';
import { fieldsOf } from '../../callbacks/fields';
import { observeAccount, observeApp, observeNumbers } from '../../callbacks/observe';
import { verifyTokenFor } from '../../callbacks/verify-token';
import type { Operation } from '../operation';
import { otherAccountOf, otherAccountProperty } from '../other-account';
import { parametersOf } from '../parameters-of';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { diagnose as judge, lookedAt, standingCallback, Unseen, type Facts } from './diagnosis';

const numberProperty: INodeProperties = {
	...phoneNumberIdProperty,
	required: false,
	description:
		'The number whose events are missing. Leave it empty to look at the first one of the account.',
};

const properties: INodeProperties[] = [
	numberProperty,
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

/**
 * Answers “why does my trigger not fire?” by walking the way of an event from Meta to n8n, in the order
 * in which its steps can be known, and says whether messages can be sent.
 */
export const diagnose: Operation = {
	name: 'Diagnose',
	description:
		'Find out why the trigger does not fire, or messages are not delivered: a verdict and a remedy for each step',
	action: 'Diagnose why the trigger does not fire',
	properties,
	async execute(context, graph, itemIndex) {
		const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const other = otherAccountOf(
			context.getNodeParameter(otherAccountProperty.name, itemIndex, {}),
		);
		const chosen = chosenNumber(context, itemIndex);
		const triggerUrl = String(context.getNodeParameter('triggerUrl', itemIndex, '') ?? '').trim();
		const [token, app, account, numbers] = await Promise.all([
			orReason(inspectToken(graph, other.token ?? credential.accessToken)),
			orReason(observeApp(graph)),
			orReason(observeAccount(graph)),
			orReason(observeNumbers(graph, [])),
		]);
		const number = await aboutNumber(graph, numbers, chosen);
		const standing = standingCallback({ app, account, numbers, chosen });
		const callbackUrl = standing instanceof Unseen ? null : standing.url;
		const appCallbackUrl = app instanceof Unseen ? null : app.callbackUrl;
		const receiversOf = async (url: string | null) =>
			url === null ? [] : await whoReceives(context, url, credential.appSecret);
		const [receivers, accountReceivers] = await Promise.all([
			receiversOf(callbackUrl),
			receiversOf(appCallbackUrl === callbackUrl ? null : appCallbackUrl),
		]);
		return judge({
			appId: graph.appId,
			businessAccountId: graph.businessAccountId,
			token,
			app,
			account,
			numbers,
			chosen,
			...number,
			handshake:
				callbackUrl === null
					? null
					: await askForHandshake(
							context,
							callbackUrl,
							verifyTokenFor(callbackUrl, credential.appSecret),
						),
			receivers,
			accountReceivers,
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

/** Null where none was picked: a token that does not work cannot load the list to pick from. */
function chosenNumber(context: IExecuteFunctions, itemIndex: number): string | null {
	const { phoneNumberId } = parametersOf(context, itemIndex, [numberProperty]);
	return phoneNumberId === '' ? null : phoneNumberIdOf(context, itemIndex);
}

/** The number itself and whether it can send; by its ID where the list could not be seen. */
async function aboutNumber(
	graph: Graph,
	numbers: Facts['numbers'],
	chosen: string | null,
): Promise<Pick<Facts, 'number' | 'health'>> {
	const id = chosen ?? (numbers instanceof Unseen ? undefined : lookedAt(numbers, null)?.id);
	if (id === undefined) {
		const none =
			numbers instanceof Unseen ? numbers : new Unseen('there is no number', 'Connect a number.');
		return { number: none, health: none };
	}
	const [number, health] = await Promise.all([
		orReason(readPhoneNumber(graph, id)),
		orReason(readHealth(graph, id)),
	]);
	return { number, health };
}

/** A step that cannot be looked at is told as such; the others are still worth seeing. */
async function orReason<T>(looking: Promise<T>): Promise<T | Unseen> {
	return await looking.catch((error: Error & { description?: string | null }) => {
		const status = error instanceof GraphApiError ? error.graph.status : null;
		const refused = status !== null && status < 500;
		return new Unseen(error.message, error.description ?? 'Try again later.', refused);
	});
}
