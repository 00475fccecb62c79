import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Graph, GraphRequest } from '../../graph/client';

/** Which account an operation is about: the credential's, or that of a business that has signed up. */
export const targetProperty: INodeProperties = {
	displayName: 'Other Account',
	name: 'target',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description:
		'For a business that has signed up through your app. Without it the account of the credential is meant.',
	options: [
		{
			displayName: 'Business Token',
			name: 'token',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The token that Exchange Code has given. Without it that of the credential is used.',
		},
		{
			// “WhatsApp Business Account ID” would be cut off.
			displayName: 'Business Account ID',
			name: 'wabaId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 102290129340398',
			description:
				'ID of the WhatsApp Business Account: the waba_id that Embedded Signup gives to the page it runs on',
		},
	],
};

/** The Graph API for the account that the user has chosen. */
export function targetGraph(context: IExecuteFunctions, graph: Graph, itemIndex: number): Graph {
	const { token = '', wabaId = '' } = context.getNodeParameter('target', itemIndex, {}) as {
		token?: string;
		wabaId?: string;
	};
	const asTarget = ({ as = 'business', ...request }: GraphRequest): GraphRequest => ({
		...request,
		as: as === 'business' && token !== '' ? { token } : as,
	});
	return {
		...graph,
		businessAccountId: wabaId === '' ? graph.businessAccountId : wabaId,
		call: async (request) => await graph.call({ itemIndex, ...asTarget(request) }),
	};
}
