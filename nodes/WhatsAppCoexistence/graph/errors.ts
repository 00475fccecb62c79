import { NodeApiError, type INode } from 'n8n-workflow';

import { lookUp, specificCode, type Retry } from './error-catalogue';

/** An answer of the Graph API that is not a success, or the lack of any answer. */
export interface GraphFailure {
	/** HTTP status, or null where no answer came. */
	status: number | null;
	/**
	 * The most specific of Meta's numbers that we know (`specificCode`), or null where the answer
	 * carried none. Decide on this.
	 */
	code: number | null;
	/** `error_subcode` as Meta gave it, for a person to search for. Never decide on it. */
	subcode: number | null;
	/** What happened, in our words. */
	meaning: string;
	/** What to do next, in our words. */
	advice: string;
	/** Meta's own words about this case, for a person to read. Never decide on them. */
	details: string | null;
	/** Meta's trace ID, which its support asks for. */
	traceId: string | null;
	retry: Retry;
	/** True where nobody can say whether Meta carried the request out. */
	outcomeUnknown: boolean;
}

/** A Graph API failure as n8n shows it, with the facts for code that has to decide. */
export class GraphApiError extends NodeApiError {
	readonly graph: GraphFailure;

	constructor(node: INode, graph: GraphFailure, itemIndex?: number) {
		super(
			node,
			{ message: graph.meaning },
			{
				message: graph.code === null ? graph.meaning : `${graph.meaning} (Meta code ${graph.code})`,
				description: describe(graph),
				...(graph.status !== null && { httpCode: String(graph.status) }),
				...(itemIndex !== undefined && { itemIndex }),
			},
		);
		this.name = 'GraphApiError';
		this.graph = graph;
	}
}

/**
 * Reads the body of an unsuccessful answer. Anything may come: Meta's error object, an HTML page of
 * a proxy, nothing.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export function failureOf(status: number, body: unknown): GraphFailure {
	const error = objectAt(body, 'error');
	const code = specificCode(error);
	const known = code === null ? undefined : lookUp(code);
	const serverSide = status >= 500;
	return {
		status,
		code,
		subcode: typeof error?.error_subcode === 'number' ? error.error_subcode : null,
		meaning: known?.meaning ?? `Meta refused the request with HTTP status ${status}`,
		advice:
			known?.advice ??
			(serverSide
				? 'Nothing has to be changed. Try again in a few minutes.'
				: 'See the details, and search for the code in Meta’s list of WhatsApp error codes.'),
		details: detailsOf(error),
		traceId: typeof error?.fbtrace_id === 'string' ? error.fbtrace_id : null,
		retry: known?.retry ?? (serverSide ? 'backoff' : 'never'),
		outcomeUnknown: known === undefined ? serverSide : known.mayBeDone === true,
	};
}

/** Whether there is no object by that ID, or none that the token may see. */
export function isNoSuchObject({ code }: GraphFailure): boolean {
	return code === 33 || code === 100 || code === 2500;
}

/** Faults that come before a request is sent: nobody listens there, or there is no such host. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Node's and n8n's codes for a request that they would not even try to send. */
const NOT_SENDABLE = /^ERR_(INVALID|UNESCAPED|BAD_OPTION|HTTP_INVALID)/;

/**
 * The failure for a request that got no answer: refused, reset, timed out, no such host; or that could
 * not be sent, which is no matter of the network.
 *
 * @param fault what was thrown
 */
export function unanswered(baseUrl: string, fault: unknown): GraphFailure {
	const networkCode = networkCodeOf(fault);
	const details = fault instanceof Error ? fault.message : String(fault);
	if (!isOfNetwork(fault, networkCode)) {
		return {
			...notSent(
				'This n8n could not make the request',
				'The fault is not Meta’s and not the network’s. See the details; if they do not help, report them to the maintainers of this package.',
			),
			details,
			outcomeUnknown: !NOT_SENDABLE.test(networkCode),
		};
	}
	return {
		...notSent(
			`No answer came from ${baseUrl}`,
			'Check that this n8n can reach the internet and, if you changed it, the Base URL in the credential.',
		),
		details,
		retry: 'backoff',
		outcomeUnknown: !NEVER_SENT.has(networkCode),
	};
}

/** The failure for a request that we do not make. */
export function notSent(meaning: string, advice: string): GraphFailure {
	return {
		status: null,
		code: null,
		subcode: null,
		meaning,
		advice,
		details: null,
		traceId: null,
		retry: 'never',
		outcomeUnknown: false,
	};
}

/** A fault with a code of the operating system, of TLS or of the HTTP client, or an abort. */
function isOfNetwork(fault: unknown, networkCode: string): boolean {
	if (networkCode !== '') return !NOT_SENDABLE.test(networkCode);
	return (
		fault instanceof Error && ['AbortError', 'CanceledError', 'TimeoutError'].includes(fault.name)
	);
}

/** The code that Node gives to a network fault, which n8n may have wrapped; '' where there is none. */
function networkCodeOf(fault: unknown): string {
	const { code, cause } = (fault ?? {}) as { code?: unknown; cause?: unknown };
	if (typeof code === 'string') return code;
	return cause === undefined ? '' : networkCodeOf(cause);
}

function describe(graph: GraphFailure): string {
	const parts = [graph.advice];
	if (graph.outcomeUnknown) {
		parts.push('It is not known whether Meta has done it all the same: look before you repeat it.');
	}
	if (graph.details !== null) {
		parts.push(`${graph.status === null ? 'The error says' : 'Meta says'} “${graph.details}”.`);
	}
	if (graph.subcode !== null && graph.subcode !== graph.code) {
		parts.push(`Meta’s sub-code: ${graph.subcode}.`);
	}
	if (graph.traceId !== null) parts.push(`Trace ID for Meta’s support: ${graph.traceId}`);
	return parts.join(' ');
}

function detailsOf(error: Record<string, unknown> | undefined): string | null {
	if (error === undefined) return null;
	const details = objectAt(error, 'error_data')?.details ?? error.details;
	const texts = [error.error_user_msg, details, error.message];
	return (texts.find((text) => typeof text === 'string' && text !== '') as string) ?? null;
}

function objectAt(value: unknown, key: string): Record<string, unknown> | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const inner = (value as Record<string, unknown>)[key];
	return typeof inner === 'object' && inner !== null
		? (inner as Record<string, unknown>)
		: undefined;
}
