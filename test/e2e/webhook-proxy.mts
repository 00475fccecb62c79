import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

const CHECK_EVERY_MS = 250;
const HOP_BY_HOP = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding'];

export interface WebhookProxy {
	/** Without a slash at the end. */
	url: string;
	/** Which process has a path while all are well, by its place in the list. */
	placeOf(path: string): number;
	close(): Promise<void>;
}

/**
 * A proxy before n8n's webhook processes that sends a path to one of them always, and to the next while that
 * one is gone: nginx's `hash $uri` with a check of n8n's readiness.
 */
export async function startWebhookProxy(processes: string[]): Promise<WebhookProxy> {
	const agent = new Agent();
	const ready = new Set(processes);
	let closed = false;

	const placeOf = (path: string) =>
		createHash('sha256').update(path).digest().readUInt32BE() % processes.length;

	/** Where a path may go, best first. */
	function candidates(path: string): string[] {
		const place = placeOf(path);
		return [...processes.slice(place), ...processes.slice(0, place)].filter((url) =>
			ready.has(url),
		);
	}

	/** Leaves a process out until it says that it is ready: while it starts, n8n answers 200 and takes nothing. */
	async function leaveOut(url: string): Promise<void> {
		if (!ready.delete(url)) return;
		while (!closed && !(await isReady(url))) await sleep(CHECK_EVERY_MS);
		ready.add(url);
	}

	async function isReady(url: string): Promise<boolean> {
		return await request(`${url}/healthz/readiness`, { dispatcher: agent }).then(
			async ({ statusCode, body }) => {
				await body.dump();
				return statusCode === 200;
			},
			() => false,
		);
	}

	async function answerTo({ method, url = '/', headers }: IncomingMessage, body: Buffer) {
		for (const process of candidates(new URL(url, 'http://proxy').pathname)) {
			try {
				const answer = await request(process + url, {
					method: method as 'GET' | 'POST',
					headers: endToEnd(headers),
					body,
					dispatcher: agent,
				});
				const content = Buffer.from(await answer.body.arrayBuffer());
				return { status: answer.statusCode, headers: endToEnd(answer.headers), content };
			} catch (error) {
				void leaveOut(process);
				// It may have taken what it was sent; whoever sent it has to try again.
				if ((error as { code?: string }).code !== 'ECONNREFUSED') break;
			}
		}
		return { status: 502, headers: {}, content: '' };
	}

	const server = createServer((incoming, outgoing) => {
		void buffer(incoming)
			.then(async (body) => await answerTo(incoming, body))
			.then(({ status, headers, content }) => outgoing.writeHead(status, headers).end(content));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		placeOf,
		close: async () => {
			closed = true;
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await agent.destroy();
		},
	};
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
