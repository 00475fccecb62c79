import { describe, expect, test } from '@jest/globals';

import { observe } from '../../../nodes/WhatsAppCoexistence/callbacks/observe';
import type { GraphRequest } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { ACCOUNT, APP, graphThatAnswers } from './graph-that-answers.mts';

const OURS = 'https://n8n.example/webhook/4f1c/whatsapp';
const THEIRS = 'https://crm.example/meta';

interface Said {
	subscriptions?: object[];
	apps?: object[];
	numbers?: object[];
}

/** What is made of what Meta says; it may leave an empty list out. */
async function observed({ subscriptions, apps, numbers }: Said, phoneNumberIds: string[] = []) {
	const lists: Record<string, object[] | undefined> = {
		[`/${APP}/subscriptions`]: subscriptions,
		[`/${ACCOUNT}/subscribed_apps`]: apps,
		[`/${ACCOUNT}/phone_numbers`]: numbers,
	};
	const { graph } = graphThatAnswers(({ method, path, as, qs }: GraphRequest) => {
		const known = method === 'GET' && path in lists;
		const rightToken = (as === 'app') === path.startsWith(`/${APP}/`);
		if (!known || !rightToken) return undefined;
		const data = lists[path];
		return { data: qs?.fields === undefined ? data : data?.map((one) => only(one, qs.fields)) };
	});
	return await observe(graph, phoneNumberIds);
}

/** Meta tells what it is asked for. */
function only(described: object, fields: unknown): object {
	const asked = String(fields).split(',');
	return Object.fromEntries(Object.entries(described).filter(([name]) => asked.includes(name)));
}

test('where Meta knows of nothing, nothing stands', async () => {
	const nothing = {
		app: { callbackUrl: null, fields: [] },
		account: { subscribed: false, overrideUrl: null },
		numbers: [],
	};
	expect(await observed({})).toEqual(nothing);
	expect(await observed({ subscriptions: [], apps: [], numbers: [] })).toEqual(nothing);
});

describe('the app', () => {
	const page = { object: 'page', callback_url: THEIRS, fields: [{ name: 'feed' }] };
	const whatsApp = { object: 'whatsapp_business_account', callback_url: OURS };

	test('has the callback and fields of WhatsApp, not those of a page', async () => {
		const fields = [{ name: 'messages', version: 'v26.0' }, { name: 'history' }];
		const { app } = await observed({ subscriptions: [page, { ...whatsApp, fields }] });
		expect(app).toEqual({ callbackUrl: OURS, fields: ['messages', 'history'] });
	});

	test('has none where only a page has', async () => {
		const { app } = await observed({ subscriptions: [page] });
		expect(app).toEqual({ callbackUrl: null, fields: [] });
	});

	test('may have its fields by their names alone, or none', async () => {
		const named = await observed({ subscriptions: [{ ...whatsApp, fields: ['messages'] }] });
		expect(named.app.fields).toEqual(['messages']);
		expect((await observed({ subscriptions: [whatsApp] })).app.fields).toEqual([]);
	});
});

describe('the account', () => {
	const other = {
		whatsapp_business_api_data: { id: '700000000000002', name: 'CRM' },
		override_callback_uri: THEIRS,
	};
	const own = { whatsapp_business_api_data: { id: APP, name: 'n8n' } };

	test.each([
		['our app among others', [other, own], true, null],
		['an override', [other, { ...own, override_callback_uri: OURS }], true, OURS],
		['another app only', [other], false, null],
		['an app that Meta does not name', [{ override_callback_uri: THEIRS }, own], true, null],
	])('has %s', async (_what, apps, subscribed, overrideUrl) => {
		expect((await observed({ apps })).account).toEqual({ subscribed, overrideUrl });
	});
});

describe('the numbers', () => {
	const numbers = [
		{
			id: '1',
			display_phone_number: '+34 600 11 12 22',
			webhook_configuration: { phone_number: OURS, application: THEIRS },
		},
		{ id: '2', webhook_configuration: { whatsapp_business_account: THEIRS } },
		{ id: '3', display_phone_number: '+34 600 11 12 23' },
	];

	test('have the override that is their own, and are called by their digits where Meta tells', async () => {
		expect((await observed({ numbers })).numbers).toEqual([
			{ id: '1', displayPhoneNumber: '+34 600 11 12 22', overrideUrl: OURS, canBePutBack: true },
			{ id: '2', displayPhoneNumber: '2', overrideUrl: null, canBePutBack: true },
			{ id: '3', displayPhoneNumber: '+34 600 11 12 23', overrideUrl: null, canBePutBack: true },
		]);
	});

	test('are those that matter', async () => {
		const { numbers: some } = await observed({ numbers }, ['3', '1']);
		expect(some.map(({ id }) => id)).toEqual(['1', '3']);
	});
});
