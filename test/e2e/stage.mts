import { OUTPUT_GROUPS, type OutputGroup } from '../../nodes/WhatsAppCoexistence/events/groups';
import type { N8nHost } from '../../sandbox/n8n/host.mts';
import type { JsonObject, WorkflowJson, WorkflowNode } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { PACKAGE, startHosts, TRIGGER } from './hosts.mts';

/** A real n8n beside a simulated Meta in the test's own process, whose data a test can look at and change. */
export interface Stage {
	meta: TestMeta;
	n8n: N8nHost;
	/** A workflow of the trigger alone. */
	workflow(options: TriggerWorkflow): TriggerAlone;
	stop(): Promise<void>;
}

interface TriggerAlone extends WorkflowJson {
	nodes: [WorkflowNode];
}

export interface TriggerWorkflow {
	/** First segment of the webhook's path. */
	webhookId: string;
	/** Name of the trigger node. */
	trigger?: string | undefined;
	parameters?: JsonObject;
}

/**
 * @param env settings of n8n
 * @param dataDir n8n's user folder, which stays; otherwise a temporary one
 */
export async function startStage(env?: Record<string, string>, dataDir?: string): Promise<Stage> {
	const meta = await metaForTest();
	const own = { url: meta.url, stop: meta.close };
	const { n8n, credentials, stop } = await startHosts(own, env, dataDir);
	return {
		meta,
		n8n,
		workflow: (options) => triggerWorkflow(options, credentials),
		stop,
	};
}

export function triggerWorkflow(
	{ webhookId, trigger = TRIGGER, parameters = {} }: TriggerWorkflow,
	credentials: WorkflowNode['credentials'],
): TriggerAlone {
	return {
		name: webhookId,
		nodes: [
			{
				id: webhookId,
				webhookId,
				name: trigger,
				type: `${PACKAGE}.whatsAppCoexistenceTrigger`,
				typeVersion: 2,
				position: [0, 0],
				parameters: { groups: ['inbound'], ...parameters },
				credentials,
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	};
}

/** Draws a line from one of the trigger's outputs to a node, for a workflow's `connections`. */
export function lineFrom(group: OutputGroup, to: string): WorkflowJson['connections'][string] {
	const before = OUTPUT_GROUPS.slice(0, OUTPUT_GROUPS.indexOf(group)).map(() => []);
	return { main: [...before, [{ node: to, type: 'main', index: 0 }]] };
}

/** The addresses of a trigger, by its webhook ID. */
export function addressesOf({ n8n }: Stage, webhookId: string) {
	return {
		production: `${n8n.url}/webhook/${webhookId}/whatsapp`,
		test: `${n8n.url}/webhook-test/${webhookId}/whatsapp`,
	};
}
