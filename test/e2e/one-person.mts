import type { Update } from '../../sandbox/meta/delivery/routing.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';

/** What Meta sends about one person whose phone number and user ID become known, or change. */

const [number] = defaultWorld().phoneNumbers;
const NOON = 1_770_000_000;

/** What the phone's address book calls each of them. */
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

/** Somebody whom no other case knows, and what may come of them. */
function stepsOf(person: number) {
	const phone = `34600777${100 + person}`;
	const id = `ES.777${100 + person}`;
	const newPhone = `34600888${100 + person}`;
	const newId = `ES.888${100 + person}`;
	const writes = (from: JsonObject) => () =>
		message(from, { type: 'text', text: { body: 'Hola' } });
	const changes = (from: JsonObject, system: JsonObject) => () =>
		message(from, { type: 'system', system });
	return {
		byPhone: writes({ from: phone }),
		byId: writes({ from_user_id: id }),
		byBoth: writes({ from: phone, from_user_id: id }),
		byNewPhone: writes({ from: newPhone }),
		byNewId: writes({ from_user_id: newId }),
		newPhone: changes({ from: phone }, { type: 'user_changed_number', wa_id: newPhone }),
		newId: changes(
			{ from_user_id: id },
			{ type: 'user_changed_user_id', previous_user_id: id, user_id: newId },
		),
		saved: () =>
			update('smb_app_state_sync', {
				state_sync: [
					{
						type: 'contact',
						action: 'add',
						contact: { full_name: SAVED_NAME, first_name: 'Nadia', phone_number: phone },
						metadata: { timestamp: String(NOON + ++events) },
					},
				],
			}),
	};
}

type Step = keyof ReturnType<typeof stepsOf>;

const CASES: Record<string, Step[]> = {
	'whose phone number comes first': ['saved', 'byPhone', 'byBoth', 'byId'],
	'whose user ID comes first': ['byId', 'byBoth', 'byPhone', 'saved'],
	'of whom both come first': ['byBoth', 'saved', 'byId', 'byPhone'],
	'of whom both come last': ['byId', 'byPhone', 'saved', 'byBoth'],
	'whose number changes': ['saved', 'byPhone', 'newPhone', 'byNewPhone'],
	'whose user ID changes': ['byId', 'saved', 'byBoth', 'newId', 'byNewId'],
	'of whom both change': ['saved', 'byBoth', 'newPhone', 'byNewPhone', 'newId', 'byNewId'],
};

export const ONE_PERSON = Object.entries(CASES).map(([name, steps], person) => ({
	name,
	messages: steps.filter((step) => step !== 'saved').length,
	updates: (): Update[] => steps.map((step) => stepsOf(person)[step]()),
}));
