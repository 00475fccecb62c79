import pRetry from 'p-retry';

import type { MetaControl } from '../../sandbox/meta/control-client.mts';
import { DEFAULT, type SentMessage } from '../../sandbox/meta/world.mts';
import type {
	Execution,
	ExecutionSummary,
	JsonObject,
	N8nRest,
	WorkflowJson,
	WorkflowNode,
} from '../../sandbox/n8n/rest.mts';
import { PACKAGE } from './hosts.mts';

/** The node that asks in {@link askingWorkflow}. */
export const ASK = 'Ask';

/** A workflow that asks whom a call to its webhook names. */
export function askingWorkflow(
	credentials: WorkflowNode['credentials'],
	parameters: JsonObject = {},
	path = 'ask',
): WorkflowJson {
	return {
		name: path,
		nodes: [
			{
				id: `${path}-webhook`,
				webhookId: path,
				name: 'Webhook',
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				position: [0, 0],
				parameters: { httpMethod: 'POST', path, options: {} },
			},
			{
				id: 'a0000000-0000-4000-8000-00000000a5c0',
				name: ASK,
				type: `${PACKAGE}.whatsAppCoexistence`,
				typeVersion: 1,
				position: [200, 0],
				parameters: {
					resource: 'message',
					operation: 'sendAndWait',
					phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
					to: '={{ $json.body.to }}',
					message: 'Shall we deliver on Friday?',
					...parameters,
				},
				credentials,
			},
		],
		connections: { Webhook: { main: [[{ node: ASK, type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/** An execution that has asked. */
export interface Asked {
	executionId: string;
	question: SentMessage;
	/** Waits for the end of the execution. */
	over(): Promise<Execution>;
	/** What left the node, once the execution is over. */
	result(): Promise<JsonObject>;
	status(): Promise<ExecutionSummary['status']>;
}

interface Place {
	rest: N8nRest;
	meta: MetaControl;
	/** Of n8n's webhooks. */
	url: string;
}

/** Starts {@link askingWorkflow} and gives the question once Meta has it. */
export async function ask(
	{ rest, meta, url }: Place,
	workflowId: string,
	to: string,
	path = 'ask',
): Promise<Asked> {
	const before = (await meta.get<SentMessage[]>('/messages')).length;
	const response = await fetch(`${url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ to }),
	});
	if (!response.ok) throw new Error(`The webhook answered ${response.status}`);
	const question = await eventually(async () => {
		const [sent] = (await meta.get<SentMessage[]>('/messages')).slice(before);
		if (sent === undefined) throw new Error(await faultOf(rest, workflowId));
		return sent;
	});
	const [newest] = await rest.executions(workflowId);
	const executionId = newest!.id;
	const over = async () =>
		await eventually(async () => {
			const execution = await rest.execution(executionId);
			if (execution.status !== 'success') throw new Error(`It is ${execution.status}`);
			return execution;
		});
	return {
		executionId,
		question,
		over,
		status: async () => (await rest.execution(executionId)).status,
		result: async () => (await over()).output(ASK)[0]![0]!,
	};
}

async function faultOf(rest: N8nRest, workflowId: string): Promise<string> {
	const [execution] = await rest.executions(workflowId);
	const error = execution && (await rest.execution(execution.id)).error;
	return `Nothing was asked: ${error ?? 'no error'}`;
}

/** For up to 90 seconds: n8n looks once a minute for executions whose time is up. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
	return await pRetry(attempt, { retries: 450, factor: 1, minTimeout: 200 });
}
