/** Sends webhooks: routed, batched, signed, repeated until the receiver answers 200. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Clock } from '../clock.mts';
import type { Journal } from '../journal.mts';
import { createRandom, type Random } from '../random.mts';
import type { World } from '../world.mts';
import { batch, type Post } from './batching.mts';
import { encodeBody, sign } from './encoding.mts';
import { type RecordedUpdate, type Route, routesOf, type Update } from './routing.mts';

export interface DeliveryOptions {
	/** Looks up the callback at each attempt; otherwise once, when the update happens. Which Meta does, no source says. */
	followsCallback: boolean;
	/** Wait before the third attempt in ms, doubled each time. The second attempt follows at once, as at Meta. */
	retryBaseMs: number;
	/** Attempts after the first. Meta goes on for 36 hours to 7 days. */
	maxRetries: number;
	/** How many deliveries in a hundred per cent (0 to 1) are sent once more as a separate delivery. */
	duplicateShare: number;
	/** How long every delivery waits before its first attempt, in ms. */
	delayMs: number;
	/** Sends waiting deliveries in any order. */
	reorder: boolean;
	/** Updates per POST; Meta goes up to 1000. */
	batchSize: number;
	/** POSTs under way at the same time. */
	concurrency: number;
	/** Of duplicates, order and ids. */
	seed: number;
	/** Whether messages sent through the API bring sent, delivered and read webhooks. */
	statuses: boolean;
	/** How long a receiver may take to answer, in ms. */
	timeoutMs: number;
}

export const DEFAULT_DELIVERY_OPTIONS: DeliveryOptions = {
	followsCallback: false,
	retryBaseMs: 200,
	maxRetries: 8,
	duplicateShare: 0,
	delayMs: 0,
	reorder: false,
	batchSize: 1,
	concurrency: 4,
	seed: 1,
	statuses: false,
	timeoutMs: 10_000,
};

export interface Attempt {
	/** Null if there was no HTTP answer. */
	status: number | null;
	/** ISO 8601, real time. */
	startedAt: string;
	ms: number;
	/** First 500 characters, or why there is none. */
	responseBody: string;
}

export interface Delivery {
	url: string;
	level: Route['level'] | 'raw';
	appId: string;
	/** Field names with their number of changes. */
	fields: Record<string, number>;
	/** The updates it carries, by their id in the journal of updates; none if the bytes were given. */
	updateIds: number[];
	bytes: number;
	/** The delivery that this one repeats. */
	duplicateOf: number | null;
	attempts: Attempt[];
	done: boolean;
	/** `accepted` after a 200, `dropped` once the retries are used up. */
	outcome: 'accepted' | 'dropped' | null;
}

export interface DeliveryEngine {
	options: DeliveryOptions;
	/** Takes over changed options; a new seed starts the randomness again. */
	configure(options: Partial<DeliveryOptions>): void;
	/** Queues updates and tells the ids of the deliveries and how many updates nobody is subscribed to. */
	deliver(updates: Update[], send?: { copies?: number; delayMs?: number }): Dispatch;
	/** Sends these exact bytes once. */
	deliverRaw(raw: RawDelivery): Promise<Attempt & { deliveryId: number }>;
	/** Waits until nothing is queued or waiting for a retry. */
	drain(): Promise<void>;
	/** Waits until these deliveries were accepted or dropped. */
	settled(deliveryIds: number[]): Promise<Delivery[]>;
	/** Forgets what is queued. */
	reset(): void;
	close(): Promise<void>;
}

export interface Dispatch {
	deliveryIds: number[];
	unrouted: number;
}

export interface RawDelivery {
	url: string;
	appId: string;
	body: string;
	headers: Record<string, string>;
}

interface QueuedPost {
	delivery: Delivery & { id: number };
	body: string;
	secret: string;
	/** Of those in it, the first: all have the same way. */
	update: Update;
	notBefore: number;
}

export function createDeliveryEngine(
	world: World,
	clock: Clock,
	journals: { updates: Journal<RecordedUpdate>; deliveries: Journal<Delivery> },
): DeliveryEngine {
	const options = { ...DEFAULT_DELIVERY_OPTIONS };
	const agent = new Agent({ keepAliveTimeout: 4_000, connections: 64 });
	const stop = new AbortController();
	let random: Random = createRandom(options.seed);
	let waiting: QueuedPost[] = [];
	let underWay = 0;
	let generation = 0;
	let wake: NodeJS.Timeout | undefined;
	const settledListeners = new Set<() => void>();

	const active = new Set<number>();

	function enqueue(post: QueuedPost): void {
		active.add(post.delivery.id);
		waiting.push(post);
		setImmediate(pump);
	}

	function pump(): void {
		clearTimeout(wake);
		while (underWay < options.concurrency) {
			const due = waiting.filter((post) => post.notBefore <= Date.now());
			const [oldest] = due;
			if (!oldest) break;
			const next = options.reorder ? random.pick(due) : oldest;
			waiting = waiting.filter((post) => post !== next);
			underWay++;
			void transmit(next, generation).finally(() => {
				underWay--;
				pump();
			});
		}
		if (waiting.length > 0 && underWay < options.concurrency) {
			const soonest = Math.min(...waiting.map((post) => post.notBefore));
			wake = setTimeout(pump, Math.max(1, soonest - Date.now()));
		}
	}

	async function transmit(post: QueuedPost, startedIn: number): Promise<void> {
		const { delivery, body, secret } = post;
		if (options.followsCallback) delivery.url = presentUrl(post);
		const attempt = await attemptPost(delivery.url, body, {
			'content-type': 'application/json',
			'x-hub-signature-256': sign(body, secret),
		});
		delivery.attempts.push(attempt);
		if (startedIn !== generation) return;

		const retries = delivery.attempts.length - 1;
		if (attempt.status === 200) settle(delivery, 'accepted');
		else if (retries >= options.maxRetries) settle(delivery, 'dropped');
		else {
			const wait = retries === 0 ? 0 : options.retryBaseMs * 2 ** (retries - 1);
			waiting.push({ ...post, notBefore: Date.now() + wait });
		}
		journals.deliveries.changed(delivery);
	}

	function presentUrl({ delivery, update }: QueuedPost): string {
		const route = routesOf(world, update).find(({ app }) => app.id === delivery.appId);
		return route?.url ?? delivery.url;
	}

	function settle(delivery: Delivery & { id: number }, outcome: 'accepted' | 'dropped'): void {
		delivery.outcome = outcome;
		delivery.done = true;
		active.delete(delivery.id);
		for (const listener of settledListeners) listener();
	}

	async function attemptPost(
		url: string,
		body: string,
		headers: Record<string, string>,
	): Promise<Attempt> {
		const startedAt = new Date().toISOString();
		const start = performance.now();
		const answer = await request(url, {
			method: 'POST',
			headers: { 'user-agent': 'facebookexternalua', accept: '*/*', ...headers },
			body,
			dispatcher: agent,
			headersTimeout: options.timeoutMs,
			bodyTimeout: options.timeoutMs,
			signal: stop.signal,
		})
			.then(async (response) => ({
				status: response.statusCode,
				text: await response.body.text(),
			}))
			.catch((error: Error) => ({ status: null, text: error.message }));
		return {
			status: answer.status,
			startedAt,
			ms: Math.round(performance.now() - start),
			responseBody: answer.text.slice(0, 500),
		};
	}

	function until(condition: () => boolean): Promise<void> {
		if (condition()) return Promise.resolve();
		return new Promise((resolve) => {
			const check = () => {
				if (!condition()) return;
				settledListeners.delete(check);
				resolve();
			};
			settledListeners.add(check);
		});
	}

	return {
		options,

		configure: (changed) => {
			Object.assign(options, changed);
			if (changed.seed !== undefined) random = createRandom(changed.seed);
			pump();
		},

		deliver: (updates, { copies = 1, delayMs = 0 } = {}) => {
			const dated = updates.map((update) =>
				journals.updates.add({ ...withEntryTime(update, clock), at: clock.now() }),
			);
			const routed = dated.map((update) => ({ update, routes: routesOf(world, update) }));
			const addressed = routed.flatMap(({ update, routes }) =>
				routes.map((route) => ({ route, update })),
			);
			const deliveryIds: number[] = [];
			const queue = (post: Post<(typeof dated)[number]>, duplicateOf: number | null) => {
				const body = encodeBody(post.payload);
				const delivery = journals.deliveries.add({
					url: post.route.url,
					level: post.route.level,
					appId: post.route.app.id,
					fields: countFields(post.updates),
					updateIds: post.updates.map(({ id }) => id),
					bytes: Buffer.byteLength(body),
					duplicateOf,
					attempts: [],
					done: false,
					outcome: null,
				});
				const notBefore = Date.now() + options.delayMs + delayMs;
				const { secret } = post.route.app;
				enqueue({ delivery, body, secret, update: post.updates[0], notBefore });
				deliveryIds.push(delivery.id);
				return delivery.id;
			};
			for (const post of batch(addressed, options.batchSize)) {
				const original = queue(post, null);
				const repeated = random.next() < options.duplicateShare ? 1 : 0;
				for (let copy = 1; copy < copies + repeated; copy++) queue(post, original);
			}
			return {
				deliveryIds,
				unrouted: routed.filter(({ routes }) => routes.length === 0).length,
			};
		},

		deliverRaw: async ({ url, appId, body, headers }) => {
			const attempt = await attemptPost(url, body, headers);
			const { id } = journals.deliveries.add({
				url,
				level: 'raw',
				appId,
				fields: {},
				updateIds: [],
				bytes: Buffer.byteLength(body),
				duplicateOf: null,
				attempts: [attempt],
				done: true,
				outcome: attempt.status === 200 ? 'accepted' : 'dropped',
			});
			return { ...attempt, deliveryId: id };
		},

		drain: () => until(() => active.size === 0),

		settled: async (deliveryIds) => {
			await until(() => deliveryIds.every((id) => !active.has(id)));
			const wanted = new Set(deliveryIds);
			return journals.deliveries.since().filter((delivery) => wanted.has(delivery.id));
		},

		reset: () => {
			generation++;
			waiting = [];
			active.clear();
			Object.assign(options, DEFAULT_DELIVERY_OPTIONS);
			random = createRandom(options.seed);
			for (const listener of settledListeners) listener();
		},

		close: async () => {
			generation++;
			waiting = [];
			clearTimeout(wake);
			stop.abort();
			await agent.destroy();
			// Lets the aborted attempts finish their bookkeeping before the caller goes on.
			while (underWay > 0) await sleep(5);
		},
	};
}

function countFields(updates: Update[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { field } of updates) counts[field] = (counts[field] ?? 0) + 1;
	return counts;
}

/** Account-type fields are dated, message-type fields are not. */
function withEntryTime(update: Update, clock: Clock): Update {
	const accountType = update.phoneNumberId === null;
	return accountType && update.entryTime === undefined
		? { ...update, entryTime: clock.seconds() }
		: update;
}
