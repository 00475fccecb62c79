/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
import type { Update } from '../delivery/routing.mts';
import type { PhoneNumber, SentMessage } from '../world.mts';
import { messageUpdate } from './value.mts';

/** Sent, delivered and read of one message, in the shape of Graph v24 and later. */
export function deliveryStatuses(number: PhoneNumber, message: SentMessage): Update[] {
	return ['sent', 'delivered', 'read'].map((status, step) =>
		messageUpdate(number, 'messages', {
			contacts: [person(message.recipient)],
			statuses: [
				{
					...statusOf(message, status, step),
					...(status !== 'read' && {
						pricing: {
							billable: false,
							pricing_model: 'PMP',
							type: 'free_customer_service',
							category: 'service',
						},
					}),
				},
			],
		}),
	);
}

/** A failed status: no contacts, and no user id when it was sent to a phone. */
export function failedStatus(number: PhoneNumber, message: SentMessage): Update {
	return messageUpdate(number, 'messages', {
		statuses: [
			{
				...statusOf(message, 'failed', 1),
				errors: [
					{
						code: 131026,
						title: 'Message undeliverable',
						message: 'Message undeliverable',
						error_data: { details: 'The recipient cannot receive this message.' },
						href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
					},
				],
			},
		],
	});
}

function statusOf({ id, at, recipient, body }: SentMessage, status: string, step: number) {
	return {
		id,
		status,
		timestamp: String(Math.floor(at / 1000) + step),
		...(isUserId(recipient)
			? { recipient_user_id: recipient }
			: { recipient_id: recipient.replace(/\D/g, '') }),
		...(typeof body.biz_opaque_callback_data === 'string' && {
			biz_opaque_callback_data: body.biz_opaque_callback_data,
		}),
	};
}

function person(recipient: string) {
	return isUserId(recipient)
		? { profile: {}, user_id: recipient }
		: { profile: {}, wa_id: recipient.replace(/\D/g, '') };
}

function isUserId(recipient: string): boolean {
	return /^[A-Z]{2}\./.test(recipient);
}
