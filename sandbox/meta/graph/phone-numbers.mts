/** https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers */
import { z } from 'zod';
import { GraphError, invalidParameter } from '../graph-errors.mts';
import { pathOf } from '../request-log.mts';
import { findWaba, type PhoneNumber } from '../world.mts';
import { requireScope } from './access.mts';
import { type GraphCall, majorOf, NODE_TYPE } from './call.mts';
import { verifyOverride } from './callback-override.mts';
import { selectFields } from './fields.mts';
import { healthStatus } from './health.mts';

/** `GET /<PHONE_ID>` */
export function readPhoneNumber(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	return readNumberFields(call, call.node);
}

/** The fields of one number that a call asks for. */
export function readNumberFields(
	{ caller, params, simulation, version }: GraphCall,
	number: PhoneNumber,
) {
	const waba = findWaba(simulation.world, number.wabaId);
	const available = {
		id: number.id,
		display_phone_number: formatNumber(number.displayPhoneNumber),
		verified_name: number.verifiedName,
		quality_rating: number.qualityRating,
		code_verification_status: 'VERIFIED',
		name_status: 'APPROVED',
		status: number.connected ? 'CONNECTED' : 'DISCONNECTED',
		platform_type: number.connected ? 'CLOUD_API' : 'NOT_APPLICABLE',
		is_on_biz_app: number.coexistence,
		is_official_business_account: false,
		account_mode: 'LIVE',
		last_onboarded_time: number.onboarding ? graphTime(number.onboarding.startedAt) : undefined,
		throughput: { level: number.coexistence ? 'STANDARD' : 'HIGH' },
		messaging_limit_tier: 'TIER_2K',
		...(majorOf(version) >= MESSAGING_LIMIT_SINCE && {
			whatsapp_business_manager_messaging_limit: 'TIER_2K',
		}),
		webhook_configuration: webhookConfiguration(caller.app, waba, number),
		conversational_automation: number.conversationalAutomation ?? undefined,
		health_status: healthStatus(simulation.world, caller.app, waba, number),
	};
	return selectFields(
		available,
		params.fields,
		[
			'verified_name',
			'code_verification_status',
			'display_phone_number',
			'quality_rating',
			'platform_type',
			'throughput',
			'webhook_configuration',
		],
		NODE_TYPE.phoneNumber,
	);
}

/** The version from which on `whatsapp_business_manager_messaging_limit` can be asked for. */
const MESSAGING_LIMIT_SINCE = 24;

const settingsSchema = z
	.object({
		webhook_configuration: z
			.object({ override_callback_uri: z.string(), verify_token: z.string().optional() })
			.strict(),
	})
	.strict();

/** `POST /<PHONE_ID>`: sets this number's callback override, or removes it with an empty string. */
export async function updatePhoneNumber(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: number, caller, simulation } = call;
	const settings = settingsSchema.safeParse(call.body);
	if (!settings.success) {
		throw invalidParameter('Param webhook_configuration must hold override_callback_uri.');
	}
	const { override_callback_uri: uri, verify_token: verifyToken } =
		settings.data.webhook_configuration;
	if (uri === '') {
		delete number.overrideCallbackUris[caller.app.id];
		return { success: true };
	}
	const waba = findWaba(simulation.world, number.wabaId);
	if (!waba) throw invalidParameter('The number belongs to no WhatsApp Business Account.');
	await verifyOverride(call, caller.app, waba, uri, verifyToken);
	number.overrideCallbackUris[caller.app.id] = uri;
	return { success: true };
}

/**
 * `POST /<PHONE_ID>/register` and `/deregister`: never right for a coexistence number, so a client that tries is
 * noted as a violation. Source: embedded-signup/onboarding-business-app-users of Meta's documentation.
 */
export function refuseRegistration({ request, simulation }: GraphCall<'phoneNumber'>): never {
	simulation.world.violations.push({
		method: request.method,
		path: pathOf(request),
		reason: 'A coexistence number must not be registered or deregistered through the API.',
	});
	throw new GraphError(
		100,
		'(#100) This endpoint cannot be used on a number of the WhatsApp Business app.',
	);
}

function webhookConfiguration(
	app: GraphCall['caller']['app'],
	waba: ReturnType<typeof findWaba>,
	number: PhoneNumber,
) {
	const configuration = {
		phone_number: number.overrideCallbackUris[app.id],
		whatsapp_business_account: waba?.subscribedApps[app.id]?.overrideCallbackUri ?? undefined,
		application: app.subscription?.callbackUrl,
	};
	return Object.values(configuration).some(Boolean) ? configuration : undefined;
}

/** The form of every time in the Graph API: `2026-11-22T05:38:00+0000`. */
function graphTime(unixMs: number): string {
	return new Date(unixMs).toISOString().replace(/\.\d+Z$/, '+0000');
}

/** `34600111222` as `+34 600 11 12 22`, the way the Graph API shows it. */
function formatNumber(digits: string): string {
	const parts = /^(\d\d)(\d{3})(\d+)$/.exec(digits);
	const [, country, area, rest = ''] = parts ?? [];
	return parts ? `+${country} ${area} ${rest.match(/\d{1,2}/g)?.join(' ')}` : `+${digits}`;
}
