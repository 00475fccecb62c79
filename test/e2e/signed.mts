import { sign } from '../../sandbox/meta/delivery/encoding.mts';
import type { Stage } from './stage.mts';

/** The header with Meta's signature of a body. */
export function signed({ meta }: Stage, body: string): Record<string, string> {
	return { 'x-hub-signature-256': sign(body, meta.credential.appSecret) };
}
