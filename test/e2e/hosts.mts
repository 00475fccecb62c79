import { execa } from 'execa';
import { dir } from 'tmp-promise';
import { controlMeta, type MetaControl } from '../../sandbox/meta/control-client.mts';
import { DEFAULT, type World } from '../../sandbox/meta/world.mts';
import { startN8n, type N8nHost } from '../../sandbox/n8n/host.mts';
import { packPackage } from '../../sandbox/n8n/pack.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';

export const PACKAGE = 'n8n-nodes-whatsapp-coexistence';
export const TRIGGER = 'WhatsApp Coexistence Trigger';

/** A real n8n with the packed package, and a simulated Meta, each a process of its own. */
export interface Hosts {
	metaUrl: string;
	meta: MetaControl;
	n8n: N8nHost;
	/** What a user would enter for the first app and WABA of the simulated Meta. */
	credential: JsonObject;
	/** The credential as n8n has stored it, for nodes and parameter sources. */
	credentials: Record<'whatsAppCoexistenceApi', { id: string; name: string }>;
	stop(): Promise<void>;
}

/**
 * @param given a simulated Meta that runs already; it is ended together with n8n
 * @param env settings of n8n
 * @param dataDir n8n's user folder, which stays; otherwise a temporary one
 */
export async function startHosts(
	given?: RunningMeta,
	env?: Record<string, string>,
	dataDir?: string,
): Promise<Hosts> {
	const meta = given ?? (await startMetaProcess());
	const folder = await dir({ unsafeCleanup: true });
	const stopOthers = async () => {
		await meta.stop();
		await folder.cleanup();
	};
	const packageTarball = await packPackage(folder.path);
	const n8n = await startN8n({ packageTarball, env, dataDir }).catch(async (error: Error) => {
		await stopOthers();
		throw error;
	});

	const control = controlMeta(meta.url);
	const world = await control.get<World>('/world');
	const credential = {
		accessToken: world.tokens.business.token,
		businessAccountId: DEFAULT.wabaId,
		appId: DEFAULT.appId,
		appSecret: world.apps[0].secret,
		baseUrl: meta.url,
	};
	const name = 'WhatsApp Coexistence account';
	const id = await n8n.rest.createCredential('whatsAppCoexistenceApi', name, credential);
	return {
		metaUrl: meta.url,
		meta: control,
		n8n,
		credential,
		credentials: { whatsAppCoexistenceApi: { id, name } },
		stop: async () => {
			await n8n.stop();
			await stopOthers();
		},
	};
}

interface RunningMeta {
	url: string;
	stop(): Promise<void>;
}

async function startMetaProcess(): Promise<RunningMeta> {
	const child = execa(process.execPath, ['sandbox/meta/main.mts'], {
		buffer: false,
		stderr: 'inherit',
	});
	// Not by for await: leaving that loop would wait for the process to end.
	const { value } = await child.iterable().next();
	return {
		url: JSON.parse(value as string).url,
		stop: async () => {
			child.kill('SIGTERM');
			await child;
		},
	};
}
