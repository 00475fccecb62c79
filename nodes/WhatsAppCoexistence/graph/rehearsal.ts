import { UserError, type IDataObject } from 'n8n-workflow';

import type { Graph, GraphRequest } from './client';

/** A request as it would have been made, without token and without a secret. */
export interface ShownRequest extends IDataObject {
	method: string;
	url: string;
	/** JSON, or the fields of a form. */
	body?: IDataObject;
}

export interface Rehearsal {
	/** Asks Meta what can be asked, and sends nothing. */
	graph: Graph;
	/** What was not sent. */
	requests: ShownRequest[];
}

/** Stands in requests for an ID that Meta would have given in answer to the one before. */
const GIVEN_BY_META = 'given-by-meta';

/** A message would have been sent. What an operation does afterwards is left out, such as to wait for an answer. */
class NothingSent extends Error {}

/** The same Graph API, which keeps whatever would change something at Meta to itself. */
export function rehearse(graph: Graph): Rehearsal {
	const requests: ShownRequest[] = [];
	const call = async <T>(request: GraphRequest): Promise<T> => {
		if (!changes(request)) return await graph.call<T>(request);
		requests.push(graph.shown(request));
		if (/\/(?:marketing_)?messages$/.test(request.path)) throw new NothingSent();
		return { id: GIVEN_BY_META, h: GIVEN_BY_META, success: true } as T;
	};
	return { graph: { ...graph, rehearses: true, call }, requests };
}

function changes({ method, changes: says = method !== 'GET' }: GraphRequest): boolean {
	return says;
}

/** What an operation comes to whose requests were kept. */
export function rehearsed(requests: ShownRequest[]): IDataObject {
	return { rehearsed: true, requests };
}

/**
 * What a rehearsed operation comes to: where nothing was kept back, what it gives itself.
 *
 * @param run what the operation does with the Graph API of the rehearsal
 * @throws what the operation throws, unless Meta’s answer would have been needed to go on
 */
export async function outcomeOf<T>(
	{ graph, requests }: Rehearsal,
	run: (graph: Graph) => Promise<T>,
): Promise<IDataObject | T> {
	return await run(graph).then(
		(outcome) => (requests.length === 0 ? outcome : rehearsed(requests)),
		(error: Error) => {
			if (requests.length === 0 || error instanceof UserError) throw error;
			if (error instanceof NothingSent) return rehearsed(requests);
			return { ...rehearsed(requests), then: 'What follows depends on what Meta answers.' };
		},
	);
}
