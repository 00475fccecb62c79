import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import getPort from 'get-port';
import { dir } from 'tmp-promise';

/** A Redis of the test's own. */
export interface Redis {
	port: number;
	stop(): Promise<void>;
}

const PROGRAM = 'redis-server';

/** Whether the machine has one to start: no package of npm brings it. */
export const HAS_REDIS = spawnSync(PROGRAM, ['--version']).status === 0;

/** Starts an empty Redis on a free port of loopback, which writes nothing to disk. */
export async function startRedis(): Promise<Redis> {
	const folder = await dir({ prefix: 'whatsapp-coexistence-redis-', unsafeCleanup: true });
	const port = await getPort({ host: '127.0.0.1' });
	const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
	const server = execa(PROGRAM, settings, { cwd: folder.path, reject: false });
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
	return {
		port,
		stop: async () => {
			server.kill('SIGTERM');
			await server;
			await folder.cleanup();
		},
	};
}
