import { createHmac } from 'node:crypto';

/**
 * The token that proves to Meta that a callback URL is ours, and to us that Meta's handshake answers
 * a registration of ours.
 *
 * It is derived, so nobody has to invent or store one: from the app secret and the route of the
 * webhook, which is the part of the URL that the test and the production address have in common. Any
 * n8n with the same credential can therefore work out the token of any callback that this node has
 * registered, which is what lets an earlier registration be put back.
 *
 * @param callbackUrl any address of the webhook, test or production
 * @returns 32 hexadecimal digits
 */
export function verifyTokenFor(callbackUrl: string, appSecret: string): string {
	return createHmac('sha256', appSecret)
		.update(`whatsapp-coexistence:${routeOf(callbackUrl)}`)
		.digest('hex')
		.slice(0, 32);
}

/** Whether two addresses, test or production, lead to the same trigger. */
export function sameRoute(a: string, b: string): boolean {
	return routeOf(a) === routeOf(b);
}

/** The last two segments of the path: n8n's webhook ID and the node's own path. */
function routeOf(callbackUrl: string): string {
	const [path = ''] = callbackUrl.split(/[?#]/, 1);
	return path.replace(/\/+$/, '').split('/').slice(-2).join('/');
}
