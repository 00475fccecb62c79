/** The page: reads what has happened, shows it, and passes on what the visitor does. */
import { chatsOf } from './chats.js';
import { historyOf } from './history.js';
import { follow, get, post } from './meta.js';
import { addressOf, nameOf, readable } from './people.js';
import { showChatList, showConversation, showCustomers, showPeer } from './phone-view.js';
import { trafficOf } from './traffic.js';
import { showTraffic } from './traffic-view.js';

const byId = (id) => document.getElementById(id);

/** What the phone shares once it is connected and asked. */
const PHONE_CONTENT = {
	contacts: 16,
	removedContacts: 1,
	contactsPerPost: 6,
	threads: 12,
	messagesPerThread: 12,
	chunksPerPhase: 4,
	usernameOnlyShare: 0.2,
};

const OFFLINE_MS = 2000;

/** The address of the workflows in the editor, given by who opened the page or else by the sandbox. */
const givenEditor = new URLSearchParams(location.search).get('editor');

let phone = null;
let records = null;
let sentMessages = [];
let chosen = null;
/** Whether the visitor has chosen whom to talk to; else the page opens the chat in which n8n asks something. */
let picked = false;
/** What happened before is left out of the traffic until somebody asks for it. Unix ms. */
let trafficSince = Date.now();
/** The message being corrected on each phone. */
const editing = { owner: null, customer: null };

follow((changed) => {
	records = changed;
	refresh();
}, showEnd);

let refreshing = false;
let outdated = false;

/** Reads what is not streamed and shows everything, never twice at the same time. */
async function refresh() {
	outdated = true;
	if (refreshing) return;
	refreshing = true;
	try {
		while (outdated) {
			outdated = false;
			[phone, sentMessages] = await Promise.all([get('phone'), get('messages')]);
			show();
			await new Promise(requestAnimationFrame);
		}
	} catch (error) {
		notify(`The sandbox does not answer: ${error.message}`);
	} finally {
		refreshing = false;
	}
}

function show() {
	const updates = inOrder(records.updates);
	const deliveries = inOrder(records.deliveries);
	const requests = inOrder(records.requests);
	const sent = sentMessages.filter(({ phoneNumberId }) => phoneNumberId === phone.number.id);

	for (const form of document.querySelectorAll('.composer')) form.elements.text.disabled = false;

	const chats = chatsOf(phone, updates, sent, requests);
	const chat =
		(!picked && chats.find(isAsked)) ||
		((chosen ? chats.find(({ person }) => isChosen(person)) : quietChat(chats)) ?? chats[0]);
	chosen = chat.person;
	const messages = chat.messages.map((message) => ({
		...message,
		webhook: message.updateId ? webhookOf(message.updateId, deliveries) : null,
	}));

	showChatList(byId('chats'), chats, chosen, choose);
	showCustomers(byId('customer'), chats, chosen);
	const { verifiedName, displayPhoneNumber } = phone.number;
	const hidden = chosen.phone ? '' : ', no number';
	showPeer(byId('peer'), nameOf(chosen), `${addressOf(chosen)}${hidden}`);
	showPeer(byId('business'), verifiedName, readable(displayPhoneNumber));
	if (document.activeElement !== saving.elements.name) {
		saving.elements.name.value = chosen.savedName ?? '';
	}
	byId('remove').hidden = !chosen.savedName;
	document.querySelector('.avatar[data-side=customer]').textContent = nameOf(chosen).slice(0, 1);

	showConnection(historyOf(updates, deliveries, phone.notRequested));
	showOptions();
	const { rows, earlier } = trafficOf(records.updates, deliveries, requests, trafficSince);
	showTraffic(byId('traffic'), rows, executionLink, (id) => records.updates.get(id));
	byId('no-traffic').hidden = rows.length > 0;
	byId('earlier').hidden = earlier === 0;
	byId('earlier').textContent = `Show ${earlier} earlier`;

	// Last, when there is no more to come that takes room from them: they scroll to their end.
	for (const side of ['owner', 'customer']) {
		showConversation(byId(`${side}-messages`), messages, side, (act, message, more) =>
			ACTS[act](side, message, more),
		);
	}
}

function showEnd(ended) {
	byId('ended').hidden = !ended;
}

function inOrder(entries) {
	return [...entries.values()].sort((a, b) => a.id - b.id);
}

function isChosen({ userId, phone: number }) {
	return (userId && userId === chosen.userId) || (number && number === chosen.phone);
}

/** Whether n8n has asked last, by something that can be pressed. */
function isAsked({ messages }) {
	const last = messages.at(-1);
	return last?.author === 'n8n' && Boolean(last.offer);
}

const TAKEOVER_MS = 60 * 60 * 1000;

/** The latest in which the owner has not answered lately, so that n8n does. */
function quietChat(chats) {
	const since = Date.now() - TAKEOVER_MS;
	const isOwners = ({ author, old, at }) => author === 'owner' && !old && at > since;
	return chats.find(({ messages }) => !messages.some(isOwners));
}

function webhookOf(updateId, deliveries) {
	const own = deliveries.find(({ updateIds }) => updateIds.includes(updateId));
	if (!own) return 'not delivered';
	if (own.outcome === 'accepted') return 'delivered';
	return own.outcome === 'dropped' ? 'given up' : 'on its way';
}

function showConnection({ percent, text }) {
	const { number, callback, notRequested } = phone;
	byId('owner-title').textContent = number.verifiedName;
	byId('owner-number').textContent = `Business app · ${readable(number.displayPhoneNumber)}`;
	byId('connection').textContent = number.connected ? 'Connected' : 'Disconnected';
	byId('connection').classList.toggle('off', !number.connected);
	byId('callback').textContent = receiver();
	byId('callback').classList.toggle('off', !callback && !phone.news);

	byId('news').hidden = !phone.news;
	byId('news').textContent = phone.news ?? '';

	const editor = editorUrl();
	byId('editor').hidden = editor === null;
	byId('sign-in').hidden = !phone.signIn;
	if (phone.signIn) {
		const { email, password } = phone.signIn;
		byId('sign-in').textContent = `n8n asks you to sign in: ${email}, ${password}`;
	}
	if (editor) byId('editor').href = editor;

	document.querySelector('[data-do=share]').disabled = notRequested.length === 0;
	for (const name of ['disconnect', 'reconnect']) {
		document.querySelector(`[data-do=${name}]`).disabled = !number.connected;
	}
	byId('progress').value = percent;
	byId('progress-text').textContent = text;
}

function receiver() {
	const { number, callback, news } = phone;
	if (callback) return `Webhooks go to ${callback}`;
	if (!number.connected) return 'The number is disconnected: Meta delivers no messages.';
	return news
		? 'Nobody receives webhooks yet: the demo publishes its workflows as soon as n8n runs.'
		: 'Nobody receives webhooks yet. Publish a workflow that starts with the WhatsApp Coexistence Trigger.';
}

function showOptions() {
	for (const field of byId('options').elements) {
		const value = phone.deliveryOptions[field.name];
		if (field === document.activeElement) continue;
		if (field.type === 'checkbox') field.checked = value;
		else field.value = String(value);
	}
}

function editorUrl() {
	const url = givenEditor ?? phone.workflowsUrl;
	return url && /^https?:\/\//.test(url) ? url : null;
}

function executionLink({ id }) {
	if (givenEditor) return editorUrl() && `${editorUrl()}/executions`;
	return phone.workflowsUrl && `/_control/phone/executions/${id}`;
}

function choose(person) {
	chosen = person;
	picked = true;
	for (const form of document.querySelectorAll('.composer')) stopEditing(form);
	show();
}

byId('customer').addEventListener('change', ({ target }) => {
	choose({ userId: target.value, phone: target.value });
});

for (const form of document.querySelectorAll('.composer')) {
	const { author } = form.dataset;
	form.addEventListener('focusin', () => (picked = true));
	form.addEventListener('submit', async (event) => {
		event.preventDefault();
		const text = form.elements.text.value.trim();
		if (text === '') return;
		const messageId = editing[author];
		stopEditing(form);
		await (messageId ? type('edits', { author, messageId, text }) : type('says', { author, text }));
	});
	form.addEventListener('click', async ({ target }) => {
		if (target.dataset.act === 'cancel') stopEditing(form);
		if (!target.dataset.type) return;
		target.closest('details').open = false;
		await type('says', { author, type: target.dataset.type });
	});
	form.addEventListener('keydown', ({ key }) => {
		if (key !== 'Escape') return;
		form.querySelector('details').open = false;
		if (editing[author]) stopEditing(form);
	});
}

/** What can be done to a message, by whoever holds the phone. */
const ACTS = {
	edit: (author, { id, text }) => {
		const form = composerOf(author);
		editing[author] = id;
		form.querySelector('.editing').hidden = false;
		form.elements.text.value = text;
		form.elements.text.focus();
	},
	delete: async (author, { id }) => {
		if (editing[author] === id) stopEditing(composerOf(author));
		await type('deletes', { author, messageId: id });
	},
	react: (author, { id }, emoji) => type('reacts', { author, messageId: id, emoji }),
	choose: (_, { id }, choice) => type('chooses', { messageId: id, choice }),
	fillIn: (_, { id }, fields) => type('fills-in', { messageId: id, fields }),
};

function composerOf(author) {
	return document.querySelector(`.composer[data-author=${author}]`);
}

function stopEditing(form) {
	editing[form.dataset.author] = null;
	form.querySelector('.editing').hidden = true;
	form.elements.text.value = '';
}

const saving = byId('save');
saving.addEventListener('submit', async (event) => {
	event.preventDefault();
	await save(saving.elements.name.value.trim() || null);
});
byId('remove').addEventListener('click', () => save(null));

/** Puts the person into the phone's address book under a name, or takes them out. */
async function save(name) {
	saving.closest('details').open = false;
	await type('saves', { name });
}

/** Something done in the chat that is open. */
async function type(what, more) {
	if (!chosen) return;
	const { userId, phone: number, username } = chosen;
	const customer = {
		fullName: chosen.profileName ?? nameOf(chosen),
		phone: number,
		// Somebody whom n8n has only written to so far.
		userId: userId ?? `ES.${number}`,
		username,
	};
	await attempt(`phone/${what}`, { customer, ...more });
}

const ACTIONS = {
	connect: () => attempt('onboard', { content: PHONE_CONTENT }),
	share: () => attempt('phone/share'),
	decline: () => attempt('scenario/history-declined', { wait: false }),
	disconnect: () => attempt('scenario/disconnect', { wait: false }),
	reconnect: () => attempt('scenario/reconnect', { wait: false, offlineMs: OFFLINE_MS }),
};

for (const button of document.querySelectorAll('[data-do]')) {
	button.addEventListener('click', () => ACTIONS[button.dataset.do]());
}

byId('earlier').addEventListener('click', () => {
	trafficSince = 0;
	show();
});

byId('options').addEventListener('change', async ({ target }) => {
	const value = target.type === 'checkbox' ? target.checked : Number(target.value);
	await attempt('delivery-options', { [target.name]: value });
});

/** Asks the simulated Meta for something and tells the visitor if it came to nothing. */
async function attempt(path, body) {
	byId('notice').hidden = true;
	try {
		const { unrouted = 0 } = await post(path, body);
		if (unrouted > 0) {
			notify(
				phone.number.connected
					? 'Meta delivered nothing: no workflow is subscribed to this. Publish one that starts with the WhatsApp Coexistence Trigger.'
					: 'Meta delivered nothing: the number is disconnected. Connect it again.',
			);
		}
	} catch (error) {
		notify(error.message);
	}
	await refresh();
}

const NOTICE_MS = 8000;
let noticeEnds;

function notify(text) {
	const notice = byId('notice');
	notice.textContent = text;
	notice.hidden = false;
	clearTimeout(noticeEnds);
	noticeEnds = setTimeout(() => (notice.hidden = true), NOTICE_MS);
}
