import { expect } from '@jest/globals';
import type { RecordedUpdate, Update } from '../../sandbox/meta/delivery/routing.mts';
import { MANUAL_TRIGGER, type WorkflowJson } from '../../sandbox/n8n/rest.mts';
import type { Hosts } from './hosts.mts';

/** A template as a user has it: imported, its tables created if it has any, published. */
export interface PublishedTemplate {
	workflowId: string;
	/** Has Meta send each of them once those before it are dealt with. */
	deliver(...updates: Update[]): Promise<void>;
	/** Waits until all that Meta has sent is dealt with, and fails if any execution did. */
	settled(): Promise<void>;
	unpublish(): Promise<void>;
}

/** Its trigger remembers nothing: what another import has seen is news to it. */
export async function publishTemplate(
	{ n8n: { rest }, meta }: Pick<Hosts, 'meta' | 'n8n'>,
	template: WorkflowJson,
): Promise<PublishedTemplate> {
	const workflowId = await rest.createWorkflow(template);
	if (template.nodes.some(({ name }) => name === MANUAL_TRIGGER)) {
		await rest.executeByHand(workflowId);
		const [{ error }] = await rest.finishedExecutions(workflowId, 1);
		expect(error).toBeNull();
	}
	expect(await rest.publish(workflowId)).toEqual({ status: 'published' });
	const settled = async () => {
		await meta.post('/drain');
		// n8n notes an execution before it answers Meta, so all of them are known by now.
		const executions = await rest.finishedSummaries(workflowId, 0);
		expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
	};
	return {
		workflowId,
		deliver: async (...updates) => {
			for (const update of updates) {
				await meta.post('/deliver', update);
				await settled();
			}
		},
		settled,
		unpublish: async () => await rest.unpublish(workflowId),
	};
}

/** Everything that Meta has sent so far, ready to be sent again. */
export async function sentSoFar({ meta }: Pick<Hosts, 'meta'>): Promise<Update[]> {
	const updates = await meta.get<Array<RecordedUpdate & { id: number }>>('/updates');
	return updates.map(({ id: _, at: __, ...update }) => update);
}
