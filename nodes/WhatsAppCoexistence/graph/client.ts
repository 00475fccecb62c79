import {
	sleep,
	type BinaryHelperFunctions,
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
	/**
	 * Below the version, such as `/800000000000001/messages`, or the whole URL of a file as Meta gave
	 * it: the token is sent there.
	 */
	path: string;
	qs?: IDataObject;
	/** Sent as JSON. */
	body?: IDataObject;
	/** Sent as multipart, in place of a body. */
	form?: FormData;
	/** True for a file: the answer is then a `RemoteFile`, read as it is used. Default: false. */
	stream?: boolean;
	/**
	 * Whose token is used: the credential's access token, the app's own, or a given one, such as that
	 * of a business that has just signed up. Default: `business`.
	 */
	as?: 'app' | 'business' | { token: string };
	/**
	 * True where sending the request twice does no harm: it is then tried up to three times when
	 * Meta is down or the network fails. Default: true for GET and DELETE, false for POST.
	 */
	repeatable?: boolean;
	/**
	 * Breaks the request off, and a file that is being read; it is then not tried again. During an
	 * execution n8n puts its own signal in its place.
	 */
	signal?: AbortSignal;
	/** The item that a failure is reported for. */
	itemIndex?: number;
}

/** The bytes of a file as they arrive; n8n's `prepareBinaryData` takes it. */
export type FileStream = Exclude<
	Parameters<BinaryHelperFunctions['prepareBinaryData']>[0],
	Uint8Array
>;

/** A file that is being fetched. */
export interface RemoteFile {
	stream: FileStream;
	/** In bytes; undefined where the answer does not say. */
	size: number | undefined;
}

/** The Graph API with one credential. */
export interface Graph {
	/** Where it is, version included and without a slash at the end. */
	root: string;
	businessAccountId: string;
	appId: string;
	/** Sends one request and gives Meta's answer. Throws `GraphApiError`, and nothing else. */
	call<T = IDataObject>(request: GraphRequest): Promise<T>;
}

type Outcome = { body: unknown; failure?: undefined } | { failure: GraphFailure };

const DEFAULT_BASE_URL = 'https://graph.facebook.com';
const DEFAULT_VERSION = 'v26.0';
const TIMEOUT_MS = 30_000;
/** Long enough for 100 MB, Meta's largest file, over a slow line. */
const FILE_TIMEOUT_MS = 10 * 60_000;
/** Before each further try of a request that may be repeated. */
export const PAUSES_MS = [500, 2_000];

/** Where the Graph API is, version included and without a slash at the end. */
export function graphRoot(credential: CoexistenceCredential): string {
	const base = credential.advanced?.baseUrl || DEFAULT_BASE_URL;
	return `${base.replace(/\/+$/, '')}/${credential.advanced?.graphVersion || DEFAULT_VERSION}`;
}

/** Opens the Graph API with the credential of the running node. */
export async function openGraph(context: GraphContext): Promise<Graph> {
	const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);

	const send = async (request: GraphRequest) => {
		const isFile = request.stream === true || request.form !== undefined;
		const options: IHttpRequestOptions = {
			method: request.method,
			url: request.path.startsWith('/') ? graphRoot(credential) + request.path : request.path,
			qs: request.qs,
			body: request.form ?? request.body,
			json: true,
			encoding: request.stream === true ? 'stream' : undefined,
			sendCredentialsOnCrossOriginRedirect: false,
			timeout: isFile ? FILE_TIMEOUT_MS : TIMEOUT_MS,
			abortSignal: request.signal,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		};
		const { as = 'business' } = request;
		if (as === 'business') {
			return await (context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				options,
			) as Promise<IN8nHttpFullResponse>);
		}
		const token = as === 'app' ? `${credential.appId}|${credential.appSecret}` : as.token;
		options.headers = { Authorization: `Bearer ${token}` };
		return await (context.helpers.httpRequest(options) as Promise<IN8nHttpFullResponse>);
	};

	const attempt = async (request: GraphRequest): Promise<Outcome> => {
		try {
			const { statusCode, headers, body } = await send(request);
			if (statusCode >= 200 && statusCode < 300) {
				return { body: request.stream === true ? remoteFile(body as FileStream, headers) : body };
			}
			const answer = request.stream === true ? await readJson(body as FileStream) : body;
			return { failure: failureOf(statusCode, answer) };
		} catch (error) {
			return { failure: unreachable(graphRoot(credential), error) };
		}
	};

	return {
		root: graphRoot(credential),
		businessAccountId: credential.businessAccountId,
		appId: credential.appId,
		async call<T>(request: GraphRequest): Promise<T> {
			const pauses = (request.repeatable ?? request.method !== 'POST') ? PAUSES_MS : [];
			for (let tries = 0; ; tries++) {
				const outcome = await attempt(request);
				if (outcome.failure === undefined) return outcome.body as T;
				const isLast = tries === pauses.length || request.signal?.aborted === true;
				if (outcome.failure.retry !== 'backoff' || isLast) {
					// A request that only reads leaves nothing behind that could be unknown.
					if (request.method === 'GET') outcome.failure.outcomeUnknown = false;
					const refusal = request.as === 'app' ? ofApp(outcome.failure) : outcome.failure;
					const failure = withoutSecrets(refusal, secretsOf(credential, request));
					throw new GraphApiError(context.getNode(), failure, request.itemIndex);
				}
				await sleep(pauses[tries]);
			}
		},
	};
}

/** The app's own token is its ID and secret; Meta speaks of a bad token where one of them is wrong. */
function ofApp(failure: GraphFailure): GraphFailure {
	if (failure.code !== 101 && failure.code !== 190) return failure;
	return {
		...failure,
		meaning: 'App ID and App Secret do not belong together',
		advice: 'Copy both from the App Dashboard > App Settings > Basic into the credential.',
	};
}

/** Meta repeats a malformed token in its message. */
function withoutSecrets(failure: GraphFailure, secrets: string[]): GraphFailure {
	const details = secrets
		.filter((secret) => secret !== '')
		.reduce((text, secret) => text?.replaceAll(secret, '[hidden]') ?? null, failure.details);
	return { ...failure, details };
}

function secretsOf({ accessToken, appSecret }: CoexistenceCredential, request: GraphRequest) {
	const given = typeof request.as === 'object' ? request.as.token : '';
	const signupCode = typeof request.qs?.code === 'string' ? request.qs.code : '';
	return [accessToken, appSecret, given, signupCode];
}

function remoteFile(stream: FileStream, headers: IN8nHttpFullResponse['headers']): RemoteFile {
	const length = headers['content-length'];
	return { stream, size: length === undefined ? undefined : Number(length) };
}

/** The JSON that Meta answers with instead of a file; undefined for anything else. */
async function readJson(stream: FileStream): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
	try {
		return JSON.parse(Buffer.concat(chunks).toString());
	} catch {
		return undefined;
	}
}
