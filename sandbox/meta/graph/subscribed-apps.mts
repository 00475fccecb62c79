/** Apps subscribed to a WABA: https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks */
import { findApp } from '../world.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { verifyOverride } from './callback-override.mts';

export function readSubscribedApps(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	return {
		data: Object.entries(call.node.subscribedApps).map(([appId, { overrideCallbackUri }]) => ({
			whatsapp_business_api_data: {
				id: appId,
				link: `https://www.facebook.com/games/?app_id=${appId}`,
				name: findApp(call.simulation.world, appId)?.name,
			},
			...(overrideCallbackUri && { override_callback_uri: overrideCallbackUri }),
		})),
	};
}

/** Subscribes the calling app. With a body it sets the WABA's override, without one it removes it. */
export async function subscribeToWaba(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: waba, caller, params } = call;
	const uri = params.override_callback_uri;
	if (typeof uri === 'string' && uri !== '') {
		await verifyOverride(call, caller.app, waba, uri, params.verify_token);
		waba.subscribedApps[caller.app.id] = { overrideCallbackUri: uri };
	} else {
		waba.subscribedApps[caller.app.id] = { overrideCallbackUri: null };
	}
	return { success: true };
}

/** Unsubscribes the calling app; its override of this WABA goes with it. */
export function unsubscribeFromWaba(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	delete call.node.subscribedApps[call.caller.app.id];
	return { success: true };
}
