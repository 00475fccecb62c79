/** Who gets a webhook: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override */
import { type App, findApp, findPhoneNumber, findWaba, type World } from '../world.mts';

/** One change of one account, not yet addressed to anybody. */
export interface Update {
	wabaId: string;
	/** The number concerned; null for account-level fields. */
	phoneNumberId: string | null;
	field: string;
	value: unknown;
	/** Absent in message-type fields, as Meta leaves it out there. */
	entryTime?: number | string | undefined;
	/** In place of the WABA ID: partner events carry the partner's business portfolio ID. */
	entryId?: string | undefined;
}

export interface RecordedUpdate extends Update {
	/** Unix ms of simulated time. */
	at: number;
}

export interface Route {
	app: App;
	url: string;
	level: 'number' | 'waba' | 'app';
}

/** All other fields always go to the app's own callback. */
export const OVERRIDABLE_FIELDS: ReadonlySet<string> = new Set([
	'messages',
	'message_echoes',
	'calls',
	'consumer_profile',
	'messaging_handovers',
	'group_lifecycle_update',
	'group_participants_update',
	'group_settings_update',
	'group_status_update',
	'smb_message_echoes',
	'smb_app_state_sync',
	'history',
	'account_settings_update',
]);

/**
 * One route for each app that is subscribed to the WABA and, in its own settings, to the field. An override
 * only redirects: without the app's own subscription to a field nothing is sent.
 * A number that was off-boarded receives nothing of the overridable fields.
 */
export function routesOf(world: World, update: Update): Route[] {
	const waba = findWaba(world, update.wabaId);
	if (!waba) return [];
	const number = update.phoneNumberId ? findPhoneNumber(world, update.phoneNumberId) : undefined;
	const overridable = OVERRIDABLE_FIELDS.has(update.field);
	if (overridable && number && !number.connected) return [];

	return Object.entries(waba.subscribedApps).flatMap(
		([appId, { overrideCallbackUri }]): Route[] => {
			const app = findApp(world, appId);
			if (!app?.subscription?.fields.includes(update.field)) return [];
			const numberUrl = overridable && number?.overrideCallbackUris[appId];
			if (numberUrl) return [{ app, url: numberUrl, level: 'number' }];
			if (overridable && overrideCallbackUri)
				return [{ app, url: overrideCallbackUri, level: 'waba' }];
			return [{ app, url: app.subscription.callbackUrl, level: 'app' }];
		},
	);
}
