/** What both phones show, worked out from everything that has happened. */
import { describe } from './content.js';
import { offerOf } from './offers.js';
import { createDirectory } from './people.js';

/**
 * @param state answer of `GET /_control/phone`
 * @param updates all that happened on the phones, in order
 * @param sentMessages what n8n sent through the Cloud API
 * @param requests n8n's calls; read receipts are among them
 * @returns a chat per person, the one with the latest message first
 */
export function chatsOf(state, updates, sentMessages, requests) {
	const directory = createDirectory(state.customers);
	const messages = new Map();

	const add = (person, id, message) => {
		if (!person) return;
		const earlier = messages.get(id);
		if (!earlier) messages.set(id, { id, person, reactions: {}, ...message });
		else if (earlier.placeholder) Object.assign(earlier, message.content, { placeholder: false });
	};

	const apply = (message, author, person, about) => {
		const { id, type, timestamp } = message;
		if (type === 'reaction') {
			const target = messages.get(message.reaction.message_id);
			if (target) target.reactions[author] = message.reaction.emoji;
		} else if (type === 'edit') {
			const target = messages.get(message.edit.original_message_id);
			if (target) Object.assign(target, describe(message.edit.message), { edited: true });
		} else if (type === 'revoke') {
			const target = messages.get(message.revoke.original_message_id);
			if (target) target.deleted = true;
		} else {
			const content = describe(message);
			const placeholder = type === 'media_placeholder';
			add(person, id, {
				author,
				at: Number(timestamp) * 1000,
				placeholder,
				content,
				...content,
				...about,
			});
		}
	};

	const applySent = ({ id, recipient, at, lost, body }) => {
		const key = /^\d+$/.test(recipient) ? { phone: recipient } : { userId: recipient };
		const offer = offerOf(body, state.templates);
		const more = offer ? { lost, offer, label: null, text: offer.text } : { lost };
		apply({ ...body, id, timestamp: at / 1000 }, 'n8n', directory.learn(key), more);
	};

	// Who is named by user ID in one place and by number in another has to be one person from the start.
	for (const { value } of updates) {
		for (const contact of value?.contacts ?? []) directory.learn(contactOf(contact));
	}

	// What customers do with n8n's messages needs these to be there, and n8n's reactions the reverse.
	const [reactions, others] = [true, false].map((wanted) =>
		sentMessages.filter(({ body }) => (body.type === 'reaction') === wanted),
	);
	for (const sent of others) applySent(sent);

	for (const { id: updateId, at, field, value } of updates) {
		for (const { action, contact } of value?.state_sync ?? []) {
			const person = directory.learn(addressBookEntry(contact));
			if (person) person.savedName = action === 'remove' ? undefined : contact.full_name;
		}
		const about = field === 'history' ? { old: true } : { updateId, at };
		for (const message of value?.messages ?? []) {
			apply(message, 'customer', directory.learn(senderOf(message)), about);
		}
		for (const message of value?.message_echoes ?? []) {
			apply(message, 'owner', directory.learn(recipientOf(message)), about);
		}
		for (const { context, messages: old } of threadsOf(value)) {
			const person = directory.learn(threadPeer(context));
			for (const message of old) {
				apply(message, message.to || message.to_user_id ? 'owner' : 'customer', person, about);
			}
		}
		for (const { id, status } of value?.statuses ?? []) {
			const message = messages.get(id);
			if (message) message.status = status;
		}
	}

	for (const sent of reactions) applySent(sent);

	for (const { body, status } of requests) {
		const message = status === 200 && body?.status === 'read' && messages.get(body.message_id);
		if (message) message.read = true;
	}

	const inOrder = [...messages.values()].sort((a, b) => a.at - b.at);
	return directory.people
		.map((person) => ({
			person,
			messages: inOrder
				.filter((message) => message.person === person)
				.map(({ person: _, content: __, ...message }) => message),
		}))
		.sort((a, b) => lastAt(b) - lastAt(a));
}

function lastAt({ messages }) {
	return messages.at(-1)?.at ?? 0;
}

function threadsOf(value) {
	return (value?.history ?? []).flatMap(({ threads }) => threads ?? []);
}

function contactOf({ profile, wa_id: phone, user_id: userId }) {
	return { userId, phone, username: profile?.username, profileName: profile?.name };
}

function addressBookEntry({ phone_number: phone, user_id: userId, username }) {
	return { userId, phone, username };
}

function senderOf({ from: phone, from_user_id: userId }) {
	return { userId, phone };
}

function recipientOf({ to: phone, to_user_id: userId }) {
	return { userId, phone };
}

function threadPeer({ wa_id: phone, user_id: userId, username } = {}) {
	return { userId, phone, username };
}
