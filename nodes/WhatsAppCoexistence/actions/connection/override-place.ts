import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { observe } from '../../callbacks/observe';
import type { Graph } from '../../graph/client';
import { overrideAccount, overrideNumber, type Callback } from '../../graph/webhooks';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';

/** Where a callback override stands. The one of a number comes before the one of its account. */
export const placeProperties: INodeProperties[] = [
	{
		displayName: 'Override Of',
		name: 'place',
		type: 'options',
		noDataExpression: true,
		default: 'account',
		options: [
			{
				name: 'WhatsApp Business Account',
				value: 'account',
				description: 'Counts for all numbers of the account that have no callback of their own',
			},
			{
				name: 'Phone Number',
				value: 'phoneNumber',
				description: 'Comes before the callback of the account',
			},
		],
	},
	{ ...phoneNumberIdProperty, displayOptions: { show: { place: ['phoneNumber'] } } },
];

/** What stands in the chosen place now. */
export interface Place {
	kind: 'account' | 'phoneNumber';
	/** The ID of the account or of the number. */
	id: string;
	/** Null where there is no override. */
	callbackUrl: string | null;
	/** Whether the app is subscribed to the account, without which there can be no override. */
	subscribed: boolean;
}

export async function placeOf(
	context: IExecuteFunctions,
	graph: Graph,
	itemIndex: number,
): Promise<Place> {
	const kind = context.getNodeParameter('place', itemIndex) as Place['kind'];
	if (kind === 'account') {
		const { account } = await observe(graph, []);
		const { subscribed, overrideUrl } = account;
		return { kind, id: graph.businessAccountId, callbackUrl: overrideUrl, subscribed };
	}
	const id = phoneNumberIdOf(context, itemIndex);
	const { account, numbers } = await observe(graph, [id]);
	const callbackUrl = numbers.at(0)?.overrideUrl ?? null;
	return { kind, id, callbackUrl, subscribed: account.subscribed };
}

/** @param callback null to take the override away */
export async function setCallback(
	graph: Graph,
	place: Place,
	callback: Callback | null,
): Promise<void> {
	return place.kind === 'account'
		? await overrideAccount(graph, callback)
		: await overrideNumber(graph, place.id, callback);
}
