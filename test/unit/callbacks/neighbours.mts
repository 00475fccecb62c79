import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';

import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { Base } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { answerHandshake, type Self } from '../../../nodes/WhatsAppCoexistence/callbacks/handshake';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import type { GraphContext } from '../../../nodes/WhatsAppCoexistence/graph/client';

export const APP_SECRET = 'test_app_secret';

export interface Asked {
	query: Record<string, string>;
	headers: IncomingMessage['headers'];
	body: string;
}

export type Answer = { status: number; body?: string; location?: string } | 'hangs up';
type Answering = (asked: Asked) => Answer | Promise<Answer>;

/** Whoever stands at Meta beside the trigger that asks: a server where nobody lives at first. */
export interface Neighbours {
	base: Base;
	/** Makes requests as n8n does. */
	context: GraphContext;
	/** The addresses that were asked, without what was asked. */
	asked: string[];
	/** Somebody moves in. */
	at(url: string, answer: Answering): void;
	/** The same for a trigger of ours. */
	triggerAt(url: string, self: Self): void;
	close(): Promise<void>;
}

export async function startNeighbours(): Promise<Neighbours> {
	const answers = new Map<string, Answering>();
	const asked: string[] = [];
	let origin = '';

	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const url = new URL(request.url!, origin);
		const query = Object.fromEntries(url.searchParams);
		const where = url.origin + url.pathname;
		asked.push(where);
		const body = await text(request);
		const nobody: Answering = () => ({ status: 404, body: '{"code":404}' });
		const own = await (answers.get(where) ?? nobody)({ query, headers: request.headers, body });
		if (own === 'hangs up') return request.socket.destroy();
		if (own.location !== undefined) response.setHeader('location', own.location);
		return response.writeHead(own.status).end(own.body);
	};
	const server = createServer((request, response) => void answer(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	return {
		base: { production: `${origin}/webhook/`, test: `${origin}/webhook-test/` },
		context: { helpers: { httpRequest } } as unknown as IExecuteFunctions,
		asked,
		at: (url, answering) => void answers.set(url, answering),
		triggerAt: (url, self) =>
			void answers.set(url, ({ query }) =>
				answerHandshake(query, verifyTokenFor(url, APP_SECRET), self),
			),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
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
	}).catch(({ cause }: { cause?: Error }) => {
		if (options.abortSignal?.aborted === true) {
			throw Object.assign(new Error('canceled'), { name: 'CanceledError', code: 'ERR_CANCELED' });
		}
		const { message = '', code } = (cause ?? {}) as { message?: string; code?: string };
		// No error can give away more.
		throw Object.assign(new Error(`${message}: ${url}`), { code });
	});
	if (response.status >= 300 && options.ignoreHttpStatusErrors !== true) {
		throw new Error(`Request failed with status code ${response.status}`);
	}
	const given =
		options.encoding === 'stream'
			? Readable.fromWeb(response.body as ReadableStream)
			: parsed(await response.text(), options);
	if (options.returnFullResponse !== true) return given;
	const headers: Record<string, string> = {};
	response.headers.forEach((value, name) => {
		headers[name] = value;
	});
	return { statusCode: response.status, headers, body: given };
}

function parsed(written: string, { encoding }: IHttpRequestOptions): unknown {
	if (encoding === 'text') return written;
	try {
		return JSON.parse(written);
	} catch {
		return written;
	}
}
