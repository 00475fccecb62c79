/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update */
import type { Update } from '../delivery/routing.mts';
import type { MessageTemplate } from '../default-templates.mts';
import { findWaba, type PhoneNumber, type Waba, type World } from '../world.mts';

export const DISCONNECTION_REASONS = [
	'ACCOUNT_DISCONNECTED',
	'BUSINESS_DOWNGRADE',
	'CHANGE_NUMBER',
	'COMPANION_INACTIVITY',
	'PRIMARY_INACTIVITY',
	'USER_RE_REGISTERED',
] as const;

export interface Disconnection {
	reason: (typeof DISCONNECTION_REASONS)[number];
	initiatedBy: 'USER' | 'SYSTEM';
}

/** The partner's business portfolio, which is `entry.id` of partner events. */
const PARTNER_PORTFOLIO_ID = '600000000000009';

export function partnerAdded(world: World, number: PhoneNumber): Update {
	return {
		...accountUpdate(number, { event: 'PARTNER_ADDED', waba_info: wabaInfo(world, number) }),
		entryId: PARTNER_PORTFOLIO_ID,
	};
}

/** In the coexistence variant, with the number and why. */
export function partnerRemoved(
	world: World,
	number: PhoneNumber,
	{ reason, initiatedBy }: Disconnection,
): Update {
	return {
		...accountUpdate(number, {
			event: 'PARTNER_REMOVED',
			phone_number: number.displayPhoneNumber,
			waba_info: wabaInfo(world, number),
			disconnection_info: { reason, initiated_by: initiatedBy },
		}),
		entryId: PARTNER_PORTFOLIO_ID,
	};
}

export function accountOffboarded(number: PhoneNumber): Update {
	return accountUpdate(number, { event: 'ACCOUNT_OFFBOARDED' });
}

export function accountReconnected(number: PhoneNumber): Update {
	return accountUpdate(number, { event: 'ACCOUNT_RECONNECTED' });
}

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update */
export function templateStatus(waba: Waba, template: MessageTemplate): Update {
	return {
		wabaId: waba.id,
		phoneNumberId: null,
		field: 'message_template_status_update',
		value: {
			event: template.status,
			message_template_id: Number(template.id),
			message_template_name: template.name,
			message_template_language: template.language,
			reason: template.status === 'REJECTED' ? 'PROMOTIONAL' : 'NONE',
			message_template_category: template.category,
		},
	};
}

function accountUpdate(number: PhoneNumber, value: Record<string, unknown>): Update {
	return { wabaId: number.wabaId, phoneNumberId: null, field: 'account_update', value };
}

function wabaInfo(world: World, number: PhoneNumber) {
	return {
		waba_id: number.wabaId,
		owner_business_id: findWaba(world, number.wabaId)?.ownerBusinessId,
	};
}
