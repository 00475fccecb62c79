/** The configurations in docs/queue-mode, each in the program that it is for, before processes that tell what they got. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import getPort from 'get-port';
import pRetry from 'p-retry';
import { dir } from 'tmp-promise';
import { request } from 'undici';

jest.setTimeout(60_000);

const CONFIGURATIONS = path.join(__dirname, '../../docs/queue-mode');
const PATHS = Array.from({ length: 40 }, (_, index) => `/webhook/workflow-${index}/whatsapp`);
const LARGE = randomBytes(15 * 1024 * 1024);

/** A stand-in for one of n8n's processes. */
interface FakeN8n {
	name: string;
	port: number;
	isReady: boolean;
	close(): Promise<void>;
	open(): Promise<void>;
}

/** What a process got, as it says in its answer. */
interface Received {
	by: string;
	method: string;
	url: string;
	signature: string | null;
	sha256: string;
}

interface RunningProxy {
	url: string;
	stop(): Promise<void>;
}

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

async function startFakeN8n(name: string): Promise<FakeN8n> {
	let server: Server;
	const n8n: FakeN8n = {
		name,
		port: 0,
		isReady: true,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
		open: async () => {
			const take = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
				if (incoming.url === '/healthz/readiness') {
					outgoing.writeHead(n8n.isReady ? 200 : 503).end();
					return;
				}
				const received: Received = {
					by: name,
					method: incoming.method!,
					url: incoming.url!,
					signature: (incoming.headers['x-hub-signature-256'] as string) ?? null,
					sha256: sha256(await buffer(incoming)),
				};
				outgoing.end(JSON.stringify(received));
			};
			server = createServer((...call) => void take(...call));
			await new Promise<void>((resolve) => server.listen(n8n.port, '127.0.0.1', resolve));
			n8n.port = (server.address() as AddressInfo).port;
		},
	};
	await n8n.open();
	return n8n;
}

/** The file as it is shipped, but for the names of processes and its own address. */
async function configuration(file: string, own: [string, string], processes: FakeN8n[]) {
	let text = await readFile(path.join(CONFIGURATIONS, file), 'utf8');
	const changes = [
		own,
		...processes.map(({ name, port }) => [`${name}:5678`, `127.0.0.1:${port}`] as const),
	];
	for (const [from, to] of changes) {
		expect(text).toContain(from);
		text = text.replace(from, to);
	}
	return text;
}

async function startNginx(processes: FakeN8n[]): Promise<RunningProxy> {
	const port = await getPort({ host: '127.0.0.1' });
	const site = await configuration(
		'nginx.conf',
		['listen 80;', `listen 127.0.0.1:${port};`],
		processes,
	);
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
		(kind) => `${kind}_temp_path ${kind};`,
	);
	const user = process.getuid?.() === 0 ? 'user root;' : '';
	const whole = `${user} daemon off; pid nginx.pid; error_log stderr; events {}
		http { access_log off; ${temporary.join(' ')}\n${site}\n}`;
	return await start('nginx', (folder) => ['-p', folder, '-c', 'configuration'], whole, port);
}

async function startCaddy(processes: FakeN8n[]): Promise<RunningProxy> {
	const port = await getPort({ host: '127.0.0.1' });
	const own: [string, string] = ['\nn8n.example {', `\nhttp://127.0.0.1:${port} {`];
	const site = await configuration('Caddyfile', own, processes);
	const whole = `{\n\tadmin off\n}\n${site}`;
	const options = ['run', '--adapter', 'caddyfile', '--config', 'configuration'];
	return await start('caddy', () => options, whole, port);
}

async function start(
	program: string,
	options: (folder: string) => string[],
	text: string,
	port: number,
): Promise<RunningProxy> {
	const folder = await dir({ prefix: `whatsapp-coexistence-${program}-`, unsafeCleanup: true });
	await writeFile(path.join(folder.path, 'configuration'), text);
	const child = execa(program, options(folder.path), {
		cwd: folder.path,
		env: { HOME: folder.path, XDG_DATA_HOME: folder.path, XDG_CONFIG_HOME: folder.path },
		all: true,
		reject: false,
	});
	const url = `http://127.0.0.1:${port}`;
	const connection = async () => {
		// An error of Node's own is none to p-retry inside jest.
		const answer = await request(url).catch((error) => Promise.reject(new Error(String(error))));
		await answer.body.dump();
	};
	const answers = pRetry(connection, { retries: 100, factor: 1, minTimeout: 100 });
	const endedEarly = child.then(({ all }) => {
		throw new Error(`${program} ended: ${all}`);
	});
	await Promise.race([answers, endedEarly]);
	return {
		url,
		stop: async () => {
			endedEarly.catch(() => undefined);
			child.kill('SIGTERM');
			await child;
			await folder.cleanup();
		},
	};
}

describe.each([
	{ program: 'nginx', versionBy: '-v', startProxy: startNginx, triesNext: true },
	{ program: 'caddy', versionBy: 'version', startProxy: startCaddy, triesNext: false },
])('$program (needs it on the PATH)', ({ program, versionBy, startProxy, triesNext }) => {
	const isHere = spawnSync(program, [versionBy]).status === 0;
	const testHere = isHere ? test : test.skip;

	let main: FakeN8n;
	let webhooks: [FakeN8n, FakeN8n];
	let proxy: RunningProxy;

	beforeAll(async () => {
		if (!isHere) return;
		main = await startFakeN8n('n8n-main');
		webhooks = [await startFakeN8n('n8n-webhook-1'), await startFakeN8n('n8n-webhook-2')];
		proxy = await startProxy([main, ...webhooks]);
		await waitFor(async () => void (await places()));
	});
	afterAll(async () => {
		await proxy?.stop();
		for (const n8n of [main, ...(webhooks ?? [])]) await n8n?.close();
	});

	async function post(to: string, body: Buffer = Buffer.from('{}')) {
		const answer = await request(proxy.url + to, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'x-hub-signature-256': 'sha256=abc' },
			body,
		});
		const text = await answer.body.text();
		return { status: answer.statusCode, text };
	}

	async function received(to: string, body?: Buffer): Promise<Received> {
		const { status, text } = await post(to, body);
		expect(status).toBe(200);
		return JSON.parse(text) as Received;
	}

	/** Which process has each path. */
	async function places(query = ''): Promise<string[]> {
		return await Promise.all(PATHS.map(async (to) => (await received(to + query)).by));
	}

	const waitFor = async (check: () => Promise<void>) =>
		await pRetry(check, { retries: 60, factor: 1, minTimeout: 250 });

	testHere('sends a path to one process always, whatever stands behind it', async () => {
		const first = await places();
		expect(new Set(first)).toEqual(new Set(webhooks.map(({ name }) => name)));
		for (const query of ['', '?with=other.third', '?hub.mode=subscribe', '']) {
			await expect(places(query)).resolves.toEqual(first);
		}
	});

	testHere('passes 15 MiB on byte for byte, with signature and address', async () => {
		const to = `${PATHS[0]}?with=a.b&c=%2F`;
		await expect(received(to, LARGE)).resolves.toMatchObject({
			method: 'POST',
			url: to,
			signature: 'sha256=abc',
			sha256: sha256(LARGE),
		});
	});

	testHere('leaves the editor and tests to the main process', async () => {
		for (const to of ['/', '/rest/login', '/webhook-test/a/whatsapp', '/webhook-waiting/1']) {
			await expect(received(to)).resolves.toMatchObject({ by: main.name, url: to });
		}
	});

	testHere(
		'has the other take over where a process has gone, and gives its paths back',
		async () => {
			const before = await places();
			const [gone, other] = webhooks;
			await gone.close();
			if (!triesNext) await waitFor(async () => void (await places()));
			for (let times = 0; times < 5; times++) {
				expect(new Set(await places())).toEqual(new Set([other.name]));
			}
			// It listens again, and is not ready yet: n8n would drop what it got.
			gone.isReady = false;
			await gone.open();
			for (let times = 0; times < 20; times++) {
				expect(new Set(await places())).toEqual(new Set([other.name]));
				await new Promise((resolve) => setTimeout(resolve, 250));
			}
			gone.isReady = true;
			await waitFor(async () => expect(await places()).toEqual(before));
		},
	);

	testHere('answers 503 while no process is ready', async () => {
		for (const n8n of webhooks) n8n.isReady = false;
		await waitFor(async () => expect((await post(PATHS[0]!)).status).toBe(503));
		for (const n8n of webhooks) n8n.isReady = true;
		await waitFor(async () => expect((await post(PATHS[0]!)).status).toBe(200));
	});
});
