/** https://developers.facebook.com/documentation/business-messaging/whatsapp/whatsapp-business-accounts */
import { requireScope } from './access.mts';
import { type GraphCall, NODE_TYPE } from './call.mts';
import { selectFields } from './fields.mts';
import { healthStatus } from './health.mts';
import { page } from './paging.mts';
import { pricingAnalytics, pricingIn } from './pricing-analytics.mts';
import { readNumberFields } from './phone-numbers.mts';

/** `GET /<WABA_ID>` */
export function readWaba(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const { node: waba, params, simulation } = call;
	const pricing = pricingIn(params.fields);
	const available = {
		id: waba.id,
		name: waba.name,
		currency: 'EUR',
		timezone_id: '1',
		country: 'ES',
		message_template_namespace: '5f1c2f6e_0000_4000_8000_000000000001',
		account_review_status: 'APPROVED',
		business_verification_status: 'verified',
		ownership_type: 'CLIENT_OWNED',
		status: 'ACTIVE',
		owner_business_info: { id: waba.ownerBusinessId, name: waba.name },
		health_status: healthStatus(simulation.world, call.caller.app, waba),
		...(pricing && {
			pricing_analytics: pricingAnalytics(
				simulation.world,
				waba,
				pricing.filters,
				simulation.clock.now(),
			),
		}),
	};
	return selectFields(
		available,
		pricing?.fields ?? params.fields,
		['name', 'currency', 'timezone_id', 'message_template_namespace'],
		NODE_TYPE.waba,
	);
}

/** `GET /<WABA_ID>/phone_numbers` */
export function readPhoneNumbers(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	const numbers = call.simulation.world.phoneNumbers.filter(
		(number) => number.wabaId === call.node.id,
	);
	return page(
		call,
		numbers.map((number) => readNumberFields(call, number)),
	);
}

/** `GET /<WABA_ID>/flows` */
export function readFlows(call: GraphCall<'waba'>) {
	requireScope(call, 'whatsapp_business_management');
	return page(
		call,
		call.node.flows.map((flow) =>
			selectFields(
				{ ...flow },
				call.params.fields,
				['name', 'status', 'categories', 'validation_errors'],
				NODE_TYPE.flow,
			),
		),
	);
}

/** `GET /<FLOW_ID>` */
export function readFlow(call: GraphCall<'flow'>) {
	requireScope(call, 'whatsapp_business_management');
	return selectFields(
		{ ...call.node },
		call.params.fields,
		['name', 'status', 'categories', 'validation_errors'],
		NODE_TYPE.flow,
	);
}
