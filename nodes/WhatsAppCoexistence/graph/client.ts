import {
	sleep,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IWebhookFunctions,
} from 'n8n-workflow';

import { failureOf, GraphApiError, unreachable, type GraphFailure } from './errors';

export const CREDENTIAL = 'whatsAppCoexistenceApi';

/** Every n8n context that the Graph API is called from. */
export type GraphContext =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IWebhookFunctions;

/** The credential `whatsAppCoexistenceApi`, decrypted. Secrets: never log it, never put it into an item. */
export interface CoexistenceCredential {
	accessToken: string;
	businessAccountId: string;
	appId: string;
	appSecret: string;
	advanced?: { baseUrl?: string; graphVersion?: string };
}

export interface GraphRequest {
	method: 'DELETE' | 'GET' | 'POST';
	/** Below the version, such as `/800000000000001/messages`. */
	path: string;
	qs?: IDataObject;
	body?: IDataObject;
	/** Whose token is used: the credential's access token, or the app's own. Default `business`. */
	as?: 'app' | 'business';
	/**
	 * True where sending the request twice does no harm: it is then tried up to three times when
	 * Meta is down or the network fails. Default: true for GET and DELETE, false for POST.
	 */
	repeatable?: boolean;
	/** The item that a failure is reported for. */
	itemIndex?: number;
}

/** The Graph API with one credential. */
export interface Graph {
	businessAccountId: string;
	appId: string;
	/** Sends one request and gives Meta's answer. Throws `GraphApiError`, and nothing else. */
	call<T = IDataObject>(request: GraphRequest): Promise<T>;
}

type Outcome = { body: unknown; failure?: undefined } | { failure: GraphFailure };

const DEFAULT_BASE_URL = 'https://graph.facebook.com';
const DEFAULT_VERSION = 'v26.0';
const TIMEOUT_MS = 30_000;
const PAUSES_MS = [500, 2_000];

/** Where the Graph API is, version included and without a slash at the end. */
export function graphRoot(credential: CoexistenceCredential): string {
	const base = credential.advanced?.baseUrl || DEFAULT_BASE_URL;
	return `${base.replace(/\/+$/, '')}/${credential.advanced?.graphVersion || DEFAULT_VERSION}`;
}

/** Opens the Graph API with the credential of the running node. */
export async function openGraph(context: GraphContext): Promise<Graph> {
	const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);

	const send = async (request: GraphRequest) => {
		const options: IHttpRequestOptions = {
			method: request.method,
			url: graphRoot(credential) + request.path,
			qs: request.qs,
			body: request.body,
			json: true,
			timeout: TIMEOUT_MS,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		};
		if (request.as !== 'app') {
			return await (context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				options,
			) as Promise<IN8nHttpFullResponse>);
		}
		options.headers = { Authorization: `Bearer ${credential.appId}|${credential.appSecret}` };
		return await (context.helpers.httpRequest(options) as Promise<IN8nHttpFullResponse>);
	};

	const attempt = async (request: GraphRequest): Promise<Outcome> => {
		try {
			const { statusCode, body } = await send(request);
			const accepted = statusCode >= 200 && statusCode < 300;
			return accepted ? { body } : { failure: failureOf(statusCode, body) };
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return { failure: unreachable(graphRoot(credential), reason) };
		}
	};

	return {
		businessAccountId: credential.businessAccountId,
		appId: credential.appId,
		async call<T>(request: GraphRequest): Promise<T> {
			const pauses = (request.repeatable ?? request.method !== 'POST') ? PAUSES_MS : [];
			for (let tries = 0; ; tries++) {
				const outcome = await attempt(request);
				if (outcome.failure === undefined) return outcome.body as T;
				if (outcome.failure.retry !== 'backoff' || tries === pauses.length) {
					const failure = withoutSecrets(outcome.failure, credential);
					throw new GraphApiError(context.getNode(), failure, request.itemIndex);
				}
				await sleep(pauses[tries]);
			}
		},
	};
}

/** Meta repeats a malformed token in its message. */
function withoutSecrets(failure: GraphFailure, credential: CoexistenceCredential): GraphFailure {
	const details = [credential.accessToken, credential.appSecret]
		.filter((secret) => secret !== '')
		.reduce((text, secret) => text?.replaceAll(secret, '[hidden]') ?? null, failure.details);
	return { ...failure, details };
}
