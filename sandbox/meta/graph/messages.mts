/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
import { z } from 'zod';
import { GraphError, parameterRequired } from '../graph-errors.mts';
import { deliveryStatuses, failedStatus } from '../payloads/statuses.mts';
import type { Simulation } from '../simulation.mts';
import { newWamid } from '../wamid.mts';
import { findWaba, type PhoneNumber, type SentMessage } from '../world.mts';
import { requireScope } from './access.mts';
import type { GraphCall } from './call.mts';
import { checkMediaReferences } from './message-media.mts';
import { type Message, parseMessage, parseReceipt } from './message-schema.mts';
import { checkTemplate } from './message-template.mts';

const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1000;
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** `POST /<PHONE_ID>/messages`: a message, or a read receipt with or without typing indicator. */
export function sendMessage(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const { body } = call;
	if (isReceipt(body)) {
		parseReceipt(body);
		return { success: true };
	}
	return send(call, parseMessage(body), false);
}

/** What the Marketing Messages API takes beside the message. */
const marketingSchema = z.object({
	product_policy: z.enum(['CLOUD_API_FALLBACK', 'STRICT']).default('CLOUD_API_FALLBACK'),
	message_activity_sharing: z.boolean().optional(),
});

/** `POST /<PHONE_ID>/marketing_messages`: https://developers.facebook.com/documentation/business-messaging/whatsapp/marketing-messages/send-marketing-messages */
export function sendMarketingMessage(call: GraphCall<'phoneNumber'>) {
	requireScope(call, 'whatsapp_business_messaging');
	const { node: number, simulation } = call;
	const options = marketingSchema.safeParse(call.body);
	if (!options.success) {
		throw new GraphError(131009, '(#131009) Parameter value is not valid', {
			details: 'Param product_policy or message_activity_sharing is not valid.',
		});
	}
	const {
		product_policy: _,
		message_activity_sharing: __,
		...body
	} = call.body as Record<string, unknown>;
	const message = parseMessage(body);
	const waba = findWaba(simulation.world, number.wabaId);
	const template = checkTemplate(waba, message);
	if (template?.category !== 'MARKETING') {
		throw new GraphError(131055, '(#131055) Method not allowed', {
			details: 'Only marketing templates are supported.',
		});
	}
	if (!waba?.marketingOnboarded && options.data.product_policy === 'STRICT') {
		throw new GraphError(134102, '(#134102) Template unavailable', {
			details: 'The account is not signed up to the Marketing Messages API.',
		});
	}
	return send(call, message, waba?.marketingOnboarded ?? false);
}

function send(call: GraphCall<'phoneNumber'>, message: Message, marketing: boolean) {
	const { node: number, simulation } = call;
	if (!number.connected) {
		throw new GraphError(133010, '(#133010) Account not registered', {
			details: 'The phone number is not registered with the Cloud API.',
		});
	}
	const recipient = addressOf(message);
	if (recipient.phone === number.displayPhoneNumber) {
		throw new GraphError(131021, '(#131021) Recipient cannot be sender', {
			details: 'Sender and recipient are the same number.',
		});
	}
	if (recipient.phone && number.allowedRecipients?.includes(recipient.phone) === false) {
		throw new GraphError(131030, '(#131030) Recipient phone number not in allowed list', {
			details: 'The recipient has to be added to the list of this test number.',
		});
	}
	checkMediaReferences(simulation.world, number, message);
	const waba = findWaba(simulation.world, number.wabaId);
	const template = checkTemplate(waba, message);
	if (template?.category === 'MARKETING' && waba?.marketingDisabled && !marketing) {
		throw new GraphError(131063, '(#131063) Marketing templates are disabled', {
			details: 'Marketing templates are disabled for the Cloud API of this account.',
		});
	}
	if (recipient.userId && template?.category === 'AUTHENTICATION') {
		throw new GraphError(131062, '(#131062) Recipient type not supported', {
			details: 'Authentication templates need a phone number as recipient.',
		});
	}
	if (simulation.limits.options.enforceServiceWindow && !template) {
		requireOpenWindow(simulation, number, recipient.key);
	}
	simulation.limits.take(number.id, recipient.key);
	return accept(simulation, number, message, recipient, marketing);
}

interface Address {
	/** As the caller wrote it. */
	input: string;
	/** Phone digits, user id or group id. */
	key: string;
	phone: string | null;
	userId: string | null;
	groupId: string | null;
	/** A user id in `to`: answered with 200 and then lost. Seen in chatwoot/chatwoot#15150. */
	lost: boolean;
}

/** `to` wins over `recipient`. */
function addressOf(message: Message): Address {
	const none = { phone: null, userId: null, groupId: null, lost: false };
	const { to, recipient } = message;
	if (message.recipient_type === 'group') {
		if (to === undefined) throw parameterRequired('to');
		return { ...none, input: to, key: to, groupId: to };
	}
	if (to === undefined) {
		if (!recipient || !USER_ID.test(recipient)) throw invalidRecipient('recipient');
		return { ...none, input: recipient, key: recipient, userId: recipient };
	}
	if (USER_ID.test(to)) return { ...none, input: to, key: to, lost: true };
	const digits = to.replace(/[+\s()-]/g, '');
	if (!/^\d{6,15}$/.test(digits)) throw invalidRecipient('to');
	return { ...none, input: to, key: digits, phone: digits };
}

function invalidRecipient(name: string): GraphError {
	return new GraphError(131009, '(#131009) Parameter value is not valid', {
		details: `Param ${name} is not a valid recipient.`,
	});
}

function accept(
	simulation: Simulation,
	number: PhoneNumber,
	message: Message,
	address: Address,
	marketing: boolean,
) {
	const sent: SentMessage = {
		id: newWamid(simulation.random, address.key.slice(0, 255), 'businessToUser', 'cloud'),
		phoneNumberId: number.id,
		recipient: address.key,
		at: simulation.clock.now(),
		marketing,
		lost: address.lost,
		body: message,
	};
	simulation.world.sentMessages.push(sent);
	if (!address.lost) reportStatuses(simulation, number, sent);
	return {
		messaging_product: 'whatsapp',
		contacts: [
			{
				input: address.input,
				...(address.userId ? { user_id: address.userId } : { wa_id: address.key }),
			},
		],
		messages: [
			{
				id: sent.id,
				...(message.type === 'template' && { message_status: 'accepted' }),
				...(address.groupId && { group_id: address.groupId }),
			},
		],
	};
}

function reportStatuses({ engine, limits }: Simulation, number: PhoneNumber, sent: SentMessage) {
	if (limits.options.undeliverable.includes(sent.recipient)) {
		engine.deliver([failedStatus(number, sent)]);
	} else if (engine.options.statuses) {
		engine.deliver(deliveryStatuses(number, sent));
	}
}

function requireOpenWindow({ clock }: Simulation, number: PhoneNumber, key: string): void {
	const lastInboundAt = number.lastInboundAt[key];
	if (lastInboundAt === undefined || clock.now() - lastInboundAt > SERVICE_WINDOW_MS) {
		throw new GraphError(131047, '(#131047) Re-engagement message', {
			details: 'More than 24 hours have passed since the recipient last wrote.',
		});
	}
}

function isReceipt(body: unknown): boolean {
	return typeof body === 'object' && body !== null && 'status' in body;
}
