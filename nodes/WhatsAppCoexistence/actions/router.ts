import {
	NodeApiError,
	NodeOperationError,
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { openGraph, type Graph } from '../graph/client';
import { GraphApiError } from '../graph/errors';
import { paceMessages, type Clock } from '../graph/paced-messages';
import { createPace } from '../graph/pacing';
import { outcomeOf, rehearse } from '../graph/rehearsal';
import { keepForRetry, takeEarlier, type Settled } from './earlier-try';
import { lanesByRecipient, walkLanes, type Lane } from './lanes';
import type { Operation, Outcome } from './operation';
import { graphOf, otherAccountOf, otherAccountProperty } from './other-account';
import { RESOURCES } from './resources';

/** Shared by all executions in this process: Meta's limits count per number, not per workflow. */
const pace = createPace();

/** Twice what Meta takes in a second: while half of the messages wait for their turn, the rest are prepared. */
const LANES_AT_ONCE = 40;

/**
 * Runs the chosen operation for every item and gives the outcomes in the order of the items.
 *
 * Messages to different people go out at the same time, as fast as Meta allows; everything else is
 * done one item after another. Stops at the first unsuccessful item, unless the node is set to
 * continue, and when the execution is cancelled.
 */
export async function router(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const operation = RESOURCES[resource]?.operations[name];
	if (operation === undefined) {
		throw new NodeOperationError(context.getNode(), `There is no “${resource} > ${name}”`);
	}
	const cancelled = context.getExecutionCancelSignal();
	const graph = paceMessages(await openGraph(context), pace, clockUntil(cancelled));
	const settled = new Map<number, Settled>();

	await walkLanes(lanesFor(context, resource, operation), LANES_AT_ONCE, async (item) => {
		if (cancelled?.aborted) return false;
		const outcome =
			takeEarlier(context, item) ??
			(await execute(operation, context, graph, item).then(
				(done): Settled => ({ items: toItems(done, item) }),
				(error: Error): Settled => ({ error: withItem(context, error, item) }),
			));
		settled.set(item, outcome);
		return outcome.error === undefined || context.continueOnFail();
	});

	keepForRetry(context, settled);
	const inOrder = [...settled].sort(([a], [b]) => a - b);
	const firstError = inOrder.find(([, { error }]) => error !== undefined)?.[1].error;
	if (firstError !== undefined && !context.continueOnFail()) throw firstError;
	return [
		inOrder.flatMap(([item, outcome]) =>
			outcome.error === undefined
				? outcome.items
				: [{ json: asData(outcome.error), pairedItem: { item } }],
		),
	];
}

/**
 * With the account that the item names, if the operation is about one; where it is a rehearsal, without
 * changing anything at Meta.
 */
async function execute(
	operation: Operation,
	context: IExecuteFunctions,
	graph: Graph,
	item: number,
): Promise<Outcome> {
	const run = async (meta: Graph) => {
		if (operation.withoutAccount) return await operation.execute(context, meta, item);
		const account = otherAccountOf(context.getNodeParameter(otherAccountProperty.name, item, {}));
		return await operation.execute(context, graphOf(meta, account, item), item);
	};
	const isRehearsal =
		graph.rehearses || context.getNodeParameter('options.rehearse', item, false) === true;
	return isRehearsal ? await outcomeOf(rehearse(graph), run) : await run(graph);
}

function lanesFor(context: IExecuteFunctions, resource: string, operation: Operation): Lane[] {
	if (operation.once) return [[0]];
	if (resource === 'message') return lanesByRecipient(context);
	return [[...context.getInputData().keys()]];
}

function clockUntil(cancelled: AbortSignal | undefined): Clock {
	return { now: Date.now, sleep: async (ms) => await sleep(ms, cancelled) };
}

function toItems(outcome: Outcome, item: number): INodeExecutionData[] {
	const pairedItem = { item };
	if (Array.isArray(outcome)) return outcome.map((json) => ({ json, pairedItem }));
	const withBinary = 'binary' in outcome && 'json' in outcome;
	const content = withBinary ? (outcome as INodeExecutionData) : { json: outcome };
	return [{ ...content, pairedItem }];
}

/**
 * An unsuccessful item as data, for a workflow that goes on with it. By these two names, and no others,
 * every n8n tells such an item from an ordinary one and sends it to the error output where there is one.
 */
function asData(error: Error): IDataObject {
	const description = (error as NodeApiError).description ?? null;
	const graph = error instanceof GraphApiError ? error.graph : undefined;
	const { code = null, status = null, retry = 'never', outcomeUnknown = false } = graph ?? {};
	return {
		message: error.message,
		error: { description, code, status, meta: graph?.details ?? null, retry, outcomeUnknown },
	};
}

function withItem(context: IExecuteFunctions, error: Error, itemIndex: number): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const { description } = error as { description?: string | null };
	return new NodeOperationError(context.getNode(), error, {
		itemIndex,
		...(typeof description === 'string' && { description }),
	});
}
