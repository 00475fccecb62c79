import type { Graph } from '../graph/client';
import type { GraphApiError } from '../graph/errors';
import {
	overrideAccount,
	overrideNumber,
	subscribeApp,
	subscribeFields,
	unsubscribeFields,
	type Callback,
} from '../graph/webhooks';
import type { Base } from './address';
import { FIELDS_OF_APP_ONLY } from './fields';
import { readPlace, underneath, writePlace, type Place } from './places';
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
			return await unsubscribeFields(graph, step.fields);
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
 * Carries out a step of a removal. Where the address that is to stand there does not answer Meta's
 * handshake, the next one of ours does, then what stood there before, then none: what goes has to go.
 *
 * @returns the addresses that could not be put there
 */
export async function carryOutRemoval(
	graph: Graph,
	step: Step,
	appSecret: string,
	base: Base,
): Promise<string[]> {
	const lost: string[] = [];
	for (let next = step; ; next = fallback(next, base)) {
		const refusal = await carryOut(graph, next, appSecret).then(
			() => undefined,
			(error: GraphApiError) => error,
		);
		if (refusal === undefined) return lost;
		if (!('url' in next) || next.url === null || !isHandshakeRefusal(refusal)) throw refusal;
		lost.push(next.url);
	}
}

/** The same place without the first workflow that should have stood there. */
export function fallback(step: Step, base: Base): Step {
	if (!('url' in step)) return step;
	const url = writePlace(withoutFirst(readPlace(step.url, base)), base);
	if (step.do !== 'setAppFields') return { ...step, url };
	return url === null
		? {
				do: 'deleteAppFields',
				fields: step.fields.filter((field) => FIELDS_OF_APP_ONLY.has(field)),
			}
		: { ...step, url };
}

function withoutFirst(place: Place): Place {
	if (!place?.ours || place.ours.members.length === 1) return underneath(place);
	return { ours: { ...place.ours, members: place.ours.members.slice(1) } };
}

/** What Meta answers where an address did not pass the handshake. */
const HANDSHAKE_REFUSALS: ReadonlyArray<number | null> = [100, 2200, 2201];

function isHandshakeRefusal({ graph }: GraphApiError): boolean {
	return HANDSHAKE_REFUSALS.includes(graph.code);
}
