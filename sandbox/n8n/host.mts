import path from 'node:path';
import getPort from 'get-port';
import { dir } from 'tmp-promise';
import type { Progress } from './cache.mts';
import { ensureN8n } from './install.mts';
import { startProcess, type N8nProcess } from './process.mts';
import { N8nRest } from './rest.mts';
import { prepareUserFolder } from './user-folder.mts';

export interface N8nHostOptions {
	/** What `npm pack` made of the package. */
	packageTarball: string;
	/** n8n's user folder, kept when n8n stops. Without it a temporary one is used and removed. */
	dataDir?: string | undefined;
	/** Settings of n8n, such as `N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE`. */
	env?: Record<string, string> | undefined;
	onLog?: (line: string) => void;
	/** Told what is being prepared while the first start takes its minutes. */
	progress?: Progress;
}

/** A running n8n with the package installed in it and its owner signed in. */
export interface N8nHost {
	/** Where the editor and the webhooks are, without a slash at the end. */
	url: string;
	rest: N8nRest;
	dataDir: string;
	/** The process ID, or undefined while n8n does not run. */
	pid(): number | undefined;
	/** What n8n has printed since it was last started. */
	log(): string;
	/** Ends n8n, and removes its user folder if that was a temporary one. */
	stop(): Promise<void>;
	/** Ends n8n as a crash would; {@link restart} goes on with what is on disk. */
	kill(): Promise<void>;
	/** Starts n8n again on the same user folder and port, after ending it if it runs. */
	restart(): Promise<void>;
}

/**
 * Starts an n8n of its own on free ports of loopback, installing n8n first where it is missing.
 *
 * @throws Error with n8n's last lines when it does not come up
 */
export async function startN8n(options: N8nHostOptions): Promise<N8nHost> {
	const { packageTarball, env, onLog, progress = () => undefined } = options;
	const install = await ensureN8n(progress);

	let temporary = options.dataDir
		? undefined
		: await dir({ prefix: 'whatsapp-coexistence-n8n-', unsafeCleanup: true });
	const userFolder = temporary?.path ?? path.resolve(options.dataDir!);
	let n8n: N8nProcess | undefined;
	let log = () => '';

	const port = await getPort({ host: '127.0.0.1' });
	const taskBrokerPort = await getPort({ host: '127.0.0.1' });
	const url = `http://127.0.0.1:${port}`;

	const start = async () => {
		n8n = await startProcess(install, { userFolder, port, taskBrokerPort, env, onLog });
		log = n8n.log;
	};
	const end = async (how: 'stop' | 'kill') => {
		await n8n?.[how]();
		n8n = undefined;
	};
	const stop = async () => {
		await end('stop');
		await temporary?.cleanup();
		temporary = undefined;
	};

	try {
		await prepareUserFolder(userFolder, install, packageTarball, progress);
		await start();
		return {
			url,
			rest: await N8nRest.signIn(url),
			dataDir: userFolder,
			pid: () => n8n?.pid,
			log: () => log(),
			stop,
			kill: async () => await end('kill'),
			restart: async () => {
				await end('stop');
				await start();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
