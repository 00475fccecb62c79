/** A client of the simulated Meta and a webhook receiver, for its own tests. */
import { once } from 'node:events';
import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { startMeta } from '../../../sandbox/meta/server.mts';

export const WABA = '900000000000001';
export const PHONE = '800000000000001';
export const SECOND_PHONE = '800000000000002';
export const OTHER_WABA_PHONE = '800000000000003';
export const APP = '700000000000001';
export const APP_TOKEN = `${APP}|test_app_secret`;
export const APP_SECRET = 'test_app_secret';
export const ALL_FIELDS = [
	'messages',
	'history',
	'smb_app_state_sync',
	'smb_message_echoes',
	'account_update',
];

export interface Answer {
	status: number;
	body: any;
}

export type Meta = Awaited<ReturnType<typeof connectMeta>>;

export async function connectMeta() {
	const running = await startMeta();
	const call = async (
		method: string,
		url: string,
		body?: unknown,
		headers: Record<string, string> = {},
	): Promise<Answer> => {
		const { statusCode, body: answer } = await request(url, {
			method,
			headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
			body: body === undefined ? null : JSON.stringify(body),
		});
		const text = await answer.text();
		return {
			status: statusCode,
			body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
		};
	};
	return {
		...running,
		/** A Graph call with the good business token of the default world unless another is given. */
		graph: (
			method: string,
			path: string,
			body?: unknown,
			token: string | null = running.world.tokens.business.token,
		) =>
			call(method, `${running.url}/v27.0/${path}`, body, {
				...(token && { authorization: `Bearer ${token}` }),
			}),
		/** A control call; fails the test when the control API refuses it. */
		control: async (method: string, path: string, body?: unknown): Promise<any> => {
			const answer = await call(method, `${running.url}/_control/${path}`, body);
			if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
			return answer.body;
		},
		call,
	};
}

export interface Received {
	path: string;
	body: string;
	headers: IncomingHttpHeaders;
}

export interface Receiver {
	url: string;
	/** Deliveries, oldest first. */
	received: Received[];
	/** Verification requests, oldest first. */
	handshakes: URLSearchParams[];
	/** Status and body for the next deliveries, one each; 200 once used up. */
	answers: number[];
	/** How verification requests are answered: with the challenge, unless replaced. */
	onHandshake: (query: URLSearchParams) => Promise<{ status: number; body: string }>;
	close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
	const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
		const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://receiver');
		if (incoming.method === 'GET') {
			receiver.handshakes.push(searchParams);
			const { status, body } = await receiver.onHandshake(searchParams);
			outgoing.writeHead(status).end(body);
			return;
		}
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		receiver.received.push({
			path: pathname,
			body: Buffer.concat(chunks).toString(),
			headers: incoming.headers,
		});
		outgoing.writeHead(receiver.answers.shift() ?? 200).end('received');
	};
	const server = createServer((...call) => void answer(...call)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const receiver: Receiver = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received: [],
		handshakes: [],
		answers: [],
		onHandshake: async (query) => ({ status: 200, body: query.get('hub.challenge') ?? '' }),
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	return receiver;
}

/** Subscribes the app to all fields at `/app` and to the WABA, the way a working installation is. */
export async function subscribe(meta: Meta, receiver: Receiver): Promise<void> {
	await meta.control('POST', 'subscribe-app', {
		callbackUrl: `${receiver.url}/app`,
		fields: ALL_FIELDS,
	});
	await meta.graph('POST', `${WABA}/subscribed_apps`);
}

export function textValue(body = 'hola', id = 'wamid.M1') {
	return {
		messaging_product: 'whatsapp',
		metadata: { display_phone_number: '34600111222', phone_number_id: PHONE },
		messages: [{ from: '34600333444', id, timestamp: '1789000700', type: 'text', text: { body } }],
	};
}
