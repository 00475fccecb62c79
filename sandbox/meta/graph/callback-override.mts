/** Callback overrides: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override */
import { verifyCallback } from '../delivery/handshake.mts';
import { GraphError, parameterRequired } from '../graph-errors.mts';
import type { App, Waba } from '../world.mts';
import type { GraphCall } from './call.mts';

const MAX_URI_LENGTH = 200;

/**
 * Checks a wanted override and lets the callback prove itself, while the call that asked for it is pending.
 *
 * @throws GraphError 100 when the app is not subscribed to the WABA, in the words of chatwoot/chatwoot#12488;
 *   it must be subscribed in a call of its own before (chatwoot/chatwoot#13279, dualhook.com/docs/whatsapp-error-100-webhook-override)
 * @throws GraphError 2200 or 2201 when the handshake fails
 */
export async function verifyOverride(
	{ simulation }: GraphCall,
	app: App,
	waba: Waba,
	uri: string,
	verifyToken: unknown,
): Promise<void> {
	if (uri.length > MAX_URI_LENGTH) {
		throw new GraphError(
			100,
			`(#100) Param override_callback_uri must be at most ${MAX_URI_LENGTH} characters long.`,
		);
	}
	if (!URL.canParse(uri)) {
		throw new GraphError(100, '(#100) override_callback_uri should represent a valid URL');
	}
	if (typeof verifyToken !== 'string' || verifyToken === '')
		throw parameterRequired('verify_token');
	if (!waba.subscribedApps[app.id]) {
		throw new GraphError(
			100,
			'(#100) Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp Business Account',
		);
	}
	await verifyCallback(
		uri,
		verifyToken,
		simulation.engine.options.timeoutMs,
		simulation.handshakes.add,
	);
}
