import 'reflect-metadata';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { Request, Response } from 'express';

import {
	ANSWER_WEBHOOKS,
	receiveAnswer,
} from '../../../nodes/WhatsAppCoexistence/questions/receive-answer';
import { additionalDataFor, CREDENTIAL_TYPE, type Credential } from './additional-data.mts';
import { webhookContext } from './contexts.mts';
import { ACTION_TYPE, nodeTypes } from './node-types.mts';

export interface ActionRun {
	credential: Credential;
	/** As a user's workflow holds them; what is left out has its default. */
	parameters: INode['parameters'];
	/** The items that arrive at the node. Default: one empty item. */
	items?: INodeExecutionData[] | undefined;
	continueOnFail?: boolean;
	retryOnFail?: boolean;
	staticData?: IDataObject;
	/** Of the node. */
	name?: string;
	/** Of the workflow. */
	timezone?: string;
	/** Cancels the execution after this time, as a user does. */
	cancelAfterMs?: number;
}

export interface ActionOutcome {
	items: INodeExecutionData[];
	/** Where the execution waits: until when, and what n8n hands on if nothing comes until then. */
	waiting?: {
		till: Date;
		items: INodeExecutionData[];
		/** The page that a browser is shown at the address of the execution. */
		page(query: Record<string, string>): Promise<string>;
	};
	/** What stopped the workflow, as n8n shows it. */
	error?: (Error & { description?: string | null; context?: { itemIndex?: number } }) | undefined;
}

/** Runs the action node inside n8n's own execution engine. */
export async function runAction(run: ActionRun): Promise<ActionOutcome> {
	const node: INode = {
		id: 'a0000000-0000-4000-8000-000000000001',
		name: run.name ?? 'WhatsApp Coexistence',
		type: ACTION_TYPE,
		typeVersion: 1,
		position: [0, 0],
		parameters: run.parameters,
		credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'Test' } },
		...(run.continueOnFail ? { onError: 'continueRegularOutput' } : {}),
		...(run.retryOnFail ? { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 } : {}),
	};
	const workflow = new Workflow({
		id: 'test-workflow',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
		...(run.staticData && { staticData: run.staticData }),
		...(run.timezone && { settings: { timezone: run.timezone } }),
	});
	const additionalData = additionalDataFor(run.credential);
	additionalData.executionId = '1';
	additionalData.hooks = new ExecutionLifecycleHooks('trigger', '1', {
		id: 'test-workflow',
		name: 'Test',
		active: false,
		activeVersionId: null,
		isArchived: false,
		nodes: [node],
		connections: {},
		createdAt: new Date(),
		updatedAt: new Date(),
	});

	const items = run.items ?? [{ json: {} }];
	const execution = createRunExecutionData({
		executionData: { nodeExecutionStack: [{ node, data: { main: [items] }, source: null }] },
	});
	const running = new WorkflowExecute(additionalData, 'trigger', execution).processRunExecutionData(
		workflow,
	);
	if (run.cancelAfterMs !== undefined) setTimeout(() => running.cancel(), run.cancelAfterMs);
	const { data, waitTill } = await running;

	const task = data.resultData.runData[node.name]?.[0];
	const error = (task?.error ?? data.resultData.error) as ActionOutcome['error'];
	const given = task?.data?.main?.[0] ?? [];
	if (!waitTill) return { items: given, error };
	const [left] = data.executionData!.nodeExecutionStack[0]!.data.main!;
	const page = async (query: Record<string, string>) => {
		let shown = '';
		const response = {
			setHeader: () => response,
			type: () => response,
			status: () => response,
			send: (html: string) => (shown = html),
			json: (refusal: unknown) => (shown = JSON.stringify(refusal)),
		};
		const visit = {
			...additionalDataFor(run.credential),
			httpRequest: { method: 'GET', query } as unknown as Request,
			httpResponse: response as unknown as Response,
		};
		const [description] = ANSWER_WEBHOOKS;
		const webhookData = {
			node: node.name,
			path: '',
			httpMethod: 'GET' as const,
			workflowId: 'test-workflow',
			workflowExecuteAdditionalData: visit,
			webhookDescription: description!,
		};
		// As n8n stores it while it waits.
		const stored = JSON.parse(JSON.stringify(data)) as typeof data;
		await receiveAnswer(webhookContext(workflow, node, visit, 'webhook', webhookData, [], stored));
		return shown;
	};
	return { items: given, error, waiting: { till: waitTill, items: left ?? [], page } };
}
