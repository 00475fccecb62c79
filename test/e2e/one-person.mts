import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';

/** What Meta sends about one person whose phone number and user ID become known, or change. */

const [number] = defaultWorld().phoneNumbers;
const NOON = 1_770_000_000;
const PHONE = '34600777888';
const NEW_PHONE = '34600777999';
const ID = 'ES.777888';
const NEW_ID = 'ES.777999';

/** The name that the phone's address book has, under the first phone number. */
export const SAVED_NAME = 'Nadia Roig';

/** No two events are alike: the trigger takes none twice. */
let events = 0;

function update(field: string, value: JsonObject): Update {
	const metadata = {
		display_phone_number: number.displayPhoneNumber,
		phone_number_id: number.id,
	};
	return {
		wabaId: number.wabaId,
		phoneNumberId: number.id,
		field,
		value: { messaging_product: 'whatsapp', metadata, ...value },
	};
}

function message(from: JsonObject, content: JsonObject): Update {
	const id = `wamid.person.${++events}`;
	return update('messages', {
		messages: [{ id, timestamp: String(NOON + events), ...from, ...content }],
	});
}

const writes = (from: JsonObject) => () => message(from, { type: 'text', text: { body: 'Hola' } });
const changes = (from: JsonObject, system: JsonObject) => () =>
	message(from, { type: 'system', system });

const byPhone = writes({ from: PHONE });
const byId = writes({ from_user_id: ID });
const byBoth = writes({ from: PHONE, from_user_id: ID });
const byNewPhone = writes({ from: NEW_PHONE });
const byNewId = writes({ from_user_id: NEW_ID });
const newPhone = changes({ from: PHONE }, { type: 'user_changed_number', wa_id: NEW_PHONE });
const newId = changes(
	{ from_user_id: ID },
	{ type: 'user_changed_user_id', previous_user_id: ID, user_id: NEW_ID },
);
const saved = () =>
	update('smb_app_state_sync', {
		state_sync: [
			{
				type: 'contact',
				action: 'add',
				contact: { full_name: SAVED_NAME, first_name: 'Nadia', phone_number: PHONE },
				metadata: { timestamp: String(NOON + ++events) },
			},
		],
	});

const CASES: Record<string, Array<() => Update>> = {
	'whose phone number comes first': [saved, byPhone, byBoth, byId],
	'whose user ID comes first': [byId, byBoth, byPhone, saved],
	'of whom both come first': [byBoth, saved, byId, byPhone],
	'of whom both come last': [byId, byPhone, saved, byBoth],
	'whose number changes': [saved, byPhone, newPhone, byNewPhone],
	'whose user ID changes': [byId, saved, newId, byBoth, byNewId],
	'of whom both change': [saved, byBoth, newPhone, byNewPhone, newId, byNewId],
};

export const ONE_PERSON = Object.entries(CASES).map(
	([name, steps]): { name: string; messages: number; updates: () => Update[] } => ({
		name,
		messages: steps.filter((step) => step !== saved).length,
		updates: () => steps.map((step) => step()),
	}),
);
