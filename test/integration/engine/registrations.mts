import { DEFAULT, type World } from '../../../sandbox/meta/world.mts';

/**
 * Everything at the simulated Meta that says where events go, of all apps, as place and address: what
 * a registration may change, and all that it must leave alone.
 */
export function registrationsOf({ apps, wabas, phoneNumbers }: World): Record<string, string> {
	const places: Array<[string, string]> = [];
	for (const { id, subscription } of apps) {
		if (subscription === null) continue;
		places.push([`callback of app ${id}`, subscription.callbackUrl]);
		places.push([`fields of app ${id}`, subscription.fields.join(' ')]);
	}
	for (const { id, subscribedApps } of wabas) {
		for (const [appId, { overrideCallbackUri }] of Object.entries(subscribedApps)) {
			places.push([accountPlace(id, appId), overrideCallbackUri ?? 'subscribed']);
		}
	}
	for (const { id, overrideCallbackUris } of phoneNumbers) {
		for (const [appId, url] of Object.entries(overrideCallbackUris)) {
			places.push([numberPlace(id, appId), url]);
		}
	}
	return Object.fromEntries(places);
}

export function appPlace(appId: string = DEFAULT.appId): string {
	return `callback of app ${appId}`;
}

export function accountPlace(
	wabaId: string = DEFAULT.wabaId,
	appId: string = DEFAULT.appId,
): string {
	return `WABA ${wabaId} of app ${appId}`;
}

export function numberPlace(
	phoneNumberId: string = DEFAULT.phoneNumberId,
	appId: string = DEFAULT.appId,
): string {
	return `number ${phoneNumberId} of app ${appId}`;
}
