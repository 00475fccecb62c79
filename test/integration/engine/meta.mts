import { startMeta } from '../../../sandbox/meta/server.mts';
import { controlMeta, type MetaControl } from '../../../sandbox/meta/control-client.mts';
import { DEFAULT, type World } from '../../../sandbox/meta/world.mts';
import type { Credential } from './additional-data.mts';

export interface TestMeta {
	url: string;
	world: World;
	control: MetaControl;
	/** A credential that works, against this simulated Meta. */
	credential: Credential;
	close(): Promise<void>;
}

/** A simulated Meta of one's own, with a credential for its first app and WABA. */
export async function metaForTest(): Promise<TestMeta> {
	const { url, world, close } = await startMeta();
	return {
		url,
		world,
		close,
		control: controlMeta(url),
		credential: {
			accessToken: world.tokens.business.token,
			businessAccountId: DEFAULT.wabaId,
			appId: DEFAULT.appId,
			appSecret: world.apps[0].secret,
			baseUrl: url,
		},
	};
}
