import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import express from 'express';
import type { IDataObject, INode, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { ROUTE, type Base } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import type { CoexistenceCredential } from '../../../nodes/WhatsAppCoexistence/graph/client';
import {
	receiveDelivery,
	receiveHandshake,
} from '../../../nodes/WhatsAppCoexistence/trigger/delivery';
import {
	triggerProperties,
	type TriggerParameters,
} from '../../../nodes/WhatsAppCoexistence/trigger/parameters';
import type { StaticData } from '../../../nodes/WhatsAppCoexistence/trigger/static-data';
import { APP_SECRET, httpRequest } from '../callbacks/neighbours.mts';

export const ACCOUNT = '900000000000001';

export const CREDENTIAL: CoexistenceCredential = {
	accessToken: 'test_token',
	businessAccountId: ACCOUNT,
	appId: '700000000000001',
	appSecret: APP_SECRET,
};

type Options = Partial<TriggerParameters['options']>;

export interface TriggerOptions {
	parameters?: Partial<Omit<TriggerParameters, 'options'>> & { options?: Options };
	/** Of the workflow, the node and the webhook. */
	id?: string;
	name?: string;
	/** The address that n8n believes to have, where that is not its true one. */
	publicUrl?: string;
	/** What n8n says of the credential, where it has none that can be used. */
	credentialError?: string;
	/** What n8n has stored for the workflow, and for its test. */
	staticData?: StaticData;
	testStaticData?: StaticData;
	/** Whether n8n takes an execution; throwing makes it answer 500, as when its database is down. */
	accept?: (outputs: INodeExecutionData[][]) => void | Promise<void>;
	/** Whether n8n reads `webhookResponse` once it has stored an execution, as 2.41 does. Default: true. */
	readsWebhookResponse?: boolean;
}

export interface Trigger {
	id: string;
	url: string;
	testUrl: string;
	/** What each started execution got, per output. */
	executions: INodeExecutionData[][][];
	testExecutions: INodeExecutionData[][][];
	staticData: StaticData;
	testStaticData: StaticData;
	/** What n8n's log was told. */
	log: string[];
}

export interface Request {
	/** Path and query. */
	url: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

type Answering = (request: Request) => Answered | Promise<Answered>;
type Answered = { status: number; body: string };

/** An n8n with triggers, and with whoever else is called there. */
export interface N8n {
	base: Base;
	/** What n8n begins the addresses of waiting executions with. */
	waitingBase: string;
	/** Every POST that came, in its order. */
	requests: Request[];
	/** What n8n would have failed at. */
	faults: unknown[];
	trigger(options?: TriggerOptions): Trigger;
	/** What stands at an address that is no trigger's. */
	at(url: string, answer: Answering): void;
	close(): Promise<void>;
}

/**
 * Reads bodies, saves static data and answers in the order in which n8n 2.41 does, as the host of the integration
 * tests, where n8n's own contexts are.
 */
export async function startN8n(): Promise<N8n> {
	const app = express();
	const others = new Map<string, Answering>();
	const requests: Request[] = [];
	const faults: unknown[] = [];
	app.use(async (request, _response, next) => {
		const sent = await buffer(request);
		const { originalUrl: url, headers } = request;
		if (request.method === 'POST') requests.push({ url, headers, body: sent });
		const readRawBody = async () => {
			const rawBody = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
			await Promise.resolve(Object.assign(request, { rawBody }));
		};
		Object.assign(request, { readRawBody, sent });
		next();
	});
	const triggers = express.Router();
	app.use(triggers);
	app.use(async (request, response) => {
		const { sent } = request as unknown as { sent: Buffer };
		const { originalUrl: url, headers } = request;
		const other = others.get(url.split('?', 1)[0]!);
		if (other === undefined) {
			const message = `The requested webhook "${request.path}" is not registered.`;
			return void response.status(404).json({ code: 404, message });
		}
		const { status, body } = await other({ url, headers, body: sent });
		response.status(status).send(body);
	});
	const server: Server = createServer(app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const base = { production: `${origin}/webhook/`, test: `${origin}/webhook-test/` };
	const waitingBase = `${origin}/webhook-waiting`;

	const trigger = (options: TriggerOptions = {}): Trigger => {
		const id = options.id ?? randomUUID();
		const own: Trigger = {
			id,
			url: base.production + id + ROUTE,
			testUrl: base.test + id + ROUTE,
			executions: [],
			testExecutions: [],
			staticData: options.staticData ?? {},
			testStaticData: options.testStaticData ?? {},
			log: [],
		};
		triggers.all(`/:base/${id}${ROUTE}`, async (request, response) => {
			const isTest = request.params.base === 'webhook-test';
			const stored = isTest ? own.testStaticData : own.staticData;
			const staticData = structuredClone(stored);
			const context = contextOf(options, own, { request, response, staticData, waitingBase });
			try {
				const result = await (request.method === 'GET'
					? receiveHandshake(context)
					: receiveDelivery(context));
				let before = JSON.stringify(stored);
				if (result.workflowData !== undefined) {
					// While n8n stores an execution it forgets what was changed in static data before.
					before = JSON.stringify(staticData);
					await options.accept?.(result.workflowData);
					const started = isTest ? own.testExecutions : own.executions;
					started.push(structuredClone(result.workflowData));
				}
				const given = options.readsWebhookResponse === false ? undefined : result.webhookResponse;
				const answer = given ?? { message: 'Workflow was started' };
				const after = JSON.stringify(staticData);
				if (after !== before) Object.assign(stored, JSON.parse(after));
				if (result.noWebhookResponse === true) return;
				if (response.headersSent) throw new Error('The request was answered twice');
				response.json(answer);
			} catch (error) {
				faults.push(error);
				if (!response.headersSent) response.status(500).json({ message: 'Error in workflow' });
			}
		});
		return own;
	};

	return {
		base,
		waitingBase,
		requests,
		faults,
		trigger,
		at: (url, answer) => void others.set(new URL(url).pathname, answer),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

interface Call {
	request: express.Request;
	response: express.Response;
	staticData: StaticData;
	waitingBase: string;
}

function contextOf(
	options: TriggerOptions,
	{ id, url, testUrl, log }: Trigger,
	{ request, response, staticData, waitingBase }: Call,
): IWebhookFunctions {
	const isTest = request.params.base === 'webhook-test';
	const parameters = { ...options.parameters };
	const node = {
		id,
		webhookId: id,
		name: 'WhatsApp Coexistence Trigger',
		parameters: checked(parameters),
		credentials: { whatsAppCoexistenceApi: { id: '1', name: 'Test' } },
	} as unknown as INode;
	const say = (message: string) => void log.push(message);
	const strictly = <T,>(given: string, known: string, value: T): T => {
		if (given !== known) throw new Error(`n8n knows no "${given}" here`);
		return value;
	};
	return strict({
		getMode: () => (isTest ? 'manual' : 'webhook'),
		getNode: () => structuredClone(node),
		getWorkflow: () => ({ id, name: options.name, active: !isTest }),
		getNodeWebhookUrl: (name: string) =>
			strictly(name, 'default', options.publicUrl ?? (isTest ? testUrl : url)),
		getWorkflowStaticData: (type: string) => strictly(type, 'node', staticData),
		getQueryData: () => request.query,
		getHeaderData: () => request.headers,
		getRequestObject: () => request,
		getResponseObject: () => response,
		getCredentials: async (type: string) => {
			if (options.credentialError !== undefined) throw new Error(options.credentialError);
			return await Promise.resolve(strictly(type, 'whatsAppCoexistenceApi', { ...CREDENTIAL }));
		},
		evaluateExpression: (expression: string) =>
			strictly(expression, '{{ $execution.resumeUrl }}', `${waitingBase}/unknown?signature=none`),
		logger: strict({ error: say, warn: say }),
		helpers: strict({ httpRequest }),
	}) as unknown as IWebhookFunctions;
}

/** Whatever the stand-in does not have is a fault of the test, not undefined. */
function strict<T extends object>(members: T): T {
	return new Proxy(members, {
		get: (target, name, receiver): unknown => {
			if (typeof name === 'string' && !(name in target)) throw new Error(`No ${name} here`);
			return Reflect.get(target, name, receiver);
		},
	});
}

/** The parameters, where the trigger has all of them. */
function checked(parameters: IDataObject): IDataObject {
	const { options } = triggerProperties.find(({ name }) => name === 'options')! as {
		options: ReadonlyArray<{ name: string }>;
	};
	const known = [
		[parameters, triggerProperties],
		[(parameters.options ?? {}) as IDataObject, options],
	] as const;
	for (const [entered, declared] of known) {
		for (const name of Object.keys(entered)) {
			if (declared.every((each) => each.name !== name)) throw new Error(`No parameter ${name}`);
		}
	}
	return parameters;
}

export interface Answer {
	status: number;
	text: string;
	type: string | null;
}

/** A delivery as Meta makes it. */
export async function deliver(
	url: string,
	body: object | string,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return await answerTo(url, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			'x-hub-signature-256': signatureOf(text),
			...headers,
		},
		body: text,
	});
}

export function signatureOf(body: string): string {
	return `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
}

export async function ask(url: string, query: Record<string, string>): Promise<Answer> {
	return await answerTo(`${url}?${new URLSearchParams(query)}`, {});
}

async function answerTo(url: string, request: RequestInit): Promise<Answer> {
	const response = await fetch(url, request);
	const type = response.headers.get('content-type');
	return { status: response.status, text: await response.text(), type };
}
