import { expect, test } from '@jest/globals';

import {
	overrideAccount,
	overrideNumber,
	subscribeApp,
	subscribeFields,
	unsubscribeFields,
} from '../../../nodes/WhatsAppCoexistence/graph/webhooks';
import type { Graph, GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { ACCOUNT, APP, graphThatAnswers } from '../callbacks/graph-that-answers.mts';

const NUMBER = '800000000000001';
const CALLBACK = { url: 'https://n8n.example/webhook/4f1c/whatsapp', verifyToken: 'token' };
const OVERRIDE = { override_callback_uri: CALLBACK.url, verify_token: CALLBACK.verifyToken };
const subscriptions = `/${APP}/subscriptions`;
const apps = `/${ACCOUNT}/subscribed_apps`;

// Each may be repeated without harm, so that a moment without Meta does not fail a registration.
test.each<[string, (graph: Graph) => Promise<void>, GraphRequest]>([
	[
		'the app’s callback and fields',
		async (graph) => await subscribeFields(graph, CALLBACK, ['history', 'messages']),
		{
			method: 'POST',
			path: subscriptions,
			as: 'app',
			repeatable: true,
			body: {
				object: 'whatsapp_business_account',
				callback_url: CALLBACK.url,
				verify_token: CALLBACK.verifyToken,
				fields: 'history,messages',
				include_values: true,
			},
		},
	],
	[
		'fewer fields, and not the whole subscription',
		async (graph) => await unsubscribeFields(graph, ['security', 'account_update']),
		{
			method: 'DELETE',
			path: subscriptions,
			as: 'app',
			qs: { object: 'whatsapp_business_account', fields: 'security,account_update' },
		},
	],
	['the app at the account', subscribeApp, { method: 'POST', path: apps, repeatable: true }],
	[
		'an override of the account',
		async (graph) => await overrideAccount(graph, CALLBACK),
		{ method: 'POST', path: apps, repeatable: true, body: OVERRIDE },
	],
	[
		'none for the account',
		async (graph) => await overrideAccount(graph, null),
		{ method: 'POST', path: apps, repeatable: true },
	],
	[
		'an override of a number',
		async (graph) => await overrideNumber(graph, NUMBER, CALLBACK),
		{
			method: 'POST',
			path: `/${NUMBER}`,
			repeatable: true,
			body: { webhook_configuration: OVERRIDE },
		},
	],
	[
		'none for a number',
		async (graph) => await overrideNumber(graph, NUMBER, null),
		{
			method: 'POST',
			path: `/${NUMBER}`,
			repeatable: true,
			body: { webhook_configuration: { override_callback_uri: '' } },
		},
	],
])('%s is one request to Meta', async (_what, call, request) => {
	const { graph, requests } = graphThatAnswers(() => ({ success: true }));
	await call(graph);
	expect(requests).toEqual([request]);
});
