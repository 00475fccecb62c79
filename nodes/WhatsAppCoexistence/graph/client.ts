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

import { idIn, isAtMeta, isGraphPath, isUploadSession } from './address';
import { appSecretProof } from './app-secret-proof';
import { failureOf, GraphApiError, notSent, unanswered, type GraphFailure } from './errors';
import { MESSAGES_PER_SECOND } from './pacing';
import type { ShownRequest } from './rehearsal';
import { USER_AGENT } from './user-agent';
import { versionInPath } from './version';

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
	baseUrl?: string;
	graphVersion?: string;
	otherGraphVersion?: string;
	/** PEM of the key that opens the requests of forms (Flows), locked or not. */
	flowPrivateKey?: string;
	/** Of a Flow Private Key that was made elsewhere. */
	flowKeyPassphrase?: string;
	/** What this n8n process may send from a number in a second. */
	messagesPerSecond?: number;
	rehearse?: boolean;
}

export interface GraphRequest {
	method: 'DELETE' | 'GET' | 'POST';
	/**
	 * Below the version, such as `/800000000000001/messages`, or the whole URL of a file as Meta gave
	 * it. Anything else, an ID that is none among it, is refused before it is sent.
	 */
	path: string;
	qs?: IDataObject | undefined;
	/** Sent as JSON. */
	body?: IDataObject;
	/** Sent as multipart, in place of a body. */
	form?: FormData;
	/** The rest of a file that is uploaded piece by piece, sent as it is, in place of a body. */
	rest?: { bytes: Buffer; offset: number };
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
	/** Whether it changes anything at Meta. Default: false for GET, true for POST and DELETE. */
	changes?: boolean;
	/** Meta's code for an answer that was successful in part; it is then given as it came. */
	partialSuccess?: number;
	/**
	 * Breaks the request off, and a file that is being read; it is then not tried again. During an
	 * execution n8n puts its own signal in its place.
	 */
	signal?: AbortSignal | undefined;
	/** The item that a failure is reported for. */
	itemIndex?: number | undefined;
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
	/** From 1 to what Meta allows a number. */
	messagesPerSecond: number;
	/** Whether the credential says that nothing is to be changed at Meta. Whoever calls sees to it. */
	rehearses: boolean;
	/** The request as a person may see it: without token and without a secret. */
	shown(request: GraphRequest): ShownRequest;
	/** Sends one request and gives Meta's answer. Throws `GraphApiError`, and nothing else. */
	call<T = IDataObject>(request: GraphRequest): Promise<T>;
}

type Outcome = { body: unknown; failure?: undefined } | { failure: GraphFailure };

const DEFAULT_BASE_URL = 'https://graph.facebook.com';
/** How the place of a Graph API ends. */
const VERSIONED = /^https?:\/\/.+\/v\d+\.\d+$/;
const TIMEOUT_MS = 30_000;
/** Long enough for 100 MB, Meta's largest file, over a slow line. */
const FILE_TIMEOUT_MS = 10 * 60_000;
/** Before each further try of a request that may be repeated. */
export const PAUSES_MS = [500, 2_000];

/** Where the Graph API is, version included and without a slash at the end. */
export function graphRoot(credential: CoexistenceCredential): string {
	const { baseUrl, graphVersion, otherGraphVersion } = credential;
	const base = (baseUrl || DEFAULT_BASE_URL).replace(/\/+$/, '');
	return `${base}/${versionInPath(graphVersion, otherGraphVersion)}`;
}

/** Opens the Graph API with the credential of the running node. */
export async function openGraph(context: GraphContext): Promise<Graph> {
	const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);

	const send = async (request: GraphRequest) => {
		const isFile =
			request.stream === true || request.form !== undefined || request.rest !== undefined;
		const body = request.form ?? request.rest?.bytes ?? request.body;
		const options: IHttpRequestOptions = {
			method: request.method,
			url: urlOf(request, credential),
			headers: { 'User-Agent': USER_AGENT, ...headersOf(request) },
			...(request.qs && { qs: request.qs }),
			...(body && { body }),
			json: true,
			...(request.stream === true && { encoding: 'stream' as const }),
			sendCredentialsOnCrossOriginRedirect: false,
			timeout: isFile ? FILE_TIMEOUT_MS : TIMEOUT_MS,
			...(request.signal && { abortSignal: request.signal }),
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		};
		const { as = 'business' } = request;
		const isUpload = isUploadSession(request.path);
		if (as === 'business' && !isWholeUrl(request) && !isUpload) {
			return await (context.helpers.httpRequestWithAuthentication.call(
				context,
				CREDENTIAL,
				options,
			) as Promise<IN8nHttpFullResponse>);
		}
		const token = tokenFor(credential, as);
		options.headers = {
			...options.headers,
			Authorization: `${isUpload ? 'OAuth' : 'Bearer'} ${token}`,
		};
		if (!isWholeUrl(request)) {
			options.qs = {
				...options.qs,
				appsecret_proof: appSecretProof(token, credential.appSecret),
			};
		}
		return await (context.helpers.httpRequest(options) as Promise<IN8nHttpFullResponse>);
	};

	const attempt = async (request: GraphRequest): Promise<Outcome> => {
		const refusal = refusalOf(request, graphRoot(credential));
		if (refusal !== undefined) return { failure: refusal };
		try {
			const { statusCode, headers, body } = await send(request);
			if (statusCode >= 200 && statusCode < 300) {
				return { body: request.stream === true ? remoteFile(body as FileStream, headers) : body };
			}
			const answer = request.stream === true ? await readJson(body as FileStream) : body;
			const failure = failureOf(statusCode, answer);
			return failure.code === request.partialSuccess ? { body: answer } : { failure };
		} catch (error) {
			return { failure: unanswered(graphRoot(credential), error) };
		}
	};

	return {
		root: graphRoot(credential),
		businessAccountId: credential.businessAccountId,
		appId: credential.appId,
		messagesPerSecond: shareOf(credential),
		rehearses: credential.rehearse === true,
		shown: (request) => shownRequest(request, credential),
		async call<T>(request: GraphRequest): Promise<T> {
			const pauses = (request.repeatable ?? request.method !== 'POST') ? PAUSES_MS : [];
			for (let tries = 0; ; tries++) {
				const outcome = await attempt(request);
				if (outcome.failure === undefined) return outcome.body as T;
				const pauseMs = pauses[tries];
				const isLast = pauseMs === undefined || request.signal?.aborted === true;
				if (outcome.failure.retry !== 'backoff' || isLast) {
					// A request that only reads leaves nothing behind that could be unknown.
					if (request.method === 'GET') outcome.failure.outcomeUnknown = false;
					const refusal = request.as === 'app' ? ofApp(outcome.failure) : outcome.failure;
					const failure = withoutSecrets(refusal, secretsOf(credential, request));
					throw new GraphApiError(context.getNode(), failure, request.itemIndex);
				}
				await sleep(pauseMs);
			}
		},
	};
}

function headersOf({ rest }: GraphRequest): Record<string, string> {
	if (rest === undefined) return {};
	return { 'Content-Type': 'application/octet-stream', file_offset: String(rest.offset) };
}

/** In a credential of an earlier version there is none. */
function shareOf({ messagesPerSecond }: CoexistenceCredential): number {
	const share = Math.floor(Number(messagesPerSecond));
	return share >= 1 && share < MESSAGES_PER_SECOND ? share : MESSAGES_PER_SECOND;
}

function urlOf(request: GraphRequest, credential: CoexistenceCredential): string {
	return isWholeUrl(request) ? request.path : graphRoot(credential) + request.path;
}

function isWholeUrl({ path }: Pick<GraphRequest, 'path'>): boolean {
	return !path.startsWith('/');
}

/** Why a request is not sent at all, or undefined. */
export function refusalOf(
	request: Pick<GraphRequest, 'path'>,
	root: string,
): GraphFailure | undefined {
	const { path } = request;
	if (!URL.canParse(root) || !VERSIONED.test(root)) {
		return notSent(
			`“${root}” is not where a Graph API can be`,
			'Correct the Base URL (e.g. https://graph.facebook.com) and the Graph API version (e.g. v27.0) in the credential.',
		);
	}
	if (isWholeUrl(request)) {
		if (isAtMeta(path, root)) return undefined;
		return notSent(
			`The file is at ${hostOf(path)}, which is not one of Meta’s hosts`,
			'The access token is shown to Meta only, so the file was not fetched. If you use a proxy for the Graph API, its files have to come from its own address.',
		);
	}
	if (isGraphPath(path)) return undefined;
	return notSent(
		`“${idIn(path)}” is not an ID of Meta’s`,
		'An ID has digits only. Correct the phone number, the account or the app that this is done with, in the node or in the credential.',
	);
}

function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).host : 'no address at all';
}

function tokenFor(
	{ accessToken, appId, appSecret }: CoexistenceCredential,
	as: NonNullable<GraphRequest['as']>,
): string {
	if (as === 'business') return accessToken;
	return as === 'app' ? `${appId}|${appSecret}` : as.token;
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
	const { details } = failure;
	return { ...failure, details: details === null ? null : hide(details, secrets) };
}

const HIDDEN = '[hidden]';

function hide(text: string, secrets: string[]): string {
	return secrets
		.filter((secret) => secret !== '')
		.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text);
}

/** What is a secret, or is made of one, whatever its value. */
const SECRET_KEYS = new Set([
	'access_token',
	'appsecret_proof',
	'client_secret',
	'code',
	'input_token',
	'pin',
	'verify_token',
]);

function shownRequest(request: GraphRequest, credential: CoexistenceCredential): ShownRequest {
	const url = new URL(urlOf(request, credential));
	for (const [name, value] of Object.entries(request.qs ?? {})) {
		if (value === undefined) continue;
		url.searchParams.set(name, SECRET_KEYS.has(name) ? HIDDEN : String(value));
	}
	const body = bodyOf(request);
	const shown = { method: request.method, url: String(url), ...(body && { body }) };
	const secrets = secretsOf(credential, request);
	return JSON.parse(JSON.stringify(shown), (key, value: unknown) => {
		if (SECRET_KEYS.has(key)) return HIDDEN;
		return typeof value === 'string' ? hide(value, secrets) : value;
	}) as ShownRequest;
}

function bodyOf({ form, rest, body }: GraphRequest): IDataObject | undefined {
	if (rest !== undefined) return { bytes: rest.bytes.length };
	return form === undefined ? body : fieldsOf(form);
}

function fieldsOf(form: FormData): IDataObject {
	const fields: IDataObject = {};
	form.forEach((value, name) => {
		fields[name] =
			typeof value === 'string'
				? value
				: { fileName: value.name, mimeType: value.type, bytes: value.size };
	});
	return fields;
}

function secretsOf({ accessToken, appSecret }: CoexistenceCredential, request: GraphRequest) {
	const given = typeof request.as === 'object' ? request.as.token : '';
	const inQuery = [request.qs?.code, request.qs?.input_token].map((secret) =>
		typeof secret === 'string' ? secret : '',
	);
	return [accessToken, appSecret, given, ...inQuery];
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
