import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import getPort from 'get-port';
import { dir } from 'tmp-promise';

/** A Redis of the test's own. */
export interface Redis {
	port: number;
	/** Sends it a command, and resolves with what it answers, as text. */
	command(...parts: string[]): Promise<string>;
	/** Ends it as a crash would, and starts it again; what it held is gone, as it writes nothing to disk. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

const PROGRAM = 'redis-server';
const CLIENT = 'redis-cli';

/** Whether the machine has one to start: no package of npm brings it. */
export const HAS_REDIS = [PROGRAM, CLIENT].every(
	(program) => spawnSync(program, ['--version']).status === 0,
);

/** Starts an empty Redis on a free port of loopback, which writes nothing to disk. */
export async function startRedis(): Promise<Redis> {
	const folder = await dir({ prefix: 'whatsapp-coexistence-redis-', unsafeCleanup: true });
	const port = await getPort({ host: '127.0.0.1' });
	let { server } = await startServer(port, folder.path);
	const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
		server.kill(signal);
		await server;
	};
	return {
		port,
		command: async (...parts) => (await execa(CLIENT, ['-p', `${port}`, ...parts])).stdout,
		restart: async () => {
			await end('SIGKILL');
			({ server } = await startServer(port, folder.path));
		},
		stop: async () => {
			await end('SIGTERM');
			await folder.cleanup();
		},
	};
}

/** Resolves when it takes connections. */
async function startServer(port: number, cwd: string) {
	const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
	const server = execa(PROGRAM, settings, { cwd, reject: false });
	const ready = new Promise<void>((resolve) => {
		server.stdout.on(
			'data',
			(text) => `${text}`.includes('Ready to accept connections') && resolve(),
		);
	});
	const endedEarly = server.then(({ stdout }) => {
		throw new Error(`Redis did not start: ${stdout}`);
	});
	await Promise.race([ready, endedEarly]);
	// Wrapped, as it is a promise itself and would be waited for.
	return { server };
}
