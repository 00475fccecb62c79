import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { RecordedRequest } from '../../../sandbox/meta/request-log.mts';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;
beforeAll(async () => {
	meta = await metaForTest();
});
beforeEach(async () => {
	await meta.control.post('/reset');
});
afterAll(async () => await meta.close());

const CUSTOMER = '34600333444';

async function run(resource: string, operation: string, parameters: IDataObject = {}) {
	const { items, error } = await runAction({
		credential: meta.credential,
		parameters: {
			resource,
			operation,
			phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.phoneNumberId },
			...parameters,
		},
	});
	if (error === undefined) expect(misfitOf(resource, operation, items)).toBeNull();
	return { outcomes: items.map(({ json }) => json), error };
}

const number = () => meta.world.phoneNumbers[0];
const requests = async () => await meta.control.get<RecordedRequest[]>('/requests');

describe('Blocked User', () => {
	beforeEach(() => {
		number().lastInboundAt[CUSTOMER] = Date.now();
		number().lastInboundAt['ES.4815162342ABC'] = Date.now();
	});

	it('blocks whom Meta lets be blocked, and says of the others why not', async () => {
		const users = `+34 600 333 444, 34600999888, ES.4815162342ABC`;
		const { outcomes } = await run('blockedUser', 'block', { users });
		expect(outcomes).toMatchObject([
			{ user: '+34600333444', waId: CUSTOMER, done: true, blocked: true, code: null },
			{ user: 'ES.4815162342ABC', done: true, blocked: true },
			{
				user: '34600999888',
				done: false,
				blocked: null,
				code: 131047,
				problem: 'User has not messaged in the last 24 hours',
				advice: expect.stringContaining('24 hours'),
			},
		]);
		const listed = await run('blockedUser', 'getAll', { returnAll: true });
		expect(listed.outcomes).toEqual([{ waId: CUSTOMER }, { waId: 'ES.4815162342ABC' }]);
		const freed = await run('blockedUser', 'unblock', { users: CUSTOMER });
		expect(freed.outcomes).toMatchObject([{ waId: CUSTOMER, done: true, blocked: false }]);
		expect(number().blocked).toEqual(['ES.4815162342ABC']);
	});

	it('fails where nobody was blocked', async () => {
		const { error } = await run('blockedUser', 'block', { users: '34600999888' });
		expect(error).toMatchObject({
			message: 'Nobody was blocked: User has not messaged in the last 24 hours',
			description: expect.stringContaining('last 24 hours'),
		});
	});

	it.each([
		[' , ', '“Users” is empty'],
		['Marta', '“Marta” in “Users” is neither a phone number nor a user ID'],
		[Array(1001).fill(CUSTOMER).join(), '“Users” has 1001 entries'],
	])('sends nothing for %s', async (users, message) => {
		const { error } = await run('blockedUser', 'block', { users });
		expect(error?.message).toContain(message);
		expect(await requests()).toEqual([]);
	});
});

describe('Send Template as a marketing message', () => {
	const send = async (template: string, options: IDataObject, more: IDataObject = {}) =>
		await run('message', 'sendTemplate', {
			to: CUSTOMER,
			template: { __rl: true, mode: 'name', value: template },
			variables: { mappingMode: 'defineBelow', value: {}, schema: [] },
			options,
			...more,
		});
	const marketing = (value: string) => ({ marketing: value });
	const sent = () => meta.world.sentMessages.map((message) => message.marketing);
	beforeEach(() => {
		meta.world.wabas[0].templates.push({
			...meta.world.wabas[0].templates[0]!,
			id: '960000000000001',
			name: 'news',
			category: 'MARKETING',
		});
	});

	it('goes through the API for it, with what may be shared', async () => {
		meta.world.wabas[0].marketingOnboarded = true;
		meta.world.wabas[0].marketingDisabled = true;
		const { outcomes } = await send('news|en_US', { ...marketing('strict'), shareActivity: false });
		expect(outcomes[0]).toMatchObject({ status: 'accepted', recipient: CUSTOMER });
		const request = (await requests()).find(({ method }) => method === 'POST')!;
		expect(request.path).toMatch(/\/marketing_messages$/);
		expect(request.body).toMatchObject({
			product_policy: 'STRICT',
			message_activity_sharing: false,
			template: { name: 'news' },
		});
		expect(sent()).toEqual([true]);
	});

	it('goes out as an ordinary template where it cannot, once', async () => {
		const ordinary = await send('hello_world|en_US', marketing('fallback'));
		expect(ordinary.outcomes[0]).toMatchObject({ status: 'accepted' });
		const unsigned = await send('news|en_US', marketing('fallback'));
		expect(unsigned.outcomes[0]).toMatchObject({ status: 'accepted' });
		expect(sent()).toEqual([false, false]);
	});

	it('is not sent where it cannot, if nothing else is wanted', async () => {
		const { error } = await send('news|en_US', marketing('strict'));
		expect(error?.message).toContain('Meta code 134102');
		const other = await send('hello_world|en_US', marketing('strict'));
		expect(other.error?.message).toContain('Meta code 131055');
		expect(sent()).toEqual([]);
	});

	it('is not sent a second way where nobody knows whether it went the first', async () => {
		meta.world.wabas[0].marketingOnboarded = true;
		await meta.control.post('/faults', {
			path: '/marketing_messages',
			when: 'after',
			dropConnection: true,
		});
		const { error } = await send('news|en_US', marketing('fallback'));
		expect(error?.description).toContain('It is not known whether');
		expect(sent()).toEqual([true]);
	});

	it('keeps to the pace of the number', async () => {
		meta.world.wabas[0].marketingOnboarded = true;
		const { items } = await runAction({
			credential: meta.credential,
			parameters: {
				resource: 'message',
				operation: 'sendTemplate',
				phoneNumberId: { __rl: true, mode: 'id', value: DEFAULT.secondPhoneNumberId },
				to: '={{ $json.to }}',
				template: { __rl: true, mode: 'name', value: 'news|en_US' },
				variables: { mappingMode: 'defineBelow', value: {}, schema: [] },
				options: marketing('strict'),
			},
			items: Array.from({ length: 30 }, (_, index) => ({
				json: { to: String(34_600_500_000 + index) },
			})),
		});
		expect(items).toHaveLength(30);
		const statuses = (await requests()).map(({ status }) => status);
		expect(statuses).toEqual(Array(30).fill(200));
	});

	it('is advised where Meta does not take it otherwise', async () => {
		meta.world.wabas[0].marketingDisabled = true;
		const { error } = await send('news|en_US', {});
		expect(error?.description).toContain('“Send as Marketing Message”');
	});
});

describe('QR Code', () => {
	it('is made, changed, looked up and removed', async () => {
		const { outcomes } = await run('qrCode', 'create', {
			prefilledMessage: 'I would like roses',
			imageFormat: 'SVG',
		});
		const { code } = outcomes[0]!;
		expect(outcomes[0]).toEqual({
			code: expect.stringMatching(/^[A-Z0-9]{14}$/),
			message: 'I would like roses',
			link: `https://wa.me/message/${code as string}`,
			imageUrl: expect.stringMatching(/\.svg$/),
		});
		const changed = await run('qrCode', 'update', { qrCode: code, prefilledMessage: 'Tulips!' });
		expect(changed.outcomes[0]).toMatchObject({ code, message: 'Tulips!', imageUrl: null });
		const found = await run('qrCode', 'get', { qrCode: code });
		expect(found.outcomes).toEqual(changed.outcomes);
		const listed = await run('qrCode', 'getAll');
		expect(listed.outcomes).toEqual(changed.outcomes);
		const removed = await run('qrCode', 'delete', { qrCode: code });
		expect(removed.outcomes).toEqual([{ deleted: true, code }]);
		expect(number().qrCodes).toEqual([]);
	});

	it.each([
		['create', { prefilledMessage: 'x'.repeat(141) }, '“Message” has 141 characters'],
		['get', { qrCode: 'https://wa.me/message/ABC' }, '“Code” has letters and digits only'],
		['get', { qrCode: '../messages' }, '“Code” has letters and digits only'],
	])('%s sends nothing for %j', async (operation, parameters, message) => {
		const { error } = await run('qrCode', operation, parameters);
		expect(error?.message).toContain(message);
		expect(await requests()).toEqual([]);
	});

	it('that there is none of is told', async () => {
		const { error } = await run('qrCode', 'get', { qrCode: 'NOSUCHCODE' });
		expect(error?.description).toContain('There is no QR code NOSUCHCODE');
	});
});

describe('Conversation Starter', () => {
	it('sets what is given and leaves the rest', async () => {
		const before = await run('conversationStarter', 'get');
		expect(before.outcomes).toEqual([
			{ phoneNumberId: DEFAULT.phoneNumberId, iceBreakers: [], commands: [] },
		]);
		const commands = { values: [{ name: '/hours', description: 'When we are open' }] };
		await run('conversationStarter', 'update', { changes: { commands } });
		const { outcomes } = await run('conversationStarter', 'update', {
			changes: { iceBreakers: ['Where are you?', 'I would like to order'] },
		});
		expect(outcomes).toEqual([
			{
				phoneNumberId: DEFAULT.phoneNumberId,
				iceBreakers: ['Where are you?', 'I would like to order'],
				commands: [{ name: 'hours', description: 'When we are open' }],
			},
		]);
		const cleared = await run('conversationStarter', 'update', { changes: { iceBreakers: [] } });
		expect(cleared.outcomes[0]).toMatchObject({ iceBreakers: [] });
	});

	it.each([
		[{}, '“Changes” is empty'],
		[{ iceBreakers: ['a', 'b', 'c', 'd', 'e'] }, '“Changes > Ice Breakers” takes at most 4'],
		[{ iceBreakers: ['Hello 👋'] }, '“Changes > Ice Breakers > 1” has an emoji'],
		[
			{ commands: { values: [{ name: 'x'.repeat(33), description: 'y' }] } },
			'“Changes > Commands > 1 > Name” has 33 characters',
		],
	])('sends nothing for %j', async (changes, message) => {
		const { error } = await run('conversationStarter', 'update', { changes });
		expect(error?.message).toContain(message);
		expect(await requests()).toEqual([]);
	});
});

describe('Prices', () => {
	const deliver = async (parameters: IDataObject) =>
		await run('message', 'sendText', { to: CUSTOMER, text: 'hola', ...parameters });
	const template = {
		operation: 'sendTemplate',
		template: { __rl: true, mode: 'name', value: 'hello_world|en_US' },
		variables: { mappingMode: 'defineBelow', value: {}, schema: [] },
	};
	const thisMonth = () => {
		const now = new Date();
		return [0, 1].map((months) =>
			new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months)).toISOString(),
		);
	};

	it('are told by kind of message, in the currency of the account', async () => {
		await deliver({});
		await deliver({});
		await deliver(template);
		const { outcomes, error } = await run('analytics', 'getPrices', { granularity: 'MONTHLY' });
		expect(error).toBeUndefined();
		const [from, to] = thisMonth();
		const same = { from, to, currency: 'EUR', country: null, phoneNumber: null, tier: null };
		expect(outcomes).toEqual([
			{ ...same, category: 'SERVICE', type: 'FREE_CUSTOMER_SERVICE', messages: 2, cost: 0 },
			{ ...same, category: 'UTILITY', type: 'REGULAR', messages: 1, cost: 0.02 },
		]);
	});

	it('are summed up where nothing is to be told apart', async () => {
		await deliver({});
		await deliver(template);
		const { outcomes } = await run('analytics', 'getPrices', { days: 365, dimensions: [] });
		expect(outcomes).toMatchObject([{ messages: 2, cost: 0.02, category: null, type: null }]);
	});

	it('are none where nothing was delivered', async () => {
		const { outcomes, error } = await run('analytics', 'getPrices');
		expect([outcomes, error]).toEqual([[], undefined]);
	});

	it.each([
		[{ days: 366 }, '“Last Days” has to be at most 365'],
		[{ days: 'many' }, '“Last Days” has to be a number'],
		[{ dimensions: ['SHOE_SIZE'] }, '“Tell Apart > 1”'],
	])('are not asked for with %j', async (parameters, message) => {
		const { error } = await run('analytics', 'getPrices', parameters);
		expect(error?.message).toContain(message);
		expect(await requests()).toEqual([]);
	});
});
