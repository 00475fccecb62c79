/** Two deliveries as Meta sends them, with invented people. */

const BUSINESS = '34600111222';
const CUSTOMER = '34600333444';
const ONBOARDED_AT = 1_789_000_000;
const THREADS = 100;
const MESSAGES_PER_THREAD = 100;

function webhook(field: string, value: object) {
	return {
		object: 'whatsapp_business_account',
		entry: [
			{
				id: '900000000000001',
				changes: [
					{
						field,
						value: {
							messaging_product: 'whatsapp',
							metadata: { display_phone_number: BUSINESS, phone_number_id: '800000000000001' },
							...value,
						},
					},
				],
			},
		],
	};
}

function historyMessage(thread: number, index: number) {
	const peer = String(34_600_300_000 + thread);
	const number = thread * MESSAGES_PER_THREAD + index;
	const common = {
		id: `wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQ${String(number).padStart(24, '0')}AA==`,
		timestamp: String(ONBOARDED_AT - number * 1_500),
		history_context: { status: 'READ' },
	};
	const party =
		index % 2 === 0
			? { from: peer, from_user_id: `ES.4815162342${thread}` }
			: { from: BUSINESS, to: peer, to_user_id: `ES.4815162342${thread}` };
	if (index % 10 === 9) return { ...party, ...common, type: 'media_placeholder' };
	const body = `Message ${index} of conversation ${thread}, about as long as people write`;
	return { ...party, ...common, type: 'text', text: { body } };
}

/** About 10 000 messages, as much as Meta puts into one delivery. */
export const historyChunk = JSON.stringify(
	webhook('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: 4, progress: 37 },
				threads: Array.from({ length: THREADS }, (_, thread) => ({
					id: String(34_600_300_000 + thread),
					context: { user_id: `ES.4815162342${thread}`, username: `customer.${thread}` },
					messages: Array.from({ length: MESSAGES_PER_THREAD }, (_, index) =>
						historyMessage(thread, index),
					),
				})),
			},
		],
	}),
);

/** One message of a customer. */
export const text = JSON.stringify(
	webhook('messages', {
		contacts: [{ profile: { name: 'Marta' }, wa_id: CUSTOMER, user_id: 'ES.4815162342ABC' }],
		messages: [
			{
				from: CUSTOMER,
				from_user_id: 'ES.4815162342ABC',
				id: 'wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBI1RjQyNUE3NEYxMzAzMzQ5MkEA',
				timestamp: String(ONBOARDED_AT),
				type: 'text',
				text: { body: 'hola' },
			},
		],
	}),
);

const sent = (number: number) => ({
	id: `wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQ${String(number).padStart(24, '0')}AA==`,
	timestamp: String(ONBOARDED_AT),
});

/** A hundred customers at once. */
export const batch = JSON.stringify(
	webhook('messages', {
		contacts: Array.from({ length: 100 }, (_, n) => ({
			profile: { name: `Customer ${n}` },
			wa_id: String(34_600_300_000 + n),
		})),
		messages: Array.from({ length: 100 }, (_, n) => ({
			from: String(34_600_300_000 + n),
			...sent(n),
			type: 'text',
			text: { body: 'hola' },
		})),
	}),
);

export const status = JSON.stringify(
	webhook('messages', {
		statuses: [{ ...sent(1), status: 'delivered', recipient_id: CUSTOMER }],
	}),
);

/** What the owner typed on the phone. */
export const echo = JSON.stringify(
	webhook('smb_message_echoes', {
		message_echoes: [
			{ from: BUSINESS, to: CUSTOMER, ...sent(1), type: 'text', text: { body: 'ahora voy' } },
		],
	}),
);
