import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import express from 'express';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type IWebhookData,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { WhatsAppCoexistenceTrigger } from '../../../nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node';
import { additionalDataFor, CREDENTIAL_TYPE, type Credential } from './additional-data.mts';
import { hookContext, webhookContext } from './contexts.mts';
import { nodeTypes, TRIGGER_TYPE } from './node-types.mts';

export interface TriggerOptions {
	credential: Credential;
	parameters?: INode['parameters'];
	/** Stands for workflow, node and webhook. Default: a new one, so that hosts know nothing of each other. */
	id?: string;
	/** What n8n had stored for the workflow. The same object is changed and can be given again. */
	staticData?: IDataObject | undefined;
	/** The n8n that it lives in with others. Default: one of its own. */
	n8n?: WebhookServer | undefined;
	/** Name of the workflow. */
	name?: string;
	/** The address that n8n believes to have, where that is not its true one. */
	publicUrl?: string;
	/** Whether n8n takes an execution; throwing makes it answer 500, as when its database is down. */
	accept?: (outputs: INodeExecutionData[][]) => void | Promise<void>;
	/** Whether n8n reads `webhookResponse` once it has stored an execution, as 2.41 does. Default: true. */
	readsWebhookResponse?: boolean;
}

export interface TriggerHost {
	/** Where deliveries go: the production address of the webhook. */
	url: string;
	testUrl: string;
	/** Of the workflow, the node and the webhook. */
	id: string;
	/** How its ID is written in the address of another. */
	shortId: string;
	/** What each started execution got, per output. */
	executions: INodeExecutionData[][][];
	/** The same for executions that a test listener started. */
	testExecutions: INodeExecutionData[][][];
	/** What n8n has stored for the workflow. */
	staticData: IDataObject;
	checkExists(mode?: 'test'): Promise<boolean>;
	create(mode?: 'test'): Promise<boolean>;
	remove(mode?: 'test'): Promise<boolean>;
	/** Both clean-ups at once and on the same static data (workflow-trigger-activator.js). */
	unpublish(): Promise<void>;
	/** Empties the static data of tests: n8n keeps it for one test only. */
	beginTest(): void;
	setParameters(parameters: INode['parameters']): void;
	/** n8n does not know the workflow any more. */
	close(): Promise<void>;
}

type Hook = 'checkExists' | 'create' | 'delete';

/**
 * The trigger inside n8n-core's own hook and webhook contexts, behind a real HTTP server that reads
 * bodies, saves static data and answers in the order in which n8n 2.41 does
 * (webhook-helpers.js, live-webhooks.js).
 */
export async function hostTrigger(options: TriggerOptions): Promise<TriggerHost> {
	const trigger = new WhatsAppCoexistenceTrigger();
	const webhookId = options.id ?? randomUUID();
	const executions: INodeExecutionData[][][] = [];
	const testExecutions: INodeExecutionData[][][] = [];
	const stored: IDataObject = options.staticData ?? {};
	const storedInTest: IDataObject = {};
	let parameters = options.parameters ?? {};

	const n8n = options.n8n ?? (await startWebhookServer());
	const { triggers, baseUrl } = n8n;
	let isThere = true;

	const workflowWith = (staticData: IDataObject) =>
		new Workflow({
			id: webhookId,
			...(options.name !== undefined && { name: options.name }),
			nodes: [
				{
					id: webhookId,
					webhookId,
					name: 'WhatsApp Coexistence Trigger',
					type: TRIGGER_TYPE,
					typeVersion: trigger.description.version as number,
					position: [0, 0],
					parameters,
					credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'Test' } },
				},
			],
			connections: {},
			active: true,
			nodeTypes,
			staticData,
		});

	const save = (workflow: Workflow, into: IDataObject) => {
		if (workflow.staticData.__dataChanged !== true) return;
		const written = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
		for (const key of Object.keys(into)) delete into[key];
		Object.assign(into, written);
	};

	const webhookData = (isTest: boolean) =>
		({
			httpMethod: 'POST',
			node: 'WhatsApp Coexistence Trigger',
			path: `${webhookId}/whatsapp`,
			webhookDescription: trigger.description.webhooks![0],
			workflowId: webhookId,
			isTest,
		}) as unknown as IWebhookData;

	const callHook = async (workflow: Workflow, name: Hook, mode?: 'test') => {
		const isTest = mode === 'test';
		const node = Object.values(workflow.nodes)[0]!;
		const execution: WorkflowExecuteMode =
			name === 'delete' ? 'internal' : isTest ? 'manual' : 'trigger';
		const activation: WorkflowActivateMode =
			name === 'delete' ? 'update' : isTest ? 'manual' : 'activate';
		const context = hookContext(
			workflow,
			node,
			additionalDataFor(options.credential, options.publicUrl ?? baseUrl),
			execution,
			activation,
			webhookData(isTest),
		);
		return await trigger.webhookMethods.default[name].call(context);
	};

	const hook = async (name: Hook, mode?: 'test') => {
		const into = mode === 'test' ? storedInTest : stored;
		const workflow = workflowWith(structuredClone(into));
		try {
			return await callHook(workflow, name, mode);
		} finally {
			save(workflow, into);
		}
	};

	triggers.all('/:base/:id/whatsapp', async (request, response, next) => {
		if (request.params.id !== webhookId || !isThere) return next();
		const isTest = request.params.base === 'webhook-test';
		const into = isTest ? storedInTest : stored;
		const staticData = structuredClone(into);
		const workflow = workflowWith(staticData);
		const additionalData = additionalDataFor(options.credential, options.publicUrl ?? baseUrl);
		additionalData.httpRequest = request;
		additionalData.httpResponse = response;
		const context = webhookContext(
			workflow,
			Object.values(workflow.nodes)[0]!,
			additionalData,
			isTest ? 'manual' : 'webhook',
			webhookData(isTest),
			[],
			null,
		);
		try {
			const result = await trigger.webhook.call(context);
			if (result.workflowData !== undefined) {
				// Before n8n stores an execution it wraps the same static data anew, and forgets what was changed.
				workflowWith(staticData);
				await options.accept?.(result.workflowData);
				const started = structuredClone(result.workflowData);
				(isTest ? testExecutions : executions).push(started);
			}
			const own = options.readsWebhookResponse === false ? undefined : result.webhookResponse;
			const answer = own ?? { message: 'Workflow was started' };
			save(workflow, into);
			if (result.noWebhookResponse !== true) response.json(answer);
		} catch (error) {
			response.status(500).json({ message: (error as Error).message });
		}
	});

	return {
		id: webhookId,
		url: `${baseUrl}/webhook/${webhookId}/whatsapp`,
		testUrl: `${baseUrl}/webhook-test/${webhookId}/whatsapp`,
		shortId: Buffer.from(webhookId.replaceAll('-', ''), 'hex').toString('base64url'),
		executions,
		testExecutions,
		staticData: stored,
		checkExists: async (mode) => await hook('checkExists', mode),
		create: async (mode) => await hook('create', mode),
		remove: async (mode) => await hook('delete', mode),
		unpublish: async () => {
			const workflow = workflowWith(structuredClone(stored));
			await Promise.all([callHook(workflow, 'delete'), callHook(workflow, 'delete')]);
			save(workflow, stored);
		},
		beginTest: () => {
			for (const key of Object.keys(storedInTest)) delete storedInTest[key];
		},
		setParameters: (next) => {
			parameters = next;
		},
		close: async () => {
			isThere = false;
			if (options.n8n === undefined) await n8n.close();
		},
	};
}

/** The HTTP side of one n8n. */
export interface WebhookServer {
	/** Where triggers add their routes. */
	triggers: express.Router;
	baseUrl: string;
	/** Deliveries that came to the address of nobody. */
	lost: string[];
	close(): Promise<void>;
}

export async function startWebhookServer(): Promise<WebhookServer> {
	const app = express();
	app.use(
		express.json({
			limit: '16mb',
			strict: false,
			verify: (request, _response, raw) => Object.assign(request, { rawBody: raw }),
		}),
	);
	app.use((request, _response, next) => {
		Object.assign(request, { readRawBody: async () => await readRawBody(request) });
		next();
	});
	const triggers = express.Router();
	const lost: string[] = [];
	app.use(triggers);
	app.use((request, response) => {
		if (request.method === 'POST') lost.push(request.originalUrl);
		const message = `The requested webhook "${request.path}" is not registered.`;
		response.status(404).json({ code: 404, message });
	});
	const server: Server = await new Promise((resolve) => {
		const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
	});
	return {
		triggers,
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		lost,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function readRawBody(request: express.Request): Promise<void> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	Object.assign(request, { rawBody: Buffer.concat(parts) });
}
