import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { GraphApiError } from '../graph/errors';

/** What has become of an item: its outcome, or what went wrong. */
export type Settled = { items: INodeExecutionData[]; error?: undefined } | { error: Error };

/**
 * What an earlier try of the same run has done already.
 *
 * With “Retry on Fail” n8n runs the node again for all its items because one was unsuccessful. What
 * Meta has taken, or may have taken, must not be sent a second time by that, so its outcome is kept
 * with the item until the retry has asked for it.
 */
const kept = new WeakMap<INodeExecutionData, { node: string; settled: Settled }>();

/** Takes back what an earlier try has kept for the item; undefined where it may be done (again). */
export function takeEarlier(context: IExecuteFunctions, item: number): Settled | undefined {
	const input = context.getInputData()[item];
	if (input === undefined) return undefined;
	const earlier = kept.get(input);
	if (earlier?.node !== context.getNode().name) return undefined;
	kept.delete(input);
	return earlier.settled;
}

/** Keeps what must not be done again, where a retry is going to follow. */
export function keepForRetry(context: IExecuteFunctions, settled: Map<number, Settled>): void {
	const { name, retryOnFail } = context.getNode();
	const unsuccessful = [...settled.values()].some(({ error }) => error !== undefined);
	if (retryOnFail !== true || !unsuccessful) return;
	for (const [item, outcome] of settled) {
		const input = context.getInputData()[item];
		if (input === undefined || mayBeRepeated(outcome)) continue;
		kept.set(input, { node: name, settled: outcome });
	}
}

function mayBeRepeated({ error }: Settled): boolean {
	if (error === undefined) return false;
	return !(error instanceof GraphApiError && error.graph.outcomeUnknown);
}
