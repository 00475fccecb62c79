/** https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status */
import {
	type App,
	type Health,
	HEALTHY,
	type PhoneNumber,
	type Waba,
	type World,
} from '../world.mts';

const SEVERITY: Health['can_send_message'][] = ['AVAILABLE', 'LIMITED', 'BLOCKED'];

/** The field `health_status` of a WABA, or of one of its numbers: what a message passes, and the worst of it. */
export function healthStatus(world: World, app: App, waba: Waba | undefined, number?: PhoneNumber) {
	const entities = [
		...(number
			? [
					entity(world, 'PHONE_NUMBER', number.id, {
						can_receive_call_sip: 'BLOCKED',
						...(!number.connected && { can_send_message: 'BLOCKED' }),
					}),
				]
			: []),
		...(waba
			? [entity(world, 'WABA', waba.id), entity(world, 'BUSINESS', waba.ownerBusinessId)]
			: []),
		entity(world, 'APP', app.id, { can_receive_call_sip: 'BLOCKED' }),
	];
	const worst = Math.max(...entities.map((one) => SEVERITY.indexOf(one.can_send_message)));
	return { can_send_message: SEVERITY[worst], entities };
}

/** A number of the app is not set up for calls over SIP: Meta tells so beside what concerns messages. */
function entity(world: World, type: string, id: string, special: object = {}) {
	return { entity_type: type, id, ...(world.health[id] ?? HEALTHY), ...special };
}
