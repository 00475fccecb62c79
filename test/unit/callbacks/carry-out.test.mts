import { describe, expect, test } from '@jest/globals';

import {
	carryOut,
	carryOutRemoval,
	fallback,
} from '../../../nodes/WhatsAppCoexistence/callbacks/carry-out';
import type { Step } from '../../../nodes/WhatsAppCoexistence/callbacks/plan';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import type { GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { ACCOUNT, APP, graphThatAnswers, refusal } from './graph-that-answers.mts';
import { APP_SECRET } from './neighbours.mts';

const NUMBER = '800000000000001';
const BASE = {
	production: 'https://n8n.example/webhook/',
	test: 'https://n8n.example/webhook-test/',
};
const at = (id: string, query = '') => `${BASE.production}${id}/whatsapp${query}`;
const THEIRS = 'https://crm.example/meta';

interface Sent {
	callback_url?: string;
	override_callback_uri?: string;
	verify_token?: string;
	webhook_configuration?: Sent;
}

/** The address that a request sets; null where it takes one away. */
function addressIn({ body = {} }: GraphRequest): string | null {
	const sent = body as Sent;
	const { callback_url: ofApp, override_callback_uri: override } = {
		...sent,
		...sent.webhook_configuration,
	};
	return ofApp ?? (override || null);
}

/** A Meta that refuses these addresses, since they do not answer its handshake. */
function metaWithout(dead: Array<string | null>, code = 2200) {
	return graphThatAnswers((request) => {
		if (dead.includes(addressIn(request))) throw refusal(code);
		return { success: true };
	});
}

const STEPS: Array<[string, (url: string) => Step]> = [
	['the app', (url) => ({ do: 'setAppFields', url, fields: ['messages'] })],
	['the account', (url) => ({ do: 'overrideAccount', url })],
	['a number', (url) => ({ do: 'overrideNumber', phoneNumberId: NUMBER, url })],
];

describe.each(STEPS)('an address for %s', (_where, stepFor) => {
	test('is set with the token that its trigger knows', async () => {
		const { graph, requests } = metaWithout([]);
		await carryOut(graph, stepFor(at('aaa', '?with=bbb')), APP_SECRET);
		expect(requests.map(addressIn)).toEqual([at('aaa', '?with=bbb')]);
		expect(JSON.stringify(requests)).toContain(verifyTokenFor(at('aaa'), APP_SECRET));
	});

	const remove = async (url: string, dead: string[], code?: number) => {
		const { graph, requests } = metaWithout(dead, code);
		const lost = await carryOutRemoval(graph, stepFor(url), APP_SECRET, BASE);
		return { lost, tried: requests.map(addressIn), last: requests.at(-1)! };
	};

	test('is set once by a removal where it answers', async () => {
		const { lost, tried } = await remove(at('aaa', '?with=bbb'), []);
		expect(tried).toEqual([at('aaa', '?with=bbb')]);
		expect(lost).toEqual([]);
	});

	test.each([100, 2200, 2201])(
		'gives way to the next of ours where it does not answer the handshake (%d)',
		async (code) => {
			const first = at('aaa', '?with=bbb.ccc&was=crm.example/meta');
			const next = at('bbb', '?with=ccc&was=crm.example/meta');
			const { lost, tried } = await remove(first, [first], code);
			expect(tried).toEqual([first, next]);
			expect(lost).toEqual([first]);
		},
	);

	test('gives way to what stood there before where none of ours is left', async () => {
		const alone = at('aaa', '?was=crm.example/meta');
		const { lost, tried } = await remove(alone, [alone]);
		expect(tried).toEqual([alone, THEIRS]);
		expect(lost).toEqual([alone]);
	});

	test.each([
		['one of ours', at('aaa')],
		['somebody else’s', THEIRS],
	])('is taken away where %s was the last', async (_whose, url) => {
		const { lost, tried } = await remove(url, [url]);
		expect(tried).toEqual([url, null]);
		expect(lost).toEqual([url]);
	});

	test('does not give way to another where Meta refuses for another reason', async () => {
		const { graph, requests } = metaWithout([at('aaa', '?with=bbb')], 190);
		const removal = carryOutRemoval(graph, stepFor(at('aaa', '?with=bbb')), APP_SECRET, BASE);
		await expect(removal).rejects.toMatchObject({ graph: { code: 190 } });
		expect(requests).toHaveLength(1);
	});

	test('is not tried for ever where Meta refuses to take it away too', async () => {
		const { graph } = metaWithout([THEIRS, null]);
		const removal = carryOutRemoval(graph, stepFor(THEIRS), APP_SECRET, BASE);
		await expect(removal).rejects.toMatchObject({ graph: { code: 2200 } });
	});
});

test('the app’s own fields go with its last address, those that others live on stay', async () => {
	const { graph, requests } = metaWithout([at('aaa')]);
	const fields = ['messages', 'account_update', 'history', 'security'];
	await carryOutRemoval(graph, { do: 'setAppFields', url: at('aaa'), fields }, APP_SECRET, BASE);
	expect(requests.at(-1)).toMatchObject({
		method: 'DELETE',
		path: `/${APP}/subscriptions`,
		qs: { fields: 'account_update,security' },
	});
});

test('the fields stay as they are with another address', async () => {
	const { graph, requests } = metaWithout([at('aaa', '?with=bbb')]);
	const fields = ['messages', 'security'];
	const url = at('aaa', '?with=bbb');
	await carryOutRemoval(graph, { do: 'setAppFields', url, fields }, APP_SECRET, BASE);
	expect(requests.at(-1)!.body).toMatchObject({
		callback_url: at('bbb'),
		fields: 'messages,security',
	});
});

test.each<[string, Step, Partial<GraphRequest>]>([
	[
		'fields that go',
		{ do: 'deleteAppFields', fields: ['security'] },
		{ method: 'DELETE', path: `/${APP}/subscriptions` },
	],
	[
		'an app that is subscribed',
		{ do: 'subscribeApp' },
		{ method: 'POST', path: `/${ACCOUNT}/subscribed_apps` },
	],
	[
		'an override of the account that goes',
		{ do: 'overrideAccount', url: null },
		{ method: 'POST', path: `/${ACCOUNT}/subscribed_apps` },
	],
	[
		'an override of a number that goes',
		{ do: 'overrideNumber', phoneNumberId: NUMBER, url: null },
		{ method: 'POST', path: `/${NUMBER}` },
	],
])(
	'%s: one request, and nothing in its stead where Meta refuses it',
	async (_what, step, request) => {
		const willing = metaWithout([]);
		expect(await carryOutRemoval(willing.graph, step, APP_SECRET, BASE)).toEqual([]);
		expect(willing.requests).toMatchObject([request]);

		const refusing = metaWithout([null]);
		await expect(carryOutRemoval(refusing.graph, step, APP_SECRET, BASE)).rejects.toMatchObject({
			graph: { code: 2200 },
		});
		expect(refusing.requests).toHaveLength(1);
	},
);

test.each<Step>([
	{ do: 'deleteAppFields', fields: ['security'] },
	{ do: 'subscribeApp' },
	{ do: 'overrideAccount', url: null },
])('there is nothing else to put in its place: $do', (step) => {
	expect(fallback(step, BASE)).toEqual(step);
});
