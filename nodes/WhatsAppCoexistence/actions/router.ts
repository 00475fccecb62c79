import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { openGraph } from '../graph/client';
import { GraphApiError } from '../graph/errors';
import type { Outcome } from './operation';
import { RESOURCES } from './resources';

/** Runs the chosen operation for every item, in order. */
export async function router(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const graph = await openGraph(context);
	const results: INodeExecutionData[] = [];
	for (let item = 0; item < context.getInputData().length; item++) {
		const resource = context.getNodeParameter('resource', item) as string;
		const operation = context.getNodeParameter('operation', item) as string;
		const outcome = await RESOURCES[resource].operations[operation]
			.execute(context, graph, item)
			.catch((error: Error) => {
				if (context.continueOnFail()) return asData(error);
				throw withItem(context, error, item);
			});
		results.push(toItem(outcome, item));
	}
	return [results];
}

function toItem(outcome: Outcome, item: number): INodeExecutionData {
	const withBinary = 'binary' in outcome && 'json' in outcome;
	const content = withBinary ? (outcome as INodeExecutionData) : { json: outcome as IDataObject };
	return { ...content, pairedItem: { item } };
}

/** An unsuccessful item as data, for a workflow that goes on with it. */
function asData(error: Error): IDataObject {
	const description = (error as NodeApiError).description ?? null;
	if (!(error instanceof GraphApiError)) return { error: error.message, description };
	const { code, status, details, retry, outcomeUnknown } = error.graph;
	return { error: error.message, description, code, status, details, retry, outcomeUnknown };
}

function withItem(context: IExecuteFunctions, error: Error, itemIndex: number): Error {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	return new NodeOperationError(context.getNode(), error, { itemIndex });
}
