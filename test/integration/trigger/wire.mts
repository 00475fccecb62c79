import { DEFAULT } from '../../../sandbox/meta/world.mts';

/** Webhook bodies as Meta sends them, for the first number of the simulated Meta. */

const BUSINESS = '34600111222';
export const CUSTOMER = '34600333444';

type Content = { type: string } & Record<string, unknown>;

let messages = 0;

/** No two have the same wamid: what was accepted once starts nothing again. */
const head = (secondsAgo: number) => ({
	id: `wamid.TEST${++messages}`,
	timestamp: String(Math.floor(Date.now() / 1000) - secondsAgo),
});

export function inboundMessage(content: Content, { secondsAgo = 0, from = CUSTOMER } = {}) {
	return { from, ...head(secondsAgo), ...content };
}

export function echo(content: Content) {
	return { from: BUSINESS, to: CUSTOMER, ...head(0), ...content };
}

export function webhook(field: string, value: object) {
	return {
		object: 'whatsapp_business_account',
		entry: [
			{
				id: DEFAULT.wabaId,
				changes: [
					{
						field,
						value: {
							messaging_product: 'whatsapp',
							metadata: {
								display_phone_number: BUSINESS,
								phone_number_id: DEFAULT.phoneNumberId,
							},
							...value,
						},
					},
				],
			},
		],
	};
}
