import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import pRetry from 'p-retry';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { listen, publish, stopListening } from '../engine/lifecycle.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { accountPlace, appPlace, registrationsOf } from '../engine/registrations.mts';
import {
	hostTrigger,
	startWebhookServer,
	type TriggerHost,
	type TriggerOptions,
	type WebhookServer,
} from '../engine/trigger-host.mts';

let meta: TestMeta;
let n8n: WebhookServer;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	await meta.control.post('/reset');
	await meta.control.post('/delivery-options', { retryBaseMs: 20 });
	n8n = await startWebhookServer();
});
afterEach(async () => await n8n.close());

const registrations = () => registrationsOf(meta.world);
const subscription = () => meta.world.apps[0].subscription;

async function trigger(
	parameters: INodeParameters = {},
	options: Partial<TriggerOptions> = {},
): Promise<TriggerHost> {
	return await hostTrigger({
		credential: meta.credential,
		n8n,
		parameters: { groups: ['inbound'], registerFor: 'account', ...parameters },
		...options,
	});
}

async function customerWrites(text: string, phoneNumberId: string = DEFAULT.phoneNumberId) {
	await meta.control.post('/scenario/customer-writes', { count: 1, text, phoneNumberId });
	await meta.control.post('/drain');
}

const textsOf = (executions: INodeExecutionData[][][]) =>
	executions.map((outputs) => {
		const { message } = outputs.flat()[0]!.json as unknown as { message: { text: string } };
		return message.text;
	});

describe('workflows of one n8n', () => {
	test('for the account, a number and the app all receive a message, each once, until each goes', async () => {
		const before = registrations();
		const all = [
			await trigger({ registerFor: 'app', groups: ['inbound', 'account'] }),
			await trigger(),
			await trigger({ registerFor: 'phoneNumber', phoneNumberIds: [DEFAULT.phoneNumberId] }),
			await trigger(),
		];
		for (const one of all) await expect(publish(one)).resolves.toEqual([]);
		await customerWrites('to all');
		await customerWrites('to the second number', DEFAULT.secondPhoneNumberId);
		const both = ['to all', 'to the second number'];
		expect(all.map(({ executions }) => textsOf(executions))).toEqual([
			both,
			both,
			['to all'],
			both,
		]);

		for (const [index, one] of all.entries()) {
			await one.unpublish();
			const counts = all.map(({ executions }) => executions.length);
			await customerWrites('after one has gone');
			const grown = all.map(({ executions }, at) => executions.length - counts[at]!);
			expect(grown).toEqual(all.map((_, at) => (at > index ? 1 : 0)));
		}
		expect(registrations()).toEqual({ ...before, [accountPlace()]: 'subscribed' });
	});

	test('that one of them refuses make Meta deliver again, and the others run once', async () => {
		let refusals = 2;
		const first = await trigger();
		const second = await trigger(
			{},
			{
				accept: () => {
					if (refusals-- > 0) throw new Error('n8n’s database is down');
				},
			},
		);
		await publish(first);
		await publish(second);
		await customerWrites('twice');
		expect(textsOf(first.executions)).toEqual(['twice']);
		expect(textsOf(second.executions)).toEqual(['twice']);
	});

	test('that n8n does not know any more count as having taken it, and leave the list', async () => {
		const [first, second, third] = [await trigger(), await trigger(), await trigger()];
		await publish(first);
		await publish(second);
		await second.close();
		await customerWrites('to one');
		expect(textsOf(first.executions)).toEqual(['to one']);
		expect(n8n.lost).toHaveLength(1);
		await publish(third);
		expect(registrations()[accountPlace()]).toBe(`${first.url}?with=${third.shortId}`);
	});

	test('have a listener beside them, for which nobody waits', async () => {
		const [first, second, draft] = [await trigger(), await trigger(), await trigger()];
		await publish(first);
		await publish(second);
		const before = registrations();
		await listen(draft);
		await customerWrites('during the test');
		expect(textsOf(draft.testExecutions)).toEqual(['during the test']);
		await draft.close();
		await customerWrites('after n8n was killed');
		expect(textsOf(second.executions)).toEqual(['during the test', 'after n8n was killed']);
		await publish(second);
		expect(registrations()).toEqual(before);
	});

	test('have a test catch one event, however long n8n takes to end it', async () => {
		const [first, draft] = [await trigger(), await trigger()];
		await publish(first);
		await listen(draft);
		await customerWrites('caught');
		await customerWrites('while the test ends');
		await stopListening(draft);
		await listen(draft);
		await customerWrites('caught by the next test');
		await pRetry(() => expect(draft.testExecutions).toHaveLength(2), { minTimeout: 50 });
		await stopListening(draft);
		expect(textsOf(draft.testExecutions)).toEqual(['caught', 'caught by the next test']);
		expect(first.executions).toHaveLength(3);
	});

	test('published at the same moment are all there', async () => {
		const all = [await trigger(), await trigger(), await trigger()];
		await Promise.all(all.map(publish));
		await customerWrites('to all');
		expect(all.map(({ executions }) => executions.length)).toEqual([1, 1, 1]);
	});
});

test('events of another account start nothing at a trigger that is not for the app', async () => {
	const first = await trigger();
	await publish(first);
	meta.world.wabas[1].subscribedApps = { [DEFAULT.appId]: { overrideCallbackUri: null } };
	await customerWrites('to another account', DEFAULT.otherWabaPhoneNumberId);
	expect(first.executions).toEqual([]);
});

describe('the fields of the app', () => {
	test('stay for the workflow that lives on them when the one that set the callback is edited', async () => {
		const watch = await trigger({ registerFor: 'app', groups: ['account'] });
		const inbox = await trigger();
		await publish(watch);
		await publish(inbox);
		await watch.unpublish();
		expect(subscription()?.fields).toContain('messages');
		await customerWrites('while it is edited');
		await publish(watch);
		await customerWrites('afterwards');
		expect(textsOf(inbox.executions)).toEqual(['while it is edited', 'afterwards']);
	});

	test('stay for a workflow of another account', async () => {
		const first = await trigger();
		const second = await trigger(
			{},
			{
				credential: {
					...meta.credential,
					accessToken: meta.world.tokens.secondWaba.token,
					businessAccountId: DEFAULT.secondWabaId,
				},
			},
		);
		await publish(first);
		await publish(second);
		await first.unpublish();
		await customerWrites('still there', DEFAULT.otherWabaPhoneNumberId);
		expect(textsOf(second.executions)).toEqual(['still there']);
		await second.unpublish();
		expect(registrations()[appPlace()]).toBeUndefined();
	});

	test('go with the last workflow where the app had no callback', async () => {
		const first = await trigger({ registerFor: 'app', groups: ['account'] });
		await publish(first);
		await first.unpublish();
		expect(subscription()).toBeNull();
	});
});

describe('a publication', () => {
	test('names the workflow of another n8n that holds the place', async () => {
		const elsewhere = await trigger({}, { n8n: undefined, name: 'Inbox of production' });
		await publish(elsewhere);
		const here = await trigger();
		const [refusal] = await publish(here);
		expect(refusal).toContain(`Events go to ${elsewhere.url} now`);
		expect(refusal).toContain('It is the workflow “Inbox of production”');
		await elsewhere.close();
	});

	test('takes no place from the same workflow in another n8n, and unpublishing leaves it there', async () => {
		const production = await trigger({}, { n8n: undefined });
		await publish(production);
		const before = registrations();
		const copy = await trigger({}, { id: production.id });
		const [refusal] = await publish(copy);
		expect(refusal).toContain('by another n8n');
		await copy.unpublish();
		expect(registrations()).toEqual(before);
		await production.close();
	});

	test('of an n8n that has moved puts right what Meta has, once the user says so', async () => {
		const old = await trigger({}, { n8n: undefined });
		await publish(old);
		await old.close();
		const moved = await trigger({ options: { otherCallback: 'moved' } }, { id: old.id });
		await expect(publish(moved)).resolves.toEqual([]);
		await customerWrites('to the new address');
		expect(textsOf(moved.executions)).toEqual(['to the new address']);
		await moved.unpublish();
		expect(registrations()[accountPlace()]).toBe('subscribed');
	});

	test('beside another one says so where n8n does not reach its own public address', async () => {
		await publish(await trigger());
		const place = meta.world.wabas[0].subscribedApps[DEFAULT.appId]!;
		const unreachable = 'http://127.0.0.1:9';
		place.overrideCallbackUri = place.overrideCallbackUri!.replace(n8n.baseUrl, unreachable);
		const second = await trigger({}, { publicUrl: unreachable });
		const [refusal] = await publish(second);
		expect(refusal).toContain('cannot reach its own public address http://127.0.0.1:9');
		expect(refusal).toContain('NAT loopback');
	});

	test('is given up after a bounded time, and at once, where Meta does not answer', async () => {
		const first = await trigger();
		await meta.control.post('/faults', { path: 'subscribed_apps', times: 50, delayMs: 60_000 });
		const start = Date.now();
		await expect(publish(first)).resolves.toHaveLength(1);
		expect(Date.now() - start).toBeLessThan(35_000);
	});
});

test('a test listener beside production leaves the deliveries where they are, whatever becomes of it', async () => {
	const first = await trigger();
	await publish(first);
	await listen(first);
	await customerWrites('one');
	await stopListening(first);
	const urls = (await meta.control.get<Array<{ url: string }>>('/deliveries')).map(
		({ url }) => url,
	);
	expect(urls.every((url) => url.startsWith(first.url))).toBe(true);
});
