import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { graphOf, otherAccountOf, otherAccountProperty } from '../actions/other-account';
import { openGraph, type Graph } from '../graph/client';

/** The Graph API for the account that the node names, so that lists show what is there. */
export async function accountGraph(context: ILoadOptionsFunctions): Promise<Graph> {
	const entered = context.getNodeParameter(otherAccountProperty.name, {});
	return graphOf(await openGraph(context), otherAccountOf(entered));
}
