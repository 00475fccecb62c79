/**
 * Meta's error bodies.
 * Codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 * and https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
import { randomBytes } from 'node:crypto';

import type { ZodError } from 'zod';

interface ErrorOptions {
	/** HTTP status; 400 unless told. */
	status?: number;
	type?: 'OAuthException' | 'GraphMethodException';
	subcode?: number;
	/** What `error_data.details` says. */
	details?: string;
}

/** Where the number of an error stands: in `code`, or in `error_subcode` below a generic code. */
export const CODE_PLACES = ['code', 'subcode'] as const;
export type CodePlace = (typeof CODE_PLACES)[number];

/** Codes of the Graph API itself are smaller than this; they stand in `code` in either form. */
const FIRST_SPECIFIC_CODE = 1000;

/** Thrown by any Graph call, answered with Meta's error body. */
export class GraphError extends Error {
	readonly status: number;
	readonly #body: { error: Record<string, unknown> };
	readonly #code: number;

	constructor(code: number, message: string, options: ErrorOptions = {}) {
		super(message);
		this.status = options.status ?? 400;
		this.#code = code;
		this.#body = {
			error: {
				message,
				type: options.type ?? 'OAuthException',
				code,
				...(options.subcode !== undefined && { error_subcode: options.subcode }),
				...(options.details !== undefined && {
					error_data: { messaging_product: 'whatsapp', details: options.details },
				}),
				fbtrace_id: newTraceId(),
			},
		};
	}

	body(place: CodePlace): { error: Record<string, unknown> } {
		if (place === 'code' || this.#code < FIRST_SPECIFIC_CODE) return this.#body;
		const generic = this.status < 500 ? 100 : this.status === 503 ? 2 : 1;
		return { error: { ...this.#body.error, code: generic, error_subcode: this.#code } };
	}
}

export function newTraceId(): string {
	return `A${randomBytes(16).toString('base64url')}`;
}

export function missingToken(): GraphError {
	return new GraphError(104, 'An access token is required to request this resource.', {
		status: 401,
	});
}

export function malformedToken(): GraphError {
	return new GraphError(190, 'Invalid OAuth access token - Cannot parse access token', {
		status: 401,
	});
}

export function expiredToken(expiresAt: number, now: number): GraphError {
	const readable = (seconds: number) => new Date(seconds * 1000).toUTCString();
	return new GraphError(
		190,
		`Error validating access token: Session has expired on ${readable(expiresAt)}. The current time is ${readable(now)}.`,
		{ status: 401, subcode: 463 },
	);
}

export function proofRequired(): GraphError {
	return new GraphError(100, 'API calls from the server require an appsecret_proof argument', {
		type: 'GraphMethodException',
	});
}

export function proofInvalid(): GraphError {
	return new GraphError(100, 'Invalid appsecret_proof provided in the API argument', {
		type: 'GraphMethodException',
	});
}

export function appTokenRequired(): GraphError {
	return new GraphError(15, '(#15) This method must be called with an app access_token.', {
		status: 403,
	});
}

export function permissionMissing(scope: string): GraphError {
	return scope === 'whatsapp_business_messaging'
		? new GraphError(
				200,
				'(#200) You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account',
				{ status: 403 },
			)
		: new GraphError(10, '(#10) Application does not have permission for this action', {
				status: 403,
			});
}

/** Unknown ids, ids the token cannot see and calls the object does not support look the same. */
export function unsupportedRequest(method: string, id: string): GraphError {
	return new GraphError(
		100,
		`Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
		{ type: 'GraphMethodException', subcode: 33 },
	);
}

export function nonexistingField(field: string, nodeType: string): GraphError {
	return new GraphError(
		100,
		`(#100) Tried accessing nonexisting field (${field}) on node type (${nodeType})`,
	);
}

/**
 * Also the answer to a version outside v21.0 to v27.0. The real Graph API moves calls to an expired version
 * on to the oldest living one; refusing them shows a client that would depend on it.
 */
export function unknownPath(path: string): GraphError {
	return new GraphError(2500, `Unknown path components: ${path}`);
}

export function invalidParameter(details: string): GraphError {
	return new GraphError(100, '(#100) Invalid parameter', { details });
}

/** Tells of the first fault. @param within the parameter that was looked at, where it is not the whole body */
export function invalidShape({ issues }: ZodError, ...within: string[]): GraphError {
	const faults = issues.map(
		({ path, message }) => `Param ${[...within, ...path].join('.')}: ${message}`,
	);
	return invalidParameter(faults[0] ?? 'The parameters are not valid.');
}

export function parameterRequired(name: string): GraphError {
	return new GraphError(100, `(#100) The parameter ${name} is required.`);
}

/** Two unequal faults of the callback handshake, worded as in facebook/original-coast-clothing#84. */
export function callbackVerificationFailed(cause: string): GraphError {
	return new GraphError(
		2200,
		`(#2200) Callback verification failed with the following errors: ${cause}`,
	);
}

export function challengeMismatch(expected: string, received: string): GraphError {
	return new GraphError(
		2201,
		`(#2201) response does not match challenge, expected value="${expected}", received="${received.slice(0, 100)}..."`,
	);
}
