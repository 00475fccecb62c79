/** What Meta delivers while a number's history is imported, with people and texts that are invented. */
import { randomUUID } from 'node:crypto';

const BUSINESS = '34600111222';
const NOW = Math.floor(Date.now() / 1000);
const MESSAGES_PER_THREAD = 20;

function webhook(field: string, value: object): string {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: '800000000000001' };
	return JSON.stringify({
		object: 'whatsapp_business_account',
		entry: [
			{
				id: '900000000000001',
				changes: [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }],
			},
		],
	});
}

const phoneOf = (person: number) => String(34_610_000_000 + person);
const userIdOf = (person: number) => `ES.48151623${person}`;

/** As much as Meta puts into one delivery of 3 MB is 10,000 messages. */
export function chunk(run: string, first: number, size: number): string {
	const threads = Array.from({ length: Math.ceil(size / MESSAGES_PER_THREAD) }, (_, index) => {
		const person = Math.floor(first / MESSAGES_PER_THREAD) + index;
		return {
			id: phoneOf(person),
			context: { wa_id: phoneOf(person), user_id: userIdOf(person) },
			messages: Array.from({ length: Math.min(MESSAGES_PER_THREAD, size) }, (_message, at) =>
				oldMessage(run, person, first + index * MESSAGES_PER_THREAD + at),
			),
		};
	});
	const metadata = { phase: 1, chunk_order: first / size, progress: 37 };
	return webhook('history', { history: [{ metadata, threads }] });
}

function oldMessage(run: string, person: number, number: number) {
	const party =
		number % 2 === 0 ? { from: phoneOf(person) } : { from: BUSINESS, to: phoneOf(person) };
	const body = `Message ${number}, about as long as what people write to a shop`;
	return {
		...party,
		id: `wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQ.${run}.${number}`,
		timestamp: String(NOW - number * 60),
		history_context: { status: 'READ' },
		type: 'text',
		text: { body },
	};
}

export function contacts(first: number, size: number): string {
	return webhook('smb_app_state_sync', {
		state_sync: Array.from({ length: size }, (_, index) => ({
			type: 'contact',
			action: 'add',
			contact: {
				full_name: `Person ${first + index}`,
				first_name: 'Person',
				phone_number: phoneOf(first + index),
			},
			metadata: { timestamp: String(NOW) },
		})),
	});
}

export function mediaFollowUp(wamid: string): string {
	const image = { id: '610000000000001', mime_type: 'image/jpeg', sha256: 'aa11' };
	return webhook('history', {
		messages: [{ from: phoneOf(1), id: wamid, timestamp: String(NOW), type: 'image', image }],
	});
}

/** A message that a customer writes just now, and its wamid. */
export function liveText(): { body: string; wamid: string } {
	const wamid = `wamid.live.${randomUUID()}`;
	const body = webhook('messages', {
		contacts: [{ profile: { name: 'Marta' }, wa_id: phoneOf(1), user_id: userIdOf(1) }],
		messages: [
			{
				from: phoneOf(1),
				from_user_id: userIdOf(1),
				id: wamid,
				timestamp: String(Math.floor(Date.now() / 1000)),
				type: 'text',
				text: { body: 'hola' },
			},
		],
	});
	return { body, wamid };
}
