/** Webhooks of Meta and calls of n8n, newest first, each as one row. */
import { inOneLine } from './content.js';

const ROWS_SHOWN = 150;
const DETAILS_SHOWN = 2;

const SYNCS = { smb_app_state_sync: 'contacts' };

/**
 * @param since Unix ms; what was over before is only counted
 * @returns `rows` with `key`, `at` (Unix ms; Infinity while waiting), `from`, `what`, `about`, `state`
 *   (good, bad or waiting), `result` and `notes`, of a webhook also the `delivery`; how many are `earlier`
 */
export function trafficOf(updates, deliveries, requests, since) {
	const all = [
		...deliveries.map((delivery) => webhookRow(delivery, updates)),
		...requests.map(requestRow),
	];
	const rows = all.filter(({ at }) => at >= since);
	return {
		rows: rows.sort((a, b) => b.at - a.at || b.id - a.id).slice(0, ROWS_SHOWN),
		earlier: all.length - rows.length,
	};
}

function webhookRow(delivery, updates) {
	const { id, fields, updateIds, attempts, outcome, duplicateOf } = delivery;
	const last = attempts.at(-1);
	const carried = updateIds.flatMap((updateId) => updates.get(updateId) ?? []);
	return {
		key: `webhook-${id}`,
		id,
		at: attempts.length > 0 ? Date.parse(attempts[0].startedAt) : Infinity,
		from: 'Meta',
		what: Object.keys(fields).join(', ') || 'raw bytes',
		about: shortened(carried.flatMap(eventsIn)),
		state: outcome === 'accepted' ? 'good' : last || outcome ? 'bad' : 'waiting',
		result: last ? String(last.status ?? 'no answer') : 'waiting',
		notes: [
			last && `${last.ms} ms`,
			attempts.length > 1 && `${attempts.length} attempts`,
			outcome === 'dropped' && 'given up',
			duplicateOf && `repeats #${duplicateOf}`,
		].filter(Boolean),
		delivery,
	};
}

function requestRow({ id, method, path, status, ms, at, body }) {
	return {
		key: `request-${id}`,
		id,
		at,
		from: 'n8n',
		what: `${method} ${path.split('/').slice(2).join('/')}`,
		about: aboutRequest(body),
		state: status === 200 ? 'good' : 'bad',
		result: String(status || 'no answer'),
		notes: ms === null ? [] : [`${ms} ms`],
		body,
	};
}

function aboutRequest(body) {
	if (body?.sync_type) return `asks for ${SYNCS[body.sync_type] ?? body.sync_type}`;
	if (body?.status === 'read') return 'read receipt';
	return body?.type ? inOneLine(body) : '';
}

function shortened(events) {
	const more = events.length - DETAILS_SHOWN;
	return [...events.slice(0, DETAILS_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(' · ');
}

function eventsIn({ value }) {
	if (!value || typeof value !== 'object') return [];
	return [
		...(value.event ? [value.event] : []),
		...(value.history ?? []).map(chunk),
		...(value.messages ?? []).map(message),
		...(value.message_echoes ?? []).map(message),
		...(value.statuses ?? []).map(({ status }) => status),
		...(value.state_sync?.length ? [counted(value.state_sync.length, 'contact')] : []),
	];
}

function counted(count, noun) {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function chunk({ metadata, threads = [], errors }) {
	if (errors) return `declined (${errors[0].code})`;
	const messages = threads.reduce((sum, thread) => sum + thread.messages.length, 0);
	return `phase ${metadata.phase}, chunk ${metadata.chunk_order}, ${counted(messages, 'message')}, ${metadata.progress} %`;
}

function message(item) {
	if (item.type === 'edit') return `edit: ${inOneLine(item.edit.message)}`;
	if (item.type === 'revoke') return 'deleted';
	if (item.type === 'reaction') return `reaction ${item.reaction.emoji ?? ''}`;
	return inOneLine(item);
}
