import path from 'node:path';
import getPort from 'get-port';
import pRetry from 'p-retry';
import { dir } from 'tmp-promise';
import { ensureN8n } from '../../sandbox/n8n/install.mts';
import { packPackage } from '../../sandbox/n8n/pack.mts';
import {
	startProcess,
	type N8nProcess,
	type N8nProcessOptions,
} from '../../sandbox/n8n/process.mts';
import { N8nRest } from '../../sandbox/n8n/rest.mts';
import { prepareUserFolder } from '../../sandbox/n8n/user-folder.mts';
import { startPostgres, type Postgres } from './postgres.mts';
import { startRedis, type Redis } from './redis.mts';
import { startWebhookProxy, type WebhookProxy } from './webhook-proxy.mts';

const WEBHOOK_PROCESSES = 2;

/** n8n in queue mode: a main process, two for webhooks behind a proxy, and workers, each with a folder of its own. */
export interface QueueMode {
	rest: N8nRest;
	postgres: Postgres;
	redis: Redis;
	proxy: WebhookProxy;
	main: RestartableProcess;
	/** In the order of the proxy's places. */
	webhooks: RestartableProcess[];
	workers: RestartableProcess[];
	/** Fails where it cannot be published. A machine that has just started so many processes may be slow at first. */
	publish(workflowId: string): Promise<void>;
	stop(): Promise<void>;
}

export interface QueueModeOptions {
	/** Default: 1. */
	workers?: number;
	/** Settings of all of n8n's processes. */
	env?: Record<string, string>;
}

export interface RestartableProcess {
	url: string;
	log(): string;
	/** Ends it as a crash would. */
	kill(): Promise<void>;
	start(): Promise<void>;
	stop(): Promise<void>;
}

export async function startQueueMode(options: QueueModeOptions = {}): Promise<QueueMode> {
	const toStop: Array<() => Promise<unknown>> = [];
	const stop = async () => {
		for (const step of toStop.reverse()) await step();
	};
	try {
		const folder = await dir({ prefix: 'whatsapp-coexistence-queue-', unsafeCleanup: true });
		toStop.push(folder.cleanup);
		const packageTarball = await packPackage(folder.path);
		const postgres = await startPostgres();
		toStop.push(postgres.stop);
		const redis = await startRedis();
		toStop.push(redis.stop);

		const env: Record<string, string> = {
			EXECUTIONS_MODE: 'queue',
			N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: `${redis.port}`,
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: String(postgres.credential.host),
			DB_POSTGRESDB_PORT: String(postgres.credential.port),
			DB_POSTGRESDB_DATABASE: String(postgres.credential.database),
			DB_POSTGRESDB_USER: String(postgres.credential.user),
			...options.env,
		};
		const processOf = async (command: N8nProcessOptions['command'], name: string) => {
			const n8n = await prepareProcess(command, path.join(folder.path, name), packageTarball, env);
			toStop.push(n8n.stop);
			return n8n;
		};
		const webhooks = await Promise.all(
			Array.from({ length: WEBHOOK_PROCESSES }, (_, place) =>
				processOf('webhook', `webhook-${place}`),
			),
		);
		const proxy = await startWebhookProxy(webhooks.map(({ url }) => url));
		toStop.push(proxy.close);
		env.N8N_WEBHOOK_URL = `${proxy.url}/`;

		const main = await processOf('start', 'main');
		// Alone, as it makes the tables.
		await main.start();
		const rest = await N8nRest.setUpOwner(main.url);
		const workers = await Promise.all(
			Array.from({ length: options.workers ?? 1 }, async (_, index) =>
				processOf('worker', `worker-${index}`),
			),
		);
		await Promise.all([...webhooks, ...workers].map(async (n8n) => await n8n.start()));
		const publish = async (workflowId: string) =>
			await pRetry(
				async () => {
					const result = await rest.publish(workflowId);
					if (result.status === 'failed') throw new Error(result.error);
				},
				{ retries: 2, minTimeout: 500 },
			);
		return { rest, postgres, redis, proxy, main, webhooks, workers, publish, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** @param env read anew at each start */
async function prepareProcess(
	command: N8nProcessOptions['command'],
	userFolder: string,
	packageTarball: string,
	env: Record<string, string>,
): Promise<RestartableProcess> {
	const install = await ensureN8n(() => undefined);
	// Copies of one folder, and so with the same encryption key.
	await prepareUserFolder(userFolder, install, packageTarball, () => undefined);
	const port = await getPort({ host: '127.0.0.1' });
	const taskBrokerPort = await getPort({ host: '127.0.0.1' });
	let n8n: N8nProcess | undefined;
	const end = async (how: 'kill' | 'stop') => {
		await n8n?.[how]();
		n8n = undefined;
	};
	return {
		url: `http://127.0.0.1:${port}`,
		log: () => n8n?.log() ?? '',
		start: async () => {
			n8n = await startProcess(install, { command, userFolder, port, taskBrokerPort, env });
		},
		kill: async () => await end('kill'),
		stop: async () => await end('stop'),
	};
}
