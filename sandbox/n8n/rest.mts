import { parse as parseFlatted } from 'flatted';
import pRetry, { AbortError } from 'p-retry';
import { request } from 'undici';

import type { AtLeast } from '../lists.mts';

export const EXECUTIONS_PER_PAGE = 100;
const POLL_EVERY_MS = 200;
/** n8n tries to register a trigger five times, over 15 seconds, before it gives up. */
const PUBLISH_TIMEOUT_MS = 90_000;
const EXECUTION_TIMEOUT_MS = 60_000;

export type JsonObject = Record<string, unknown>;

/** The one person who signs in to a sandbox's n8n: it listens on loopback only. */
export const OWNER = {
	email: 'owner@sandbox.example',
	password: 'Sandbox-1-owner',
	firstName: 'Sandbox',
	lastName: 'Owner',
};

/** The name that n8n gives to a manual trigger. */
export const MANUAL_TRIGGER = 'When clicking ‘Execute workflow’';

export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: JsonObject;
	credentials?: Record<string, { id: string; name: string }> | undefined;
	/** First segment of a webhook's path. A trigger without one gets a path made of workflow ID and node name. */
	webhookId?: string;
	[setting: string]: unknown;
}

/** A workflow as the editor exports it. */
export interface WorkflowJson {
	name: string;
	nodes: WorkflowNode[];
	/** By source node, then by kind: `main`, `ai_tool`, `ai_languageModel`… */
	connections: Record<string, Record<string, (ConnectionTarget[] | null)[]>>;
	settings?: JsonObject;
}

interface ConnectionTarget {
	node: string;
	/** The kind, once more. */
	type: string;
	index: number;
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: 'new' | 'running' | 'waiting' | 'success' | 'error' | 'crashed' | 'canceled' | 'unknown';
	/** `webhook` for a published workflow, `manual` for one started from the editor. */
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
}

export interface Execution extends ExecutionSummary {
	/** The message that the user reads when the execution failed. */
	error: string | null;
	/** The items a node sent out, per output, over all its runs. Empty when it did not run. */
	output(node: string): JsonObject[][];
	/** What all its nodes have sent out. */
	items(): JsonObject[];
}

export interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: { nodeId: string; status: string; errorMessage: string | null }[];
}

/** `published`, or `failed` with the text the user reads at the failing trigger. */
export type PublishResult = { status: 'published' } | { status: 'failed'; error: string };

export interface DataTableColumn {
	name: string;
	type: 'string' | 'number' | 'boolean' | 'date';
}

/** Where a parameter of a node gets its choices from. */
export interface ParameterSource {
	/** Full type and version, such as `n8n-nodes-base.dataTable` and 1.1. */
	node: { name: string; version: number };
	/** The method of the node that is asked: one of its loadOptions, listSearch or resourceMapping. */
	method: string;
	/** Path of the parameter, `parameters.` left out. */
	parameter: string;
	parameters?: JsonObject;
	credentials?: WorkflowNode['credentials'];
}

export interface ParameterOption {
	name: string;
	value: string | number | boolean;
	description?: string;
}

export interface MapperField {
	id: string;
	displayName: string;
	required: boolean;
}

interface RunOfNode {
	data?: { main?: ({ json: JsonObject }[] | null)[] };
}

interface RunData {
	resultData: { error?: { message: string }; runData: Record<string, RunOfNode[]> };
}

/** What n8n answers with when it refuses a request. */
export class N8nRestError extends Error {
	readonly statusCode: number;

	constructor(method: string, path: string, statusCode: number, message: string) {
		super(`n8n answered ${statusCode} to ${method} ${path}: ${message}`);
		this.name = 'N8nRestError';
		this.statusCode = statusCode;
	}
}

/** The requests that n8n's own editor makes (`/rest`), as far as tests and demo need them. */
export class N8nRest {
	readonly #url: string;
	#cookie = '';

	private constructor(url: string) {
		this.#url = url;
	}

	/** Makes {@link OWNER} the owner of an n8n that has none, and signs in. */
	static async setUpOwner(url: string): Promise<N8nRest> {
		const rest = new N8nRest(url);
		await rest.#send('POST', '/rest/owner/setup', OWNER);
		return rest;
	}

	/** Signs in as {@link OWNER}. n8n allows this five times a minute. */
	static async signIn(url: string): Promise<N8nRest> {
		const rest = new N8nRest(url);
		const { email, password } = OWNER;
		await rest.#send('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		return rest;
	}

	/** @returns the ID of the new credential */
	async createCredential(type: string, name: string, data: JsonObject): Promise<string> {
		const { id } = await this.#send<{ id: string }>('POST', '/rest/credentials', {
			name,
			type,
			data,
		});
		return id;
	}

	async deleteCredential(id: string): Promise<void> {
		await this.#send('DELETE', `/rest/credentials/${id}`);
	}

	/** Runs the credential's own test, as the editor does when the user saves it. */
	async testCredential(
		type: string,
		data: JsonObject,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		// An older n8n (2.20) tests only what it has stored.
		const id = await this.createCredential(type, type, data);
		const credentials = { id, name: type, type, data };
		try {
			return await this.#send('POST', '/rest/credentials/test', { credentials });
		} finally {
			await this.deleteCredential(id);
		}
	}

	/** @returns the ID of the new workflow, not yet published */
	async createWorkflow(workflow: WorkflowJson): Promise<string> {
		// An older n8n (1.123, 2.0) wants to be told that it is not published.
		const body = { active: false, ...workflow };
		const { id } = await this.#send<{ id: string }>('POST', '/rest/workflows', body);
		return id;
	}

	async workflow(id: string): Promise<WorkflowJson> {
		return await this.#send('GET', `/rest/workflows/${id}`);
	}

	/** Saves changes as a draft; {@link publish} makes them live. */
	async updateWorkflow(id: string, changes: Partial<WorkflowJson>): Promise<void> {
		await this.#send('PATCH', `/rest/workflows/${id}`, changes);
	}

	/**
	 * Publishes the newest version and waits until each trigger is registered or has failed, which
	 * takes 15 seconds.
	 *
	 * @throws N8nRestError when n8n refuses at once, such as for a webhook path that is taken
	 */
	async publish(id: string): Promise<PublishResult> {
		const { versionId } = await this.#send<{ versionId: string }>('GET', `/rest/workflows/${id}`);
		await this.#send('POST', `/rest/workflows/${id}/activate`, { versionId });
		const { status, triggers } = await this.#settledPublication(id);
		if (status === 'published') return { status };
		const errors = triggers.map(({ errorMessage }) => errorMessage).filter((text) => text !== null);
		return { status: 'failed', error: errors.join('\n') };
	}

	/** Takes the workflow offline and waits until its triggers are torn down. */
	async unpublish(id: string): Promise<void> {
		await this.#send('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.#settledPublication(id);
	}

	async publication(id: string): Promise<Publication> {
		try {
			return await this.#send('GET', `/rest/workflows/${id}/publication-status`);
		} catch (error) {
			// An older n8n has no such address: its answer to publishing says that all is registered.
			if (!(error instanceof N8nRestError && error.statusCode === 404)) throw error;
			return { status: 'published', triggers: [] };
		}
	}

	async #settledPublication(id: string): Promise<Publication> {
		return await poll(PUBLISH_TIMEOUT_MS, async () => {
			const publication = await this.publication(id);
			if (publication.status === 'in_progress') {
				throw new Error(`Workflow ${id} is still being published`);
			}
			return publication;
		});
	}

	/**
	 * Starts "listen for test event" on one trigger; resolves once its test webhook is registered.
	 *
	 * @throws N8nRestError with what the user would read, when the trigger cannot be registered
	 */
	async startTestListening(workflowId: string, trigger: string): Promise<void> {
		await this.#run(workflowId, trigger);
	}

	/** Chooses the editor's “Execute workflow” at a trigger that waits for nothing: a manual or a timed one. */
	async executeByHand(workflowId: string, trigger = MANUAL_TRIGGER): Promise<void> {
		await this.#run(workflowId, trigger);
	}

	async #run(workflowId: string, trigger: string): Promise<void> {
		await this.#send('POST', `/rest/workflows/${workflowId}/run`, {
			// An older n8n (1.123, 2.0) runs what it is given; later ones run what they have stored.
			workflowData: await this.workflow(workflowId),
			triggerToStartFrom: { name: trigger },
		});
	}

	/** Stops listening. n8n answers before the trigger's own clean-up has run. */
	async stopTestListening(workflowId: string): Promise<void> {
		await this.#send('DELETE', `/rest/test-webhook/${workflowId}`);
	}

	/**
	 * The workflow's executions, newest first; at most {@link EXECUTIONS_PER_PAGE}.
	 *
	 * @param olderThan ID of the execution before which to begin
	 */
	async executions(workflowId: string, olderThan?: string): Promise<ExecutionSummary[]> {
		const query = new URLSearchParams({
			filter: JSON.stringify({ workflowId }),
			limit: String(EXECUTIONS_PER_PAGE),
			...(olderThan && { lastId: olderThan }),
		});
		const { results } = await this.#send<{ results: ExecutionSummary[] }>(
			'GET',
			`/rest/executions?${query}`,
		);
		return results;
	}

	async execution(id: string): Promise<Execution> {
		const { data, ...summary } = await this.#send<ExecutionSummary & { data: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		const { error, runData } = (parseFlatted(data) as RunData).resultData;
		return {
			...summary,
			error: error?.message ?? null,
			output: (node) => itemsPerOutput(runData[node] ?? []),
			items: () => Object.values(runData).flatMap(itemsPerOutput).flat(),
		};
	}

	/**
	 * Chooses “Retry” at a failed execution, with the workflow as it was. Resolves when that is over.
	 *
	 * @throws N8nRestError with what the user would read, when n8n cannot
	 */
	async retry(id: string): Promise<void> {
		await this.#send('POST', `/rest/executions/${id}/retry`, {});
	}

	/** Waits until the workflow has at least `count` executions and all are over; oldest first. */
	async finishedExecutions<Count extends number>(
		workflowId: string,
		count: Count,
	): Promise<AtLeast<Count, Execution>> {
		const summaries: ExecutionSummary[] = await this.finishedSummaries(workflowId, count);
		const executions = await Promise.all(summaries.map(({ id }) => this.execution(id)));
		return executions as AtLeast<Count, Execution>;
	}

	/** The same for a workflow whose successful executions n8n does not keep. */
	async finishedSummaries<Count extends number>(
		workflowId: string,
		count: Count,
	): Promise<AtLeast<Count, ExecutionSummary>> {
		const summaries = await poll(EXECUTION_TIMEOUT_MS, async () => {
			const found = await this.executions(workflowId);
			const over = found.filter(({ stoppedAt }) => stoppedAt !== null);
			if (found.length < count || over.length < found.length) {
				throw new Error(
					`Workflow ${workflowId} has ${found.length} executions, ${over.length} of them over; waited for ${count}`,
				);
			}
			return found;
		});
		return summaries.reverse() as AtLeast<Count, ExecutionSummary>;
	}

	/** All the tables of the owner's personal project. */
	async dataTables(): Promise<{ id: string; name: string; columns: DataTableColumn[] }[]> {
		const { data } = await this.#send<{
			data: { id: string; name: string; columns: DataTableColumn[] }[];
		}>('GET', await this.#dataTables());
		return data;
	}

	/** All rows of a table, each with n8n's own `id`, `createdAt` and `updatedAt`. */
	async dataTableRows(tableId: string): Promise<JsonObject[]> {
		const path = `${await this.#dataTables()}/${tableId}/rows`;
		const rows: JsonObject[] = [];
		for (;;) {
			const page = await this.#send<{ count: number; data: JsonObject[] }>(
				'GET',
				`${path}?skip=${rows.length}&take=100&sortBy=id:asc`,
			);
			rows.push(...page.data);
			if (page.data.length === 0 || rows.length >= page.count) return rows;
		}
	}

	async #dataTables(): Promise<string> {
		const { id } = await this.#send<{ id: string }>('GET', '/rest/projects/personal');
		return `/rest/projects/${id}/data-tables`;
	}

	/** The choices of a drop-down that the node fills itself (`loadOptions`). */
	async parameterOptions(source: ParameterSource): Promise<ParameterOption[]> {
		return await this.#send(
			'POST',
			'/rest/dynamic-node-parameters/options',
			dynamicParameter(source),
		);
	}

	/** The choices of a resource locator's list (`listSearch`). */
	async resourceLocatorResults(
		source: ParameterSource,
		filter?: string,
	): Promise<{ results: (ParameterOption & { url?: string })[]; paginationToken?: unknown }> {
		return await this.#send('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			...dynamicParameter(source),
			filter,
		});
	}

	/** The fields of a resource mapper, as the editor stores them in the parameter's `schema`. */
	async resourceMapperFields(source: ParameterSource): Promise<MapperField[]> {
		const { fields } = await this.#send<{ fields: MapperField[] }>(
			'POST',
			'/rest/dynamic-node-parameters/resource-mapper-fields',
			dynamicParameter(source),
		);
		return fields;
	}

	/** The descriptions of all node types that n8n has loaded, each with its full type as `name`. */
	async nodeTypes(): Promise<(JsonObject & { name: string })[]> {
		return await this.#send('GET', '/types/nodes.json');
	}

	/** The descriptions of all credential types that n8n has loaded. */
	async credentialTypes(): Promise<(JsonObject & { name: string })[]> {
		return await this.#send('GET', '/types/credentials.json');
	}

	/** n8n wraps the answers under /rest in `data`, those elsewhere not at all. */
	async #send<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
		const response = await request(`${this.#url}${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.#cookie },
			body: body === undefined ? null : JSON.stringify(body),
		});
		const text = await response.body.text();
		if (response.statusCode >= 400) {
			throw new N8nRestError(method, path, response.statusCode, errorMessage(text));
		}
		const [cookie] = [response.headers['set-cookie'] ?? []].flat();
		if (cookie) this.#cookie = cookie.replace(/;.*/s, '');

		const answer: unknown = text === '' ? undefined : JSON.parse(text);
		return (path.startsWith('/rest/') ? (answer as { data: T } | undefined)?.data : answer) as T;
	}
}

function errorMessage(text: string): string {
	try {
		return (JSON.parse(text) as { message?: string }).message ?? text;
	} catch {
		return text;
	}
}

function itemsPerOutput(runs: RunOfNode[]): JsonObject[][] {
	const outputs: JsonObject[][] = [];
	for (const run of runs) {
		for (const [index, items] of (run.data?.main ?? []).entries()) {
			outputs[index] = [...(outputs[index] ?? []), ...(items ?? []).map(({ json }) => json)];
		}
	}
	return outputs;
}

function dynamicParameter({ node, method, parameter, parameters, credentials }: ParameterSource) {
	return {
		nodeTypeAndVersion: node,
		methodName: method,
		path: `parameters.${parameter}`,
		currentNodeParameters: parameters ?? {},
		credentials,
	};
}

/** Calls `attempt` until it no longer throws; n8n's refusals end it at once. */
async function poll<T>(timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
	return await pRetry(
		async () => {
			try {
				return await attempt();
			} catch (error) {
				throw error instanceof N8nRestError ? new AbortError(error) : error;
			}
		},
		{ retries: timeoutMs / POLL_EVERY_MS, factor: 1, minTimeout: POLL_EVERY_MS },
	);
}
