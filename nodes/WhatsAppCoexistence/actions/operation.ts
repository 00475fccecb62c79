import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import type { Graph } from '../graph/client';

/**
 * One thing that the action node can do. Each lives in `actions/<resource>/<operation>.operation.ts`
 * and is listed once, in `actions/resources.ts`, under the value that workflows store.
 */
export interface Operation {
	/** In the list of operations, Title Case. */
	name: string;
	/** Below the name in the list, sentence case without a final period. */
	description: string;
	/** In n8n's search for nodes, sentence case, such as “Send a text message”. */
	action: string;
	/** The parameters that the user fills in, without resource and operation. */
	properties: INodeProperties[];
	/** True where it is done once for all items together; `execute` is then called for the first. */
	once?: boolean;
	/** True where no account is asked about, so that there is none to choose. */
	withoutAccount?: boolean;
	/**
	 * Does it for one item and gives the JSON of the outcome, of several outcomes, or an item with
	 * binary data. Throws with a text for the user.
	 */
	execute(context: IExecuteFunctions, graph: Graph, itemIndex: number): Promise<Outcome>;
}

export type Outcome =
	| IDataObject
	| IDataObject[]
	| { json: IDataObject; binary: INodeExecutionData['binary'] };

/** The operations on one kind of thing. */
export interface Resource {
	name: string;
	/** By the value that workflows store. */
	operations: Record<string, Operation>;
}
