/** Cursor paging: https://developers.facebook.com/docs/graph-api/results */
import { GraphError, invalidParameter } from '../graph-errors.mts';
import { type GraphCall, majorOf } from './call.mts';

const DEFAULT_LIMIT = 25;
/** The version from which on a cursor that is no good has a code of its own. */
const STALE_CURSOR_SINCE = 24;

interface Page<Item> {
	data: Item[];
	paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
}

/** The page that `limit`, `after` and `before` ask for; `next` and `previous` carry no token. */
export function page<Item>(call: GraphCall, items: Item[]): Page<Item> {
	const limit = Number(call.params.limit ?? DEFAULT_LIMIT);
	if (!Number.isInteger(limit) || limit < 1) {
		throw invalidParameter('Param limit must be a positive integer.');
	}
	const { after, before } = call.params;
	const start = before
		? Math.max(0, position(call, before) - limit)
		: after
			? position(call, after) + 1
			: 0;
	const end = before ? position(call, before) : start + limit;
	const data = items.slice(start, end);
	if (data.length === 0) return { data };

	const last = start + data.length - 1;
	return {
		data,
		paging: {
			cursors: { before: cursor(start), after: cursor(last) },
			...(last < items.length - 1 && { next: link(call, { after: cursor(last) }) }),
			...(start > 0 && { previous: link(call, { before: cursor(start) }) }),
		},
	};
}

function cursor(index: number): string {
	return Buffer.from(`position ${index}`).toString('base64url');
}

function position({ version }: GraphCall, value: unknown): number {
	const index = Number(
		/^position (\d+)$/.exec(Buffer.from(String(value), 'base64url').toString())?.[1],
	);
	if (!Number.isNaN(index)) return index;
	throw majorOf(version) < STALE_CURSOR_SINCE
		? invalidParameter('Invalid cursors values.')
		: new GraphError(131059, '(#131059) Invalid cursor', {
				details: 'The cursor has expired or is corrupted.',
			});
}

function link({ request, simulation }: GraphCall, turn: Record<string, string>): string {
	const url = new URL(request.url, simulation.url);
	for (const parameter of ['after', 'before', 'access_token', 'appsecret_proof'])
		url.searchParams.delete(parameter);
	for (const [name, value] of Object.entries(turn)) url.searchParams.set(name, value);
	return url.href;
}
