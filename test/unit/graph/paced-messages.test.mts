import { describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import type { Graph, GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import {
	failureOf,
	GraphApiError,
	unanswered,
	type GraphFailure,
} from '../../../nodes/WhatsAppCoexistence/graph/errors';
import { paceMessages } from '../../../nodes/WhatsAppCoexistence/graph/paced-messages';
import { createPace } from '../../../nodes/WhatsAppCoexistence/graph/pacing';
import { virtualClock } from './virtual-clock.mts';

const node = { name: 'WhatsApp Coexistence', type: 'test', typeVersion: 1 } as INode;
const TEXT: GraphRequest = {
	method: 'POST',
	path: '/800000000000001/messages',
	body: { to: '34600333444', type: 'text' },
};

/** Sends one request to a Meta that fails with each of the failures in turn, then accepts. */
async function sendThrough(failures: GraphFailure[], request: GraphRequest = TEXT) {
	const clock = virtualClock();
	const sentAt: number[] = [];
	const graph: Graph = {
		root: 'https://graph.facebook.com/v26.0',
		businessAccountId: '900000000000001',
		appId: '700000000000001',
		messagesPerSecond: 20,
		rehearses: false,
		shown: ({ method, path }) => ({ method, url: path }),
		async call<T>(): Promise<T> {
			sentAt.push(clock.now());
			const failure = failures.shift();
			if (failure !== undefined) throw new GraphApiError(node, failure);
			return { accepted: true } as T;
		},
	};
	const answer = await clock
		.run(paceMessages(graph, createPace(), clock).call(request))
		.catch((error: Error) => error);
	const pauses = sentAt.slice(1).map((at, index) => at - sentAt[index]!);
	return { answer, tries: sentAt.length, pauses };
}

const failure = (status: number, code?: number) =>
	failureOf(status, code === undefined ? '<html>' : { error: { code, message: 'From Meta' } });
const times = (count: number, one: GraphFailure) =>
	Array.from({ length: count }, () => ({ ...one }));

describe('a message that Meta refuses for the moment', () => {
	it('is sent again after 4^n seconds where the pair rate was reached', async () => {
		const { answer, pauses } = await sendThrough(times(3, failure(400, 131056)));
		expect(answer).toEqual({ accepted: true });
		expect(pauses).toEqual([1_000, 4_000, 16_000]);
	});

	it('is sent again after growing pauses where the throughput was reached', async () => {
		const { answer, pauses } = await sendThrough(times(3, failure(400, 130429)));
		expect(answer).toEqual({ accepted: true });
		expect(pauses).toEqual([1_000, 2_000, 4_000]);
	});

	it.each([131057, 130429, 131056])('is sent again after code %i', async (code) => {
		const { answer, tries } = await sendThrough([failure(500, code)]);
		expect(answer).toEqual({ accepted: true });
		expect(tries).toBe(2);
	});

	it('is given up in the end', async () => {
		const { answer, tries } = await sendThrough(times(20, failure(503, 131057)));
		expect(answer).toMatchObject({ graph: { code: 131057 } });
		expect(tries).toBe(4);
	});

	it('is sent again where it never left', async () => {
		const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
		const { answer } = await sendThrough([unanswered('https://meta.test', refused)]);
		expect(answer).toEqual({ accepted: true });
	});
});

describe('a message that may have been taken', () => {
	it.each([
		['code 1, which may be a fault of Meta’s own', failure(400, 1)],
		['code 2, “overloaded”', failure(503, 2)],
		['code 131000, “unknown error”', failure(500, 131000)],
		['code 131000, whatever the HTTP status', failure(400, 131000)],
		['code 131016, “temporarily unavailable”', failure(503, 131016)],
		['a 502 of a proxy', failure(502)],
		['a 500 with a code that is not in Meta’s list', failure(500, 987654)],
		[
			'no answer',
			unanswered(
				'https://meta.test',
				Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
			),
		],
	])('is not sent again after %s', async (_case, unknown) => {
		const { answer, tries } = await sendThrough([unknown]);
		expect(answer).toMatchObject({ graph: { outcomeUnknown: true } });
		expect(tries).toBe(1);
	});
});

describe('a message that can never be taken', () => {
	it.each([100, 131026, 131047, 131048, 131049, 132001, 190])(
		'is not sent again after code %i',
		async (code) => {
			const { answer, tries } = await sendThrough([failure(400, code)]);
			expect(answer).toMatchObject({ graph: { code } });
			expect(tries).toBe(1);
		},
	);
});

describe('a request that is no message', () => {
	it('passes without a pace', async () => {
		const receipt = { ...TEXT, body: { status: 'read', message_id: 'wamid.M1' } };
		const { tries } = await sendThrough([failure(400, 130429)], receipt);
		expect(tries).toBe(1);
	});
});
