import { ACCOUNT } from './webhook-context.mts';

/** Webhook bodies as Meta sends them. */

export const NUMBER = '800000000000001';
export const BUSINESS = '34600111222';
export const CUSTOMER = '34600333444';

let messages = 0;

interface Head {
	id?: string;
	secondsAgo?: number;
}

const head = ({ id = `wamid.${++messages}`, secondsAgo = 0 }: Head) => ({
	id,
	timestamp: String(Math.floor(Date.now() / 1000) - secondsAgo),
});

const text = (body: string) => ({ type: 'text', text: { body } });

export const inbound = (body: string, more: Head = {}) => ({
	from: CUSTOMER,
	...head(more),
	...text(body),
});

export const echo = (body: string, more: Head = {}) => ({
	from: BUSINESS,
	to: CUSTOMER,
	...head(more),
	...text(body),
});

export interface Change {
	field: string;
	value: object;
	account?: string | undefined;
}

/** A change of the number. */
export function change(field: string, value: object, account?: string): Change {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: NUMBER };
	return { field, value: { messaging_product: 'whatsapp', metadata, ...value }, account };
}

export const ofMessages = (...list: object[]): Change => change('messages', { messages: list });
export const ofEchoes = (...list: object[]): Change =>
	change('smb_message_echoes', { message_echoes: list });

export function webhook(...changes: Change[]) {
	return {
		object: 'whatsapp_business_account',
		entry: changes.map(({ account = ACCOUNT, ...each }) => ({ id: account, changes: [each] })),
	};
}

export const ofHistory = (...list: object[]): Change =>
	change('history', {
		history: [
			{
				metadata: { phase: 1, chunk_order: 1, progress: 50 },
				threads: [{ id: CUSTOMER, messages: list }],
			},
		],
	});
