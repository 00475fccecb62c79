/** The two phones. */
import { element, renderList } from './dom.js';
import { addressOf, nameOf } from './people.js';

const DELETED = 'This message was deleted';

/** @param onChoose called with the person whose chat is opened */
export function showChatList(list, chats, chosen, onChoose) {
	const items = chats.map(({ person, messages }) => ({
		key: person.userId ?? person.phone,
		name: nameOf(person),
		last: lastLine(messages.at(-1)),
		time: messages.length > 0 ? shortTime(messages.at(-1).at) : '',
		current: person === chosen,
		person,
	}));
	renderList(list, items, ({ name, last, time, current, person }) =>
		element(
			'li',
			{},
			element(
				'button',
				{
					type: 'button',
					className: 'chat',
					onclick: () => onChoose(person),
					...(current && { 'aria-current': 'true' }),
				},
				avatar(name),
				element('span', { className: 'chat-name' }, name),
				element('span', { className: 'chat-last' }, last),
				element('span', { className: 'chat-time' }, time),
			),
		),
	);
}

/**
 * @param side `owner` or `customer`: whose messages stand on the right and can be corrected
 * @param act called with the message and `edit`, `delete`, `react` and the emoji, or `choose` and the choice, or `fillIn` and the fields
 */
export function showConversation(list, messages, side, act) {
	const visible = side === 'customer' ? messages.filter(({ lost }) => !lost) : messages;
	const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
	const before = list.lastElementChild?.dataset.key;
	const items = visible.map((message) => ({ key: message.id, ...message }));
	renderList(list, items, (message) => bubble(message, side, act));
	if (atEnd || list.lastElementChild?.dataset.key !== before) list.scrollTop = list.scrollHeight;
}

/** What the holder of a phone may react with; pressed again it is taken back. */
const REACTIONS = ['👍', '❤️', '😂'];

/** Whom the holder of the phone is talking to. */
export function showPeer(heading, name, address) {
	heading.replaceChildren(name, element('span', {}, address));
}

/** Fills the choice of customers, keeping the one chosen. */
export function showCustomers(select, chats, chosen) {
	const people = chats.map(({ person }) => person);
	const items = [...people]
		.sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
		.map((person) => ({
			key: person.userId ?? person.phone,
			text: `${person.profileName ?? nameOf(person)} · ${addressOf(person)}`,
		}));
	renderList(select, items, ({ key, text }) => element('option', { value: key }, text));
	select.value = chosen.userId ?? chosen.phone;
}

function bubble(message, side, act) {
	const own = side === 'owner' ? message.author !== 'customer' : message.author === 'customer';
	const reactions = Object.values(message.reactions).filter(Boolean).join('');
	const node = element(
		'li',
		{ className: `bubble ${own ? 'own' : 'other'} by-${message.author}` },
		message.author === 'n8n' && element('span', { className: 'author' }, 'n8n'),
		message.deleted
			? element('em', {}, DELETED)
			: element(
					'p',
					{},
					message.label && element('span', { className: 'label' }, message.label),
					message.offer?.header && element('b', {}, message.offer.header),
					message.text,
					message.offer?.footer && element('small', {}, message.offer.footer),
				),
		reactions && element('span', { className: 'reactions' }, reactions),
		element('span', { className: 'meta' }, metaOf(message)),
	);
	if (message.offer) node.append(...offered(message, side, act));
	if (!message.deleted && !message.old) node.append(actsOf(message, side, act));
	return node;
}

/** What can be pressed; only the customer can. */
function offered(message, side, act) {
	const { buttons, form, list } = message.offer;
	const press = (choice) => () => act('choose', message, choice);
	return [
		...buttons.map(({ title, choice, url }) =>
			element(
				'button',
				{
					type: 'button',
					className: 'offer',
					disabled: side !== 'customer' || choice === undefined,
					onclick: press(choice),
					...(url && { title: url }),
				},
				url ? `${title} ↗` : title,
			),
		),
		form && formOf(form, message, side, act),
		...(list
			? [
					element(
						'details',
						{ className: 'offer' },
						element('summary', {}, `☰ ${list.title}`),
						...list.sections.flatMap(({ title, rows }) => [
							title ? element('h4', {}, title) : null,
							...rows.map((row) =>
								element(
									'button',
									{ type: 'button', disabled: side !== 'customer', onclick: press(row.choice) },
									row.title,
									row.description ? element('small', {}, row.description) : null,
								),
							),
						]),
					),
				]
			: []),
	].filter(Boolean);
}

/** Every form has one field here: what the fields of the real one are only Meta knows. */
function formOf(title, message, side, act) {
	const disabled = side !== 'customer';
	const fillIn = (event) => {
		event.preventDefault();
		act('fillIn', message, { answer: event.target.elements.answer.value });
	};
	return element(
		'details',
		{ className: 'offer' },
		element('summary', {}, title),
		element(
			'form',
			{ onsubmit: fillIn },
			element('input', { name: 'answer', ariaLabel: 'answer', required: true, disabled }),
			element('button', { type: 'submit', disabled }, 'Send'),
		),
	);
}

function actsOf(message, side, act) {
	const button = (name, text, more) =>
		element('button', { type: 'button', onclick: () => act(name, message, more) }, text);
	const own = message.reactions[side];
	const isOwn = message.author === side;
	return element(
		'span',
		{ className: 'acts' },
		...REACTIONS.map((emoji) => {
			const react = button('react', emoji, own === emoji ? '' : emoji);
			react.ariaLabel = own === emoji ? `Take ${emoji} back` : `React with ${emoji}`;
			return react;
		}),
		isOwn && message.label === null && button('edit', 'Edit'),
		isOwn && button('delete', 'Delete'),
	);
}

/** Time, whether it was edited, and what became of its webhook or, if n8n sent it, of the message itself. */
function metaOf({ at, old, edited, webhook, status, lost, read }) {
	return [
		old ? longTime(at) : shortTime(at),
		edited && 'edited',
		webhook,
		lost ? 'lost: a user ID in “to”' : status,
		read && 'read by n8n',
	]
		.filter(Boolean)
		.join(' · ');
}

function avatar(name) {
	return element(
		'span',
		{ className: 'avatar', ariaHidden: 'true' },
		name.replace(/^[@+]/, '').slice(0, 1).toUpperCase(),
	);
}

function lastLine(message) {
	if (!message) return '';
	if (message.deleted) return DELETED;
	return [message.label, message.text].filter(Boolean).join(': ');
}

/** The time of day if it is today, else the day. */
function shortTime(at) {
	const date = new Date(at);
	const isToday = date.toDateString() === new Date().toDateString();
	return isToday
		? date.toLocaleTimeString([], { timeStyle: 'short', hourCycle: 'h23' })
		: date.toLocaleDateString([], { day: 'numeric', month: 'short' });
}

function longTime(at) {
	return new Date(at).toLocaleString([], {
		dateStyle: 'medium',
		timeStyle: 'short',
		hourCycle: 'h23',
	});
}
