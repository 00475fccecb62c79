/** Turns addressed updates into POST bodies: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview */
import type { Route, Update } from './routing.mts';

export interface Post<Addressed extends Update = Update> {
	route: Route;
	updates: [Addressed, ...Addressed[]];
	payload: Payload;
}

export interface Payload {
	object: 'whatsapp_business_account';
	entry: Entry[];
}

interface Entry {
	id: string;
	time?: number | string;
	changes: Array<{ field: string; value: unknown }>;
}

/** Puts consecutive updates to the same app and URL in one POST, `batchSize` at most. */
export function batch<Addressed extends Update>(
	addressed: Array<{ route: Route; update: Addressed }>,
	batchSize: number,
): Array<Post<Addressed>> {
	const posts: Array<Omit<Post<Addressed>, 'payload'>> = [];
	const open = new Map<string, (typeof posts)[number]>();
	for (const { route, update } of addressed) {
		const target = `${route.app.id} ${route.level} ${route.url}`;
		const post = open.get(target);
		if (post && post.updates.length < batchSize) {
			post.updates.push(update);
			continue;
		}
		const next = { route, updates: [update] as Post<Addressed>['updates'] };
		open.set(target, next);
		posts.push(next);
	}
	return posts.map((post) => ({ ...post, payload: payloadOf(post.updates) }));
}

/** What one POST says, before it is encoded and signed. Consecutive updates of one account share an entry. */
export function payloadOf(updates: Update[]): Payload {
	const entry: Entry[] = [];
	for (const update of updates) addToEntry(entry, update);
	return { object: 'whatsapp_business_account', entry };
}

function addToEntry(entries: Entry[], update: Update): void {
	const id = update.entryId ?? update.wabaId;
	const change = { field: update.field, value: update.value };
	const last = entries.at(-1);
	if (last && last.id === id && last.time === update.entryTime) {
		last.changes.push(change);
		return;
	}
	entries.push({
		id,
		...(update.entryTime !== undefined && { time: update.entryTime }),
		changes: [change],
	});
}
