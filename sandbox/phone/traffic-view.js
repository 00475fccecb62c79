/** The list of what went to and fro between Meta and n8n. */
import { element, renderList } from './dom.js';

const JSON_SHOWN = 20_000;

/**
 * @param linkOf tells where the execution of a delivery can be seen; null if nowhere
 * @param updateOf finds an update by its id
 */
export function showTraffic(list, rows, linkOf, updateOf) {
	renderList(list, rows, (row) => rowOf(row, linkOf, updateOf));
}

function rowOf(row, linkOf, updateOf) {
	const { from, what, about, state, result, notes, delivery, at } = row;
	const link = delivery && state === 'good' && linkOf(delivery);
	const details = element(
		'details',
		{},
		element(
			'summary',
			{},
			element('time', {}, at === Infinity ? '' : timeOf(at)),
			element('span', { className: `from from-${from}` }, from === 'Meta' ? 'webhook' : 'n8n'),
			element(
				'span',
				{ className: 'what' },
				element('code', {}, what),
				about && element('span', { className: 'about' }, about),
			),
			element(
				'span',
				{ className: 'answer' },
				element('span', { className: `status ${state}` }, result),
				element('span', { className: 'notes' }, notes.join(', ')),
			),
		),
	);
	// A chunk of history may be large: written out only for who wants to see it.
	details.addEventListener('toggle', () => {
		if (details.open && details.childElementCount === 1) details.append(...insideOf(row, updateOf));
	});
	return element(
		'li',
		{},
		details,
		link
			? element('a', { href: link, target: '_blank', rel: 'noopener' }, 'Execution ↗')
			: element('span'),
	);
}

function insideOf({ delivery, body }, updateOf) {
	if (!delivery) return [json(body)];
	const attempts = delivery.attempts.map(({ startedAt, status, ms, responseBody }) =>
		element(
			'li',
			{},
			`${timeOf(startedAt)}: ${status ?? 'no answer'} after ${ms} ms. ${responseBody}`,
		),
	);
	return [
		element('p', {}, `#${delivery.id}, ${delivery.bytes} bytes to ${delivery.url}`),
		element('ol', { className: 'attempts' }, ...attempts),
		...delivery.updateIds.flatMap((id) => {
			const update = updateOf(id);
			return update ? [json({ field: update.field, value: update.value })] : [];
		}),
	];
}

function timeOf(at) {
	return new Date(at).toLocaleTimeString([], { timeStyle: 'medium', hourCycle: 'h23' });
}

function json(value) {
	const text = JSON.stringify(value, null, 2);
	const shown = text.length > JSON_SHOWN ? `${text.slice(0, JSON_SHOWN)}\n…` : text;
	return element('pre', { tabIndex: 0 }, shown);
}
