import type { GraphApiError } from '../../graph/errors';
import type { Graph } from '../../graph/client';
import { verifyTokenFor } from '../verify-token';
import { WEBHOOK_OBJECT } from './observe';
import type { Step } from './plan';

/**
 * Carries out one step of a plan. Every step may be repeated without harm.
 *
 * While Meta handles a step that sets an address it asks that address for the handshake, so the
 * webhook must be live before.
 *
 * @throws GraphApiError with Meta's reason
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export async function carryOut(graph: Graph, step: Step, appSecret: string): Promise<void> {
	switch (step.do) {
		case 'setAppFields':
			await graph.call({
				method: 'POST',
				path: `/${graph.appId}/subscriptions`,
				as: 'app',
				repeatable: true,
				body: {
					object: WEBHOOK_OBJECT,
					callback_url: step.url,
					verify_token: verifyTokenFor(step.url, appSecret),
					fields: step.fields.join(','),
					include_values: true,
				},
			});
			return;
		case 'deleteAppFields':
			await graph.call({
				method: 'DELETE',
				path: `/${graph.appId}/subscriptions`,
				as: 'app',
				qs: { object: WEBHOOK_OBJECT },
			});
			return;
		case 'subscribeApp':
			await graph.call({ method: 'POST', path: accountPath(graph), repeatable: true });
			return;
		case 'overrideAccount':
			await graph.call({
				method: 'POST',
				path: accountPath(graph),
				repeatable: true,
				body: step.url === null ? undefined : override(step.url, appSecret),
			});
			return;
		case 'overrideNumber':
			await graph.call({
				method: 'POST',
				path: `/${step.phoneNumberId}`,
				repeatable: true,
				body: {
					webhook_configuration:
						step.url === null ? { override_callback_uri: '' } : override(step.url, appSecret),
				},
			});
			return;
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

function override(url: string, appSecret: string) {
	return { override_callback_uri: url, verify_token: verifyTokenFor(url, appSecret) };
}

function accountPath(graph: Graph): string {
	return `/${graph.businessAccountId}/subscribed_apps`;
}
