import type { Graph } from '../graph/client';
import type { GraphApiError } from '../graph/errors';
import {
	overrideAccount,
	overrideNumber,
	subscribeApp,
	subscribeFields,
	WEBHOOK_OBJECT,
	type Callback,
} from './calls';
import type { Step } from './plan';
import { verifyTokenFor } from './verify-token';

/**
 * Carries out one step of a plan. Every step may be repeated without harm.
 *
 * @throws GraphApiError with Meta's reason
 */
export async function carryOut(graph: Graph, step: Step, appSecret: string): Promise<void> {
	const callback = (url: string): Callback => ({
		url,
		verifyToken: verifyTokenFor(url, appSecret),
	});
	switch (step.do) {
		case 'setAppFields':
			return await subscribeFields(graph, callback(step.url), step.fields);
		case 'deleteAppFields':
			await graph.call({
				method: 'DELETE',
				path: `/${graph.appId}/subscriptions`,
				as: 'app',
				qs: { object: WEBHOOK_OBJECT },
			});
			return;
		case 'subscribeApp':
			return await subscribeApp(graph);
		case 'overrideAccount':
			return await overrideAccount(graph, step.url === null ? null : callback(step.url));
		case 'overrideNumber': {
			const { phoneNumberId, url } = step;
			return await overrideNumber(graph, phoneNumberId, url === null ? null : callback(url));
		}
	}
}

/**
 * Carries out a step of a removal. Where an earlier address does not accept our handshake any more,
 * our own is taken away all the same and the place left empty.
 *
 * @returns the address that could not be put back, or undefined
 */
export async function carryOutRemoval(
	graph: Graph,
	step: Step,
	appSecret: string,
): Promise<string | undefined> {
	const putBack = 'url' in step ? step.url : null;
	if (putBack === null) {
		await carryOut(graph, step, appSecret);
		return undefined;
	}
	const refusal = await carryOut(graph, step, appSecret).then(
		() => undefined,
		(error: GraphApiError) => error,
	);
	if (refusal === undefined) return undefined;
	if (!isHandshakeRefusal(refusal)) throw refusal;
	await carryOut(graph, emptied(step), appSecret);
	return putBack;
}

function emptied(step: Step): Step {
	return step.do === 'setAppFields' ? { do: 'deleteAppFields' } : ({ ...step, url: null } as Step);
}

/** What Meta answers where an address did not pass the handshake. */
const HANDSHAKE_REFUSALS: ReadonlyArray<number | null> = [100, 2200, 2201];

function isHandshakeRefusal({ graph }: GraphApiError): boolean {
	return HANDSHAKE_REFUSALS.includes(graph.code);
}
