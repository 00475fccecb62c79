import type { Json, JsonObject } from '../unit/events/webhooks.mts';

const BUSINESS = '34600111222';
const phone = (n: number) => String(34_600_000_000 + n);
const many = <T,>(size: number, item: (n: number) => T): T[] =>
	Array.from({ length: size }, (_, n) => item(n));

function webhook(field: string, value: JsonObject): JsonObject {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: '800000000000001' };
	return {
		object: 'whatsapp_business_account',
		entry: [{ id: '900000000000001', changes: [{ field, value: { metadata, ...value } }] }],
	};
}

const message = (n: number): JsonObject => ({
	id: `wamid.${n}`,
	from: phone(n),
	timestamp: '1789000000',
	type: 'text',
	text: { body: 'hola' },
});

/** Webhooks of any size that invite to go over one list for each member of another. */
export const SHAPES: Record<string, (size: number) => JsonObject> = {
	'messages beside as many contacts, in the other order': (size) =>
		webhook('messages', {
			contacts: many(size, (n) => ({ wa_id: phone(size - n), profile: { name: 'x' } })),
			messages: many(size, message),
		}),
	'messages beside contacts of whom nobody writes': (size) =>
		webhook('messages', {
			contacts: many(size, (n) => ({ wa_id: phone(n + size), profile: { name: 'x' } })),
			messages: many(size, message),
		}),
	'statuses of one message to a group': (size) =>
		webhook('messages', {
			statuses: many(size, (n) => ({
				id: 'wamid.1',
				status: 'read',
				recipient_id: 'group-1',
				recipient_type: 'group',
				recipient_participant_id: phone(n),
			})),
		}),
	'history in conversations of one message': (size) =>
		webhook('history', {
			history: [
				{
					metadata: { phase: 0, chunk_order: 1, progress: 5 },
					threads: many(size, (n) => ({ id: phone(n), messages: [message(n)] })),
				},
			],
		}),
	'one conversation': (size) =>
		webhook('history', {
			history: [
				{
					metadata: { phase: 0, chunk_order: 1, progress: 5 },
					threads: [{ id: phone(1), messages: many(size, message) }],
				},
			],
		}),
	'conversations of nobody': (size) =>
		webhook('history', { history: [{ threads: many(size, () => ({ messages: [] })) }] }),
	'contacts in the address book': (size) =>
		webhook('smb_app_state_sync', {
			state_sync: many(size, (n) => ({
				type: 'contact',
				action: 'add',
				contact: { phone_number: phone(n), full_name: 'x' },
			})),
		}),
	'entries of one change': (size) => ({
		entry: many(size, (n) => ({
			id: '1',
			changes: [{ field: 'messages', value: { messages: [message(n)] } }],
		})),
	}),
	'keys that nobody has heard of': (size) =>
		webhook('messages', {
			messages: [Object.fromEntries(many(size, (n) => [`new_${n}`, { inside: n }]))],
		}),
	'errors on one message': (size) =>
		webhook('messages', {
			messages: [{ ...message(1), errors: many(size, (n) => ({ code: n, new_key: n })) }],
		}),
	'lists in lists': (size) => {
		let nested: Json = 'innermost';
		for (let level = 0; level < size; level++) nested = [nested];
		return webhook('some_new_field', { nested });
	},
};

/** How often keys of a body are read in all its depth: work that no clock has to measure. */
export function countReads(body: JsonObject, work: (body: unknown) => unknown): number {
	let reads = 0;
	const counting: ProxyHandler<object> = {
		get(target, key, receiver) {
			reads++;
			return watched(Reflect.get(target, key, receiver));
		},
	};
	const proxies = new Map<object, object>();
	const watched = (value: unknown): unknown => {
		if (typeof value !== 'object' || value === null) return value;
		const proxy = proxies.get(value) ?? new Proxy(value, counting);
		proxies.set(value, proxy);
		return proxy;
	};
	work(watched(body));
	return reads;
}
