import type { Graph } from './client';
import { listAll } from './list-all';

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/flows */
export interface Flow {
	id: string;
	name: string;
	status: string;
}

/** The flows of the WABA, every page of them. */
export async function listFlows(graph: Graph): Promise<Flow[]> {
	return await listAll<Flow>(graph, `/${graph.businessAccountId}/flows`, {
		fields: 'id,name,status',
	});
}
