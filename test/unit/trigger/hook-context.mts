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
import { httpRequest } from '../callbacks/neighbours.mts';

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
