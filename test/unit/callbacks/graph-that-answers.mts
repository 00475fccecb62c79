import type { INode } from 'n8n-workflow';

import type { Graph, GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { failureOf, GraphApiError } from '../../../nodes/WhatsAppCoexistence/graph/errors';

export const APP = '700000000000001';
export const ACCOUNT = '900000000000001';

const node = { name: 'WhatsApp Coexistence Trigger', type: 'test', typeVersion: 1 } as INode;

export const refusal = (code: number) =>
	new GraphApiError(node, failureOf(400, { error: { code } }));

/**
 * A Graph API that gives these answers, which may be thrown, and knows nothing else.
 *
 * @returns with the requests in their order
 */
export function graphThatAnswers(answer: (request: GraphRequest) => unknown) {
	const requests: GraphRequest[] = [];
	const graph = {
		root: 'https://graph.facebook.com/v26.0',
		businessAccountId: ACCOUNT,
		appId: APP,
		async call<T>(request: GraphRequest): Promise<T> {
			requests.push(request);
			const given = await Promise.resolve(answer(request));
			if (given === undefined) throw refusal(100);
			return given as T;
		},
	} as Graph;
	return { graph, requests };
}
