/** What the values of all message-type fields have in common. */
import type { PhoneNumber } from '../world.mts';
import type { Update } from '../delivery/routing.mts';

/** A value with Meta's `messaging_product` and `metadata`, ready to be routed. */
export function messageUpdate(
	number: PhoneNumber,
	field: string,
	content: Record<string, unknown>,
): Update {
	return {
		wabaId: number.wabaId,
		phoneNumberId: number.id,
		field,
		value: {
			messaging_product: 'whatsapp',
			metadata: {
				display_phone_number: number.displayPhoneNumber,
				phone_number_id: number.id,
			},
			...content,
		},
	};
}
