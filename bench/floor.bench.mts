/**
 * How near the core of a delivery (verify, parse JSON, map) comes to what nobody can go below: the HMAC of
 * the same bytes, `JSON.parse`, and a walk over its messages that makes nothing of them. Both are measured
 * in one run, in turns and in either order, so that whatever else slows the machine slows both.
 */
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

import type * as events from '../nodes/WhatsAppCoexistence/events';
import type * as signature from '../nodes/WhatsAppCoexistence/callbacks/signature';
import { historyChunk, text } from './payloads.mts';
import { median } from './statistics.mts';

const require = createRequire(import.meta.url);
const { parseWebhook }: typeof events = require('../dist/nodes/WhatsAppCoexistence/events');
const {
	verifySignature,
}: typeof signature = require('../dist/nodes/WhatsAppCoexistence/callbacks/signature');

const SECRET = 'test_app_secret';

interface Comparison {
	name: string;
	/** Milliseconds, medians. */
	ours: number;
	floor: number;
	/** Median of the ratios of two measurements that followed each other. */
	ratio: number;
	/** What the ratio may be at most. */
	limit: number;
}

/** @param repeated how often in one measurement, so that it is long enough for the clock */
function compare(json: string, name: string, repeated: number, limit: number): Comparison {
	const raw = Buffer.from(json);
	const header = `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;
	const ours = () => {
		if (!verifySignature(raw, header, SECRET)) throw new Error('not signed');
		return parseWebhook(JSON.parse(raw.toString('utf8'))).length;
	};
	const floor = () => {
		const { length } = createHmac('sha256', SECRET).update(raw).digest();
		return length + emptyWalk(JSON.parse(raw.toString('utf8')));
	};

	const rounds: Array<{ ours: number; floor: number }> = [];
	const until = performance.now() + 6_000;
	for (let round = 0; performance.now() < until; round++) {
		const first = round % 2 === 0 ? ours : floor;
		const a = timeOf(first, repeated);
		const b = timeOf(first === ours ? floor : ours, repeated);
		const isWarm = round >= 20;
		if (isWarm) rounds.push(first === ours ? { ours: a, floor: b } : { ours: b, floor: a });
	}
	return {
		name,
		ours: median(rounds.map((round) => round.ours)),
		floor: median(rounds.map((round) => round.floor)),
		ratio: median(rounds.map((round) => round.ours / round.floor)),
		limit,
	};
}

function timeOf(work: () => number, repeated: number): number {
	const start = performance.now();
	for (let n = 0; n < repeated; n++) work();
	return (performance.now() - start) / repeated;
}

function emptyWalk(body: any): number {
	let visited = 0;
	for (const entry of body.entry) {
		for (const { value } of entry.changes) {
			for (const message of value.messages ?? []) if (message.id !== undefined) visited++;
			for (const chunk of value.history ?? [])
				for (const thread of chunk.threads)
					for (const message of thread.messages) if (message.id !== undefined) visited++;
		}
	}
	return visited;
}

export function compareWithFloor(): Comparison[] {
	return [
		compare(text, 'one text message: verify, parse, map', 500, 1.3),
		compare(historyChunk, 'history chunk of 10 000 messages: verify, parse, map', 1, 1.8),
	];
}
