import fc from 'fast-check';

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/**
 * Well-formed webhooks to test properties with, and a count of what is in one, written from Meta's
 * description of the fields and not from the parser.
 */

const BUSINESS = '34600111222';

/** Distinct per run of a property: two items never have an ID in common. */
const serial = fc.uuid();
const timestamp = fc.integer({ min: 1_770_000_000, max: 1_790_000_000 }).map(String);
const person = fc.constantFrom(
	{ phone: '34600333444', userId: 'ES.4815162342ABC' },
	{ phone: '34600555666', userId: 'ES.1623420815DEF' },
	{ phone: '5511987654321', userId: 'BR.2342081516GHI' },
);
type Person = { phone: string; userId: string };

const content = fc.oneof<fc.Arbitrary<JsonObject>[]>(
	fc.string().map((body) => ({ type: 'text', text: { body } })),
	fc.constant({ type: 'media_placeholder' }),
	fc.constant({ type: 'image', image: { id: '700000000000001', mime_type: 'image/jpeg' } }),
	fc.constant({ type: 'reaction', reaction: { message_id: 'wamid.M0', emoji: '👍' } }),
	fc.constant({ type: 'location', location: { latitude: 40.4, longitude: -3.7 } }),
	fc.constant({ type: 'hologram', hologram: { frames: 3 } }),
	fc.constant({ type: 'unsupported', errors: [{ code: 131051, title: 'Unsupported' }] }),
	fc.constant({ type: 'revoke', revoke: { original_message_id: 'wamid.M0' } }),
	fc.constant({
		type: 'edit',
		edit: {
			original_message_id: 'wamid.M0',
			message: { context: { id: 'M0' }, type: 'text', text: { body: 'nuevo' } },
		},
	}),
	fc.constant({
		context: { from: BUSINESS, id: 'wamid.E1' },
		interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Sí' } },
	}),
	fc.constant({
		type: 'system',
		system: { body: 'changed', type: 'user_changed_number', previous_user_id: 'ES.OLD' },
	}),
);

function fromCustomer({ phone, userId }: Person): JsonObject {
	return { from: phone, from_user_id: userId };
}

function fromBusiness({ phone, userId }: Person): JsonObject {
	return { from: BUSINESS, to: phone, to_user_id: userId };
}

function messageFrom(sender: (peer: Person) => JsonObject): fc.Arbitrary<JsonObject> {
	return fc.tuple(person, serial, timestamp, content).map(([peer, id, time, what]) => ({
		...sender(peer),
		id: `wamid.${id}`,
		timestamp: time,
		...what,
	}));
}

const inbound = messageFrom(fromCustomer);
const echo = messageFrom(fromBusiness);

const status: fc.Arbitrary<JsonObject> = fc
	.tuple(person, serial, timestamp, fc.constantFrom('sent', 'delivered', 'read', 'failed'))
	.map(([peer, id, time, name]) => ({
		id: `wamid.${id}`,
		status: name,
		timestamp: time,
		recipient_id: peer.phone,
		recipient_user_id: peer.userId,
	}));

/** The statuses that a message to a group gets from each of its participants, under one wamid. */
const groupStatuses: fc.Arbitrary<JsonObject[]> = fc.tuple(serial, timestamp).map(([id, time]) =>
	['34600333444', '34600555666'].map((participant, index) => ({
		id: `wamid.${id}`,
		status: 'read',
		timestamp: time,
		recipient_id: 'group-1',
		recipient_type: 'group',
		recipient_participant_id: participant,
		recipient_participant_user_id: `ES.${index}`,
	})),
);

const error: fc.Arbitrary<JsonObject> = serial.map((title) => ({ code: 130429, title }));

const addressBookItem: fc.Arbitrary<JsonObject> = fc
	.tuple(person, serial, timestamp, fc.constantFrom('add', 'remove'))
	.map(([{ phone, userId }, name, time, action]) => ({
		type: 'contact',
		action,
		contact: { full_name: name, phone_number: phone, user_id: userId },
		metadata: { timestamp: time },
	}));

const call: fc.Arbitrary<JsonObject> = fc
	.tuple(person, serial, timestamp)
	.map(([{ phone, userId }, id, time]) => ({
		id: `wacid.${id}`,
		event: 'connect',
		timestamp: time,
		from: phone,
		from_user_id: userId,
		to: BUSINESS,
		direction: 'USER_INITIATED',
	}));

const action: fc.Arbitrary<JsonObject> = fc
	.tuple(serial, timestamp)
	.map(([id, time]) => ({ action_type: 'landing_page_view', timestamp: time, click: { id } }));

const profiles: fc.Arbitrary<JsonObject[]> = fc.subarray<JsonObject>([
	{ profile: { name: 'Marta', username: 'marta.g' }, wa_id: '34600333444' },
	{ profile: { name: 'Luis' }, wa_id: '34600555666', user_id: 'ES.1623420815DEF' },
	{ wa_id: '5511987654321' },
]);

function change(field: string, value: JsonObject): JsonObject {
	return {
		field,
		value: {
			messaging_product: 'whatsapp',
			metadata: { display_phone_number: '+34 600 11 12 22', phone_number_id: '800000000000001' },
			...value,
		},
	};
}

function several<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
	return fc.array(item, { minLength: 1, maxLength: 3 });
}

const thread: fc.Arbitrary<JsonObject> = fc
	.tuple(person, fc.array(fc.oneof(inbound, echo), { maxLength: 3 }))
	.map(([{ phone, userId }, messages]) => ({
		id: phone,
		context: { wa_id: phone, user_id: userId },
		messages,
	}));

/** A change with one chunk of history. Chunks differ by their order in the sync. */
export const historyChunk: fc.Arbitrary<JsonObject> = fc
	.tuple(
		fc.nat(2),
		fc.nat(1_000_000),
		fc.integer({ min: 0, max: 100 }),
		fc.array(thread, { maxLength: 2 }),
	)
	.map(([phase, chunk_order, progress, threads]) =>
		change('history', { history: [{ metadata: { phase, chunk_order, progress }, threads }] }),
	);

/** A change whose items are messages, contacts, statuses or errors. */
export const messagingChange: fc.Arbitrary<JsonObject> = fc.oneof(
	historyChunk,
	several(inbound).map((messages) => change('history', { messages })),
	several(echo).map((message_echoes) => change('history', { message_echoes })),
	several(error).map((errors) => change('history', { history: [{ errors }] })),
	several(addressBookItem).map((state_sync) => change('smb_app_state_sync', { state_sync })),
	fc
		.tuple(profiles, several(echo))
		.map(([contacts, message_echoes]) =>
			change('smb_message_echoes', { contacts, message_echoes }),
		),
	fc
		.tuple(profiles, several(inbound))
		.map(([contacts, messages]) => change('messages', { contacts, messages })),
	fc
		.tuple(profiles, several(inbound), several(status))
		.map(([contacts, messages, statuses]) => change('messages', { contacts, messages, statuses })),
	groupStatuses.map((statuses) => change('messages', { statuses })),
	several(error).map((errors) => change('messages', { errors })),
	several(call).map((calls) => change('calls', { calls })),
	fc
		.tuple(profiles, several(status), several(action))
		.map(([contacts, statuses, user_actions]) =>
			change('messages', { contacts, statuses, user_actions }),
		),
	fc
		.tuple(several(inbound), several(echo), several(status))
		.map(([messages, message_echoes, statuses]) =>
			change('standby', { standby: { messages, message_echoes, statuses } }),
		),
);

const otherChange: fc.Arbitrary<JsonObject> = fc.oneof(
	fc
		.tuple(serial, fc.constantFrom('PARTNER_REMOVED', 'ACCOUNT_OFFBOARDED', 'NEW_EVENT'))
		.map(([note, event]): JsonObject => ({ field: 'account_update', value: { event, note } })),
	serial.map((note): JsonObject => ({ field: 'some_new_field', value: { note } })),
	several(serial).map((notes) =>
		change('smb_app_state_sync', { state_sync: notes.map((note) => ({ type: 'label', note })) }),
	),
);

/** A webhook body with these changes in one entry. */
export function webhookOf(changes: JsonObject[]): JsonObject {
	return {
		object: 'whatsapp_business_account',
		entry: [{ id: '900000000000001', time: 1_789_000_000, changes }],
	};
}

/** A webhook body with several entries of several changes. */
export const webhook: fc.Arbitrary<JsonObject> = fc
	.array(fc.array(fc.oneof(messagingChange, otherChange), { maxLength: 3 }), { maxLength: 3 })
	.map((entries) => ({
		object: 'whatsapp_business_account',
		entry: entries.map((changes, index) => ({ id: String(index), changes })),
	}));

/** The number of events that a webhook made here stands for. */
export function countItems(body: JsonObject): number {
	let count = 0;
	for (const entry of body.entry as JsonObject[]) {
		for (const { field, value } of entry.changes as Array<{ field: string; value: JsonObject }>) {
			count += ITEM_COUNTS[field]?.(value) ?? 1;
		}
	}
	return count;
}

const ITEM_COUNTS: Record<string, (value: JsonObject) => number> = {
	calls: countMessaging,
	messages: countMessaging,
	smb_message_echoes: countMessaging,
	smb_app_state_sync: (value) => size(value.state_sync),
	standby: (value) => countMessaging(value.standby as JsonObject),
	history: (value) => {
		const items = (value.history ?? []) as JsonObject[];
		return countMessaging(value) + items.map(countHistoryItem).reduce((sum, n) => sum + n, 0);
	},
};

function countMessaging(value: JsonObject): number {
	const lists = ['messages', 'message_echoes', 'statuses', 'errors', 'calls', 'user_actions'];
	return lists.reduce((sum, list) => sum + size(value[list]), 0);
}

/** Its messages and its progress, or its errors. */
function countHistoryItem(item: JsonObject): number {
	if (item.errors !== undefined) return size(item.errors);
	const threads = item.threads as JsonObject[];
	return threads.reduce((sum, { messages }) => sum + size(messages), 1);
}

function size(list: Json | undefined): number {
	return Array.isArray(list) ? list.length : 0;
}
