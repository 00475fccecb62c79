/** What clients asked the simulated Meta, without their secrets. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Journal } from './journal.mts';

export interface RecordedRequest {
	method: string;
	path: string;
	query: Record<string, unknown>;
	userAgent: string | null;
	/** JSON or form parameters; for an upload its size in bytes. */
	body: unknown;
	status: number;
	/** Unix ms, real time of arrival. */
	at: number;
	/** Time to the answer in ms; null if the connection was dropped. */
	ms: number | null;
}

const SECRETS = new Set([
	'access_token',
	'appsecret_proof',
	'client_secret',
	'input_token',
	'verify_token',
	'hub.verify_token',
	'code',
]);

/** Records every request of `server`, dropped ones too, in order of arrival of their end. */
export function recordRequests(server: FastifyInstance, journal: Journal<RecordedRequest>): void {
	server.addHook('onRequest', async (request, reply) => {
		const at = Date.now();
		const start = performance.now();
		reply.raw.once('close', () => {
			const answered = reply.raw.writableFinished;
			journal.add({
				method: request.method,
				path: pathOf(request),
				query: withoutSecrets(request.query),
				userAgent: request.headers['user-agent'] ?? null,
				body: describeBody(request),
				status: answered ? reply.raw.statusCode : 0,
				at,
				ms: answered ? Math.round(performance.now() - start) : null,
			});
		});
	});
}

/** Without the query. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
	return url.replace(/\?.*/s, '');
}

function describeBody(request: FastifyRequest): unknown {
	if (Buffer.isBuffer(request.body)) return { bytes: request.body.length };
	return request.body && typeof request.body === 'object'
		? withoutSecrets(request.body)
		: (request.body ?? null);
}

function withoutSecrets(value: unknown): Record<string, unknown> {
	const text = JSON.stringify(value, (key, inner: unknown) =>
		SECRETS.has(key) ? '[removed]' : inner,
	);
	return JSON.parse(text) as Record<string, unknown>;
}
