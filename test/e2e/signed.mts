import { createHmac } from 'node:crypto';

import type { Stage } from './stage.mts';

/** The header with Meta's signature of a body. */
export function signed({ meta }: Stage, body: string): Record<string, string> {
	const secret = meta.credential.appSecret;
	const digest = createHmac('sha256', secret).update(body).digest('hex');
	return { 'x-hub-signature-256': `sha256=${digest}` };
}
