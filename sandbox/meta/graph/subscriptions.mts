/** The app's own webhook: https://developers.facebook.com/docs/graph-api/reference/app/subscriptions */
import { verifyCallback } from '../delivery/handshake.mts';
import { GraphError, invalidParameter, parameterRequired } from '../graph-errors.mts';
import { requireApp } from './access.mts';
import type { GraphCall } from './call.mts';

const OBJECT = 'whatsapp_business_account';

const SUBSCRIBABLE_FIELDS = new Set([
	'account_alerts',
	'account_review_update',
	'account_settings_update',
	'account_update',
	'business_capability_update',
	'business_username_updates',
	'calls',
	'consumer_profile',
	'flows',
	'group_lifecycle_update',
	'group_participants_update',
	'group_settings_update',
	'group_status_update',
	'history',
	'message_echoes',
	'message_template_components_update',
	'message_template_quality_update',
	'message_template_status_update',
	'messages',
	'messaging_handovers',
	'partner_solutions',
	'payment_configuration_update',
	'phone_number_name_update',
	'phone_number_quality_update',
	'security',
	'smb_app_state_sync',
	'smb_message_echoes',
	'standby',
	'template_category_update',
	'user_preferences',
]);

export function readSubscriptions(call: GraphCall<'app'>) {
	requireApp(call, call.node);
	const { subscription } = call.node;
	return {
		data: subscription
			? [
					{
						object: OBJECT,
						callback_url: subscription.callbackUrl,
						active: true,
						fields: subscription.fields.map((name) => ({ name, version: call.version })),
					},
				]
			: [],
	};
}

/** Adds the fields to those already there and moves all of them to the new callback: one per app and object. */
export async function subscribeApp(call: GraphCall<'app'>) {
	const { node: app, params, simulation } = call;
	requireApp(call, app);
	requireObject(params.object);
	const callbackUrl = requireString(params, 'callback_url');
	const verifyToken = requireString(params, 'verify_token');
	const fields = readFields(params.fields);
	if (fields.length === 0) throw parameterRequired('fields');
	requireUrl(callbackUrl);
	await verifyCallback(
		callbackUrl,
		verifyToken,
		simulation.engine.options.timeoutMs,
		simulation.handshakes.add,
	);
	app.subscription = {
		callbackUrl,
		fields: [...new Set([...(app.subscription?.fields ?? []), ...fields])].sort(),
	};
	return { success: true };
}

/** Without `fields` the whole subscription goes. */
export function unsubscribeApp(call: GraphCall<'app'>) {
	const { node: app, params } = call;
	requireApp(call, app);
	if (params.object !== undefined) requireObject(params.object);
	const removed = readFields(params.fields);
	const left = app.subscription?.fields.filter((field) => !removed.includes(field)) ?? [];
	if (removed.length === 0 || left.length === 0) app.subscription = null;
	else if (app.subscription) app.subscription.fields = left;
	return { success: true };
}

function requireObject(object: unknown): void {
	if (object === undefined) throw parameterRequired('object');
	if (object !== OBJECT) throw invalidParameter(`Param object must be ${OBJECT} for this app.`);
}

function requireString(params: Record<string, unknown>, name: string): string {
	const value = params[name];
	if (typeof value !== 'string' || value === '') throw parameterRequired(name);
	return value;
}

function requireUrl(value: string): void {
	if (!URL.canParse(value)) {
		throw new GraphError(100, '(#100) callback_url should represent a valid URL');
	}
}

/** A list, a JSON list or names separated by commas. */
function readFields(value: unknown): string[] {
	const names = Array.isArray(value)
		? value.map(String)
		: String(value ?? '')
				.replace(/[[\]"\s]/g, '')
				.split(',')
				.filter(Boolean);
	const unknown = names.find((name) => !SUBSCRIBABLE_FIELDS.has(name));
	if (unknown !== undefined) {
		throw invalidParameter(`Param fields: "${unknown}" is not a field of ${OBJECT}.`);
	}
	return names;
}
