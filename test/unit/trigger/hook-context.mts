import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

import { jest } from '@jest/globals';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHookFunctions,
	IHttpRequestOptions,
	INode,
	INodeParameters,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { WhatsAppCoexistenceApi } from '../../../credentials/WhatsAppCoexistenceApi.credentials';
import { CREDENTIAL } from '../../../nodes/WhatsAppCoexistence/graph/client';

export interface HookOptions {
	/** n8n's address of the webhook, production or test. */
	url: string;
	/** Of the webhook, the node and the workflow. */
	id: string;
	credential: object;
	parameters?: INodeParameters;
	activation?: WorkflowActivateMode;
}

/** n8n while it publishes, tests or unpublishes a workflow, with what it was given to keep and to log. */
export function hookContext({ url, id, credential, parameters, activation }: HookOptions) {
	const staticData: IDataObject = {};
	const warnings: string[] = [];
	const node = nodeWith(id, parameters);
	const { getCredentials, helpers } = credentialsOf(credential);
	const context = strict<IHookFunctions>({
		getCredentials,
		helpers: strict(helpers),
		getNode: () => node,
		getWorkflow: () => ({ id, name: `Workflow ${id}`, active: true }),
		getWorkflowStaticData: (kind: string) => {
			if (kind !== 'node') throw new Error(`Not kept here: static data of type ${kind}`);
			return staticData;
		},
		getNodeWebhookUrl: (name: string) => (name === 'default' ? url : undefined),
		getActivationMode: () => activation ?? 'activate',
		logger: strict({ warn: (message: string) => void warnings.push(message) }),
	});
	return { context, staticData, warnings };
}

export function nodeWith(id: string, parameters: INodeParameters = {}): INode {
	return {
		id,
		webhookId: id,
		name: 'WhatsApp Coexistence Trigger',
		type: 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistenceTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { [CREDENTIAL]: { id: '1', name: 'Test' } },
	};
}

/** A context that knows this and nothing else: where n8n's own would have had to be asked, it throws. */
export function strict<Context extends object>(known: object): Context {
	return new Proxy(known, {
		get(target, name, receiver) {
			if (!(name in target) && typeof name === 'string') {
				throw new Error(`This context of n8n knows no “${name}”`);
			}
			return Reflect.get(target, name, receiver) as unknown;
		},
	}) as Context;
}

/**
 * Pauses of these lengths are over at once, until the mocks are restored.
 *
 * @returns those that there were, as they come
 */
export function withoutPauses(lengths: readonly number[]): number[] {
	const pauses: number[] = [];
	const wait = setTimeout;
	const shortened = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
		if (ms === undefined || !lengths.includes(ms)) return wait(run, ms, ...args);
		pauses.push(ms);
		return wait(run, 0, ...args);
	};
	jest.spyOn(globalThis, 'setTimeout').mockImplementation(shortened as typeof setTimeout);
	return pauses;
}

/** How a context gives the one credential, and makes requests with it. */
export function credentialsOf(credential: object) {
	const own = (type: string) => {
		if (type !== CREDENTIAL) throw new Error(`Node does not have any credentials set for ${type}`);
		return { ...credential } as ICredentialDataDecryptedObject;
	};
	return {
		getCredentials: async (type: string) => await Promise.resolve(own(type)),
		helpers: {
			httpRequest,
			httpRequestWithAuthentication: async (type: string, options: IHttpRequestOptions) => {
				const { authenticate } = new WhatsAppCoexistenceApi();
				if (typeof authenticate !== 'function') throw new Error('It signs by a function');
				return await httpRequest(await authenticate(own(type), options));
			},
		},
	};
}

/** What n8n's helper does with the options that are used here. */
export async function httpRequest(options: IHttpRequestOptions): Promise<unknown> {
	const url = new URL(options.url);
	for (const [name, value] of Object.entries(options.qs ?? {})) {
		if (value !== undefined) url.searchParams.append(name, String(value));
	}
	const { body } = options;
	const isJson = body !== undefined && !Buffer.isBuffer(body) && typeof body !== 'string';
	const response = await fetch(url, {
		method: options.method ?? 'GET',
		headers: {
			...(options.headers as Record<string, string>),
			...(isJson && { 'content-type': 'application/json' }),
		},
		...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
		...(options.abortSignal !== undefined && { signal: options.abortSignal as AbortSignal }),
		redirect: options.disableFollowRedirect === true ? 'manual' : 'follow',
	}).catch((error: Error) => {
		if (options.abortSignal?.aborted === true) {
			throw Object.assign(new Error('canceled'), { name: 'CanceledError', code: 'ERR_CANCELED' });
		}
		throw error.cause instanceof Error ? error.cause : error;
	});
	if (response.status >= 300 && options.ignoreHttpStatusErrors !== true) {
		throw new Error(`Request failed with status code ${response.status}`);
	}
	const given =
		options.encoding === 'stream'
			? Readable.fromWeb(response.body as ReadableStream)
			: parsed(await response.text(), options);
	const headers: Record<string, string> = {};
	response.headers.forEach((value, name) => {
		headers[name] = value;
	});
	return options.returnFullResponse === true
		? { statusCode: response.status, headers, body: given }
		: given;
}

function parsed(written: string, { encoding }: IHttpRequestOptions): unknown {
	if (encoding === 'text') return written;
	try {
		return JSON.parse(written);
	} catch {
		return written;
	}
}
