import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { N8nInstall } from './install.mts';

/** A module that looks things up on the internet. An n8n that does not have it refuses its name. */
const MCP_REGISTRY = 'mcp-registry';
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;

/** The line that each kind of process prints when it can be used; `/healthz` answers long before. */
const READY = {
	start: 'Editor is now accessible',
	webhook: 'Webhook listener waiting for requests',
	worker: 'n8n worker is now ready',
};

export interface N8nProcessOptions {
	/** n8n's command; `webhook` and `worker` are for its queue mode. */
	command?: keyof typeof READY | undefined;
	/** Where n8n keeps its `.n8n` folder. */
	userFolder: string;
	port: number;
	/** The port on which n8n's own task runners report to it. */
	taskBrokerPort: number;
	/** Settings on top of the sandbox's own, or instead of them. */
	env?: Record<string, string> | undefined;
	onLog?: ((line: string) => void) | undefined;
}

export interface N8nProcess {
	pid: number;
	/** All that n8n has printed so far. */
	log(): string;
	/** Ends n8n as a service manager would. */
	stop(): Promise<void>;
	/** Ends n8n as a crash would: nothing is saved or told. */
	kill(): Promise<void>;
}

/**
 * Starts n8n and waits until it can be used: 8 seconds, 12 in an empty user folder.
 *
 * @throws Error with n8n's last lines when it does not come up
 */
export async function startProcess(
	install: N8nInstall,
	options: N8nProcessOptions,
): Promise<N8nProcess> {
	const { command = 'start' } = options;
	await mkdir(temporaryOf(options), { recursive: true });
	const child = execa(process.execPath, [install.script, command], {
		cwd: options.userFolder,
		env: environment(install, options),
		extendEnv: false,
		all: true,
		reject: false,
		buffer: false,
		forceKillAfterDelay: STOP_TIMEOUT_MS,
	});

	const lines: string[] = [];
	const ready = Promise.withResolvers<void>();
	const reading = (async () => {
		for await (const line of child.iterable({ from: 'all' })) {
			lines.push(line);
			options.onLog?.(line);
			if (line.includes(READY[command])) ready.resolve();
		}
	})();
	const ended = Promise.all([child, reading]).then(([{ exitCode, signal }]) => exitCode ?? signal);

	const timeout = setTimeout(
		() => ready.reject(new Error(`n8n was not ready after ${START_TIMEOUT_MS / 1000} s`)),
		START_TIMEOUT_MS,
	);
	const diedEarly = ended.then((reason) => {
		throw new Error(`n8n ended before it was ready (${reason})`);
	});
	try {
		await Promise.race([ready.promise, diedEarly]);
	} catch (error) {
		child.kill('SIGKILL');
		await ended;
		throw new Error(`${(error as Error).message}. Its last lines:\n${lines.slice(-20).join('\n')}`);
	} finally {
		clearTimeout(timeout);
	}

	const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
		child.kill(signal);
		await ended;
	};
	return {
		pid: child.pid!,
		log: () => lines.join('\n'),
		stop: () => end('SIGTERM'),
		kill: () => end('SIGKILL'),
	};
}

function temporaryOf({ userFolder }: Pick<N8nProcessOptions, 'userFolder'>): string {
	return path.join(userFolder, 'tmp');
}

/** Nothing of the user's own n8n or npm settings gets in, and nothing goes out but to loopback. */
function environment(
	{ script }: N8nInstall,
	{ userFolder, port, taskBrokerPort, env }: N8nProcessOptions,
) {
	const modules = path.join(script, '../../dist/modules');
	const fromUser = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'LANG'];
	const temporary = temporaryOf({ userFolder });
	return {
		...Object.fromEntries(fromUser.map((name) => [name, process.env[name]])),
		// n8n leaves an empty folder there.
		TMPDIR: temporary,
		TEMP: temporary,
		// The task runners are started as `node`.
		PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		// Before 2.30 n8n makes the address of its webhooks of host and port.
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		N8N_RUNNERS_BROKER_PORT: String(taskBrokerPort),
		DB_TYPE: 'sqlite',
		// As from 2.0 on by default. With none, tests cannot read the database while n8n writes.
		DB_SQLITE_POOL_SIZE: '3',
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_PYTHON_ENABLED: 'false',
		N8N_DISABLED_MODULES: existsSync(path.join(modules, MCP_REGISTRY)) ? MCP_REGISTRY : '',
		...env,
	};
}
