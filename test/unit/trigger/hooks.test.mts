import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	jest,
	test,
} from '@jest/globals';
import {
	NodeOperationError,
	WebhookPathTakenError,
	type INodeParameters,
	type WorkflowActivateMode,
} from 'n8n-workflow';

import { productionUrl, testUrl } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { answerHandshake } from '../../../nodes/WhatsAppCoexistence/callbacks/handshake';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import { PAUSES_MS } from '../../../nodes/WhatsAppCoexistence/graph/client';
import { hasCaught, noteCaught } from '../../../nodes/WhatsAppCoexistence/trigger/caught';
import { checkExists, create, remove } from '../../../nodes/WhatsAppCoexistence/trigger/hooks';
import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../../integration/engine/meta.mts';
import { startNeighbours, type Neighbours } from '../callbacks/neighbours.mts';
import { hookContext, withoutPauses } from './hook-context.mts';

const ACCOUNT: INodeParameters = { registerFor: 'account', groups: ['inbound'] };
const MANUAL: INodeParameters = { registerFor: 'manual', manualVerification: 'theirs' };
const THEIRS = 'http://127.0.0.1:9/meta';

let meta: TestMeta;
/** Where the triggers live. */
let n8n: Neighbours;
let count = 0;
/** Of the workflow; each test has its own. */
let id: string;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());
beforeEach(async () => {
	await meta.control.post('/reset');
	n8n = await startNeighbours();
	id = `own${++count}`;
	livesAt(productionUrl(n8n.base, id), `Workflow ${id}`);
	livesAt(testUrl(n8n.base, id), `Workflow ${id}`);
});
afterEach(async () => {
	jest.restoreAllMocks();
	await n8n.close();
});

/** A trigger of ours answers there, with the secret of the credential. */
function livesAt(url: string, workflow: string): void {
	const self = { workflow, account: DEFAULT.wabaId, registerFor: 'account' };
	const token = verifyTokenFor(url, meta.credential.appSecret);
	n8n.at(url, ({ query }) => answerHandshake(query, token, self));
}

const ownUrl = () => productionUrl(n8n.base, id);

/** n8n with the trigger of the workflow. */
function n8nWith(
	parameters: INodeParameters = ACCOUNT,
	{ isTest = false, credential = {} }: { isTest?: boolean; credential?: object } = {},
) {
	return hookContext({
		id,
		url: isTest ? testUrl(n8n.base, id) : ownUrl(),
		credential: { ...meta.credential, ...credential },
		parameters,
		activation: (isTest ? 'manual' : 'activate') satisfies WorkflowActivateMode,
	});
}
const run = async (
	hook: (context: ReturnType<typeof n8nWith>['context']) => Promise<boolean>,
	...given: Parameters<typeof n8nWith>
) => await hook(n8nWith(...given).context);
const failureOf = async (attempt: Promise<unknown>) =>
	await attempt.then(
		() => undefined,
		(error: Error) => error,
	);

const account = () => meta.world.wabas[0].subscribedApps[DEFAULT.appId];
const overrideOfAccount = () => account()?.overrideCallbackUri ?? null;
const stands = (overrideCallbackUri: string | null) => {
	meta.world.wabas[0].subscribedApps[DEFAULT.appId] = { overrideCallbackUri };
};
const requests = async () =>
	await meta.control.get<Array<{ method: string; path: string }>>('/requests');
const fails = async (fault: object) => await meta.control.post('/faults', fault);
const OUTAGE = {
	path: 'subscriptions',
	times: 3,
	status: 503,
	body: { error: { message: 'Service temporarily unavailable', code: 2 } },
};

describe('publishing', () => {
	test('finds nothing, makes everything, and finds it afterwards', async () => {
		expect(await run(checkExists)).toBe(false);
		expect(await run(create)).toBe(true);
		expect(overrideOfAccount()).toBe(ownUrl());
		expect(await run(checkExists)).toBe(true);
	});

	test.each<[string, () => Promise<unknown>]>([
		['made', async () => await run(create)],
		[
			'found',
			async () => {
				await run(create);
				await run(checkExists);
				expect(await run(checkExists)).toBe(true);
			},
		],
	])(
		'asks Meta nothing for POST right after all was %s for GET, but it does the next time',
		async (_what, forGet) => {
			await forGet();
			stands(null);
			const before = (await requests()).length;
			expect(await run(checkExists)).toBe(true);
			expect(await requests()).toHaveLength(before);
			expect(await run(checkExists)).toBe(false);
		},
	);

	test('does not take for found what was missing a moment ago', async () => {
		expect(await run(checkExists)).toBe(false);
		expect(await run(checkExists)).toBe(false);
	});

	test('begins anew after everything was taken away', async () => {
		await run(create);
		await run(remove);
		expect(await run(checkExists)).toBe(false);
	});

	test.each<[string, INodeParameters, string[]]>([
		['of the groups', { options: { takeoverMinutes: 0 } }, ['messages']],
		['that takeovers are known by', {}, ['messages', 'smb_message_echoes']],
		[
			'that were chosen one by one',
			{ groups: ['contacts'], options: { additionalFields: ['calls'] } },
			['calls', 'smb_app_state_sync'],
		],
	])('subscribes the fields %s, and no others', async (_which, chosen, fields) => {
		await run(create, { ...ACCOUNT, ...chosen });
		expect(meta.world.apps[0].subscription?.fields.sort()).toEqual(fields);
	});

	test('is for the numbers that were chosen, or for the app', async () => {
		await run(create, {
			...ACCOUNT,
			registerFor: 'phoneNumber',
			phoneNumberIds: [DEFAULT.phoneNumberId],
		});
		expect(meta.world.phoneNumbers[0].overrideCallbackUris).toEqual({
			[DEFAULT.appId]: ownUrl(),
		});
		expect(overrideOfAccount()).toBeNull();
		await run(create, { groups: ['account'], registerFor: 'account' });
		expect(meta.world.apps[0].subscription!.fields).not.toContain('security');
		await run(create, { groups: ['account'], registerFor: 'app' });
		expect(meta.world.apps[0].subscription).toMatchObject({ callbackUrl: ownUrl() });
		expect(meta.world.apps[0].subscription!.fields).toEqual(
			expect.arrayContaining(['account_update', 'security']),
		);
	});

	test('finds nothing where another callback stands', async () => {
		await run(create);
		await run(checkExists);
		stands(THEIRS);
		expect(await run(checkExists)).toBe(false);
	});

	test('is beside other workflows of this n8n, which are asked who they are', async () => {
		livesAt(productionUrl(n8n.base, 'other'), 'Other');
		stands(productionUrl(n8n.base, 'other'));
		await run(create);
		expect(overrideOfAccount()).toBe(`${productionUrl(n8n.base, 'other')}?with=${id}`);
	});

	test('logs which events will not come', async () => {
		const { context, warnings } = n8nWith({
			...ACCOUNT,
			options: { otherCallback: 'replace' },
		});
		meta.world.phoneNumbers[0].overrideCallbackUris[DEFAULT.appId] = THEIRS;
		await create(context);
		expect(warnings).toEqual([
			`WhatsApp Coexistence Trigger: Events of +34 600 11 12 22 go to ${THEIRS}: that callback is set on the phone number, which comes before this one.`,
		]);
	});
});

describe('publishing is refused', () => {
	test('before the callback of somebody else, where nothing is changed', async () => {
		stands(THEIRS);
		const failure = await failureOf(run(create));
		expect(failure).toBeInstanceOf(WebhookPathTakenError);
		expect(failure?.message).toBe(
			`Another callback is registered for this WhatsApp Business Account. Events go to ${THEIRS} now. To move them here, set “If Another Callback Is Registered” to “Replace It”; it is put back when this workflow is unpublished. If nobody needs that callback any more, run Connection > Clear Callback Override.`,
		);
		expect(overrideOfAccount()).toBe(THEIRS);
	});

	test('with the name of the workflow of another n8n that stands there', async () => {
		const elsewhere = new URL('/elsewhere/other/whatsapp', n8n.base.production).href;
		livesAt(elsewhere, 'Orders');
		stands(elsewhere);
		expect((await failureOf(run(create)))?.message).toContain(
			'this WhatsApp Business Account. It is the workflow “Orders”. Events go to ',
		);
	});

	test('where this n8n does not reach itself, since it could not hand on to others', async () => {
		n8n.at(productionUrl(n8n.base, 'other'), () => 'hangs up');
		stands(productionUrl(n8n.base, 'other'));
		const failure = await failureOf(run(create));
		expect(failure?.message).toMatch(
			`This n8n cannot reach its own public address ${n8n.base.production}. Other workflows`,
		);
		expect(await run(checkExists)).toBe(false);
	});

	test.each<[string, INodeParameters, string]>([
		[
			'somebody to be ignored',
			{ ignoredContacts: '+34 600 333 444, 600 33x' },
			'“600 33x” under “Ignore Contacts” is neither a phone number nor a user ID: it has “x” in it, which belongs to no phone number.',
		],
		[
			'the only ones to be heard',
			{ onlyContacts: 'Marta' },
			'“Marta” under “Only These Contacts” is neither',
		],
		[
			'a word that both begins and ends a takeover',
			{ takeoverBegins: '#me', takeoverEnds: '#bot, #Me.' },
			'“#me” under “Human Takeover Ends With” also begins a takeover. Choose different words under “Human Takeover Begins With” and “Human Takeover Ends With”.',
		],
	])('for what cannot be meant: %s', async (_what, options, message) => {
		for (const parameters of [ACCOUNT, MANUAL]) {
			const failure = await failureOf(run(checkExists, { ...parameters, options }));
			expect(failure).toBeInstanceOf(WebhookPathTakenError);
			expect(failure?.message).toContain(message);
		}
		expect(await requests()).toEqual([]);
	});

	test.each([
		['published', false, WebhookPathTakenError],
		['tested', true, NodeOperationError],
	])(
		'so that n8n does not try again and shows the message where it is %s',
		async (_how, isTest, kind) => {
			const expired = { accessToken: meta.world.tokens.expired.token };
			const failure = await failureOf(run(create, ACCOUNT, { isTest, credential: expired }));
			expect(failure).toBeInstanceOf(kind);
			expect(failure?.message).toMatch(
				/^The access token has expired or is not valid \(Meta code 190\)\. Create a new access token .+$/,
			);
			expect(JSON.stringify(failure)).not.toContain(expired.accessToken);
		},
	);
});

describe('while Meta is in trouble', () => {
	test('n8n may try again, and shows what is wrong', async () => {
		withoutPauses(PAUSES_MS);
		await fails(OUTAGE);
		const failure = await failureOf(run(create));
		expect(failure).toBeInstanceOf(NodeOperationError);
		expect(failure?.message).toContain('(Meta code 2). ');
		expect(await run(create)).toBe(true);
	});

	test('a fault of the network is told in our words', async () => {
		const nowhere = await startNeighbours();
		await nowhere.close();
		const baseUrl = new URL(nowhere.base.production).origin;
		withoutPauses(PAUSES_MS);
		const failure = await failureOf(run(create, ACCOUNT, { credential: { baseUrl } }));
		expect(failure).toBeInstanceOf(NodeOperationError);
		expect(failure?.message).toContain(`No answer came from ${baseUrl}/v`);
		expect(failure?.message).toContain('. Check that this n8n can reach the internet');
	});

	test.each([
		['publish', create, 20_000],
		['look', checkExists, 20_000],
		['unpublish', remove, 10_000],
	] as const)(
		'it is waited for a bounded time to %s, and not once more',
		async (_what, hook, ms) => {
			const silent = createServer(() => {});
			await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
			const baseUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
			const timeout = AbortSignal.timeout.bind(AbortSignal);
			const waited = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(100));
			const failure = await failureOf(run(hook, ACCOUNT, { credential: { baseUrl } }));
			silent.closeAllConnections();
			silent.close();
			expect(failure).toBeInstanceOf(WebhookPathTakenError);
			expect(failure?.message).toContain('No answer came from ');
			expect(waited).toHaveBeenCalledWith(ms);
		},
	);
});

describe('a test', () => {
	test('has a number to itself for its time, and knows where its events would go', async () => {
		livesAt(productionUrl(n8n.base, 'other'), 'Other');
		stands(productionUrl(n8n.base, 'other'));
		const { context, staticData } = n8nWith(ACCOUNT, { isTest: true });
		expect(await create(context)).toBe(true);
		expect(overrideOfAccount()).toBe(`${productionUrl(n8n.base, 'other')}?test=${id}`);
		expect(staticData.passOnTo).toBeDefined();
		await run(remove, ACCOUNT, { isTest: true });
		expect(overrideOfAccount()).toBe(productionUrl(n8n.base, 'other'));
	});

	test('leaves nothing for production to be passed on', async () => {
		const { context, staticData } = n8nWith();
		await create(context);
		expect(Object.keys(staticData)).toEqual([]);
	});

	test('does not unplug the number of another product', async () => {
		for (const number of meta.world.phoneNumbers) {
			number.overrideCallbackUris[DEFAULT.appId] = THEIRS;
		}
		const failure = await failureOf(run(create, ACCOUNT, { isTest: true }));
		expect(failure).toBeInstanceOf(NodeOperationError);
		expect(failure?.message).toMatch(
			/^A test would unplug http:\/\/127\.0\.0\.1:9\/meta, which receives the events of \+34 600 11 12 22\. That/,
		);
	});

	test('catches an event once more when it begins anew', async () => {
		const { context } = n8nWith(ACCOUNT, { isTest: true });
		const asDelivery = context as unknown as Parameters<typeof noteCaught>[0];
		noteCaught(asDelivery);
		await checkExists(context);
		expect(hasCaught(asDelivery)).toBe(false);
	});
});

describe('unpublishing', () => {
	test('takes our own address away, and nothing else', async () => {
		await run(create);
		expect(await run(remove)).toBe(true);
		expect(account()).toEqual({ overrideCallbackUri: null });
	});

	test('takes it away from the numbers that were chosen', async () => {
		const phoneNumberIds = [DEFAULT.phoneNumberId];
		const chosen = { ...ACCOUNT, registerFor: 'phoneNumber', phoneNumberIds };
		await run(create, chosen);
		await run(remove, chosen);
		expect(meta.world.phoneNumbers[0].overrideCallbackUris).toEqual({});
	});

	test('takes nothing of somebody else’s', async () => {
		stands(THEIRS);
		expect(await run(remove)).toBe(true);
		expect(overrideOfAccount()).toBe(THEIRS);
	});

	test('puts back what was replaced', async () => {
		const theirs = new URL('/meta', n8n.base.production).href;
		n8n.at(theirs, ({ query }) => ({ status: 200, body: query['hub.challenge']! }));
		stands(theirs);
		const replacing = { ...ACCOUNT, options: { otherCallback: 'replace' } };
		await run(create, replacing);
		expect(overrideOfAccount()).toBe(`${ownUrl()}?was=${theirs}`);
		await run(remove, replacing);
		expect(overrideOfAccount()).toBe(theirs);
	});

	test('says what could not be put back', async () => {
		stands(THEIRS);
		const replacing = { ...ACCOUNT, options: { otherCallback: 'replace' } };
		await run(create, replacing);
		const { context, warnings } = n8nWith(replacing);
		await remove(context);
		expect(overrideOfAccount()).toBeNull();
		expect(warnings).toEqual([
			`WhatsApp Coexistence Trigger: The callback ${THEIRS} did not accept Meta's handshake and could not be put in its place.`,
		]);
	});

	test('leaves the others, without those that have gone', async () => {
		livesAt(productionUrl(n8n.base, 'other'), 'Other');
		stands(`${ownUrl()}?with=gone.other`);
		await run(remove);
		expect(overrideOfAccount()).toBe(productionUrl(n8n.base, 'other'));
	});
});

describe('registered by hand', () => {
	test('asks Meta nothing', async () => {
		expect(await run(checkExists, MANUAL)).toBe(true);
		expect(await run(create, MANUAL)).toBe(true);
		expect(await run(remove, MANUAL)).toBe(true);
		expect(await requests()).toEqual([]);
	});

	test('needs a verify token', async () => {
		const failure = await failureOf(run(create, { ...MANUAL, manualVerification: '' }));
		expect(failure).toBeInstanceOf(WebhookPathTakenError);
		expect(failure?.message).toBe(
			'The verify token is empty. Enter any text as “Verify Token” in the trigger, and the same text in the App Dashboard under WhatsApp > Configuration.',
		);
	});
});

test('one registration after the other, so that none is lost', async () => {
	const other = productionUrl(n8n.base, 'other');
	livesAt(other, 'Other');
	const second = hookContext({
		id: 'other',
		url: other,
		credential: meta.credential,
		parameters: ACCOUNT,
	});
	await Promise.all([run(create), create(second.context)]);
	expect(overrideOfAccount()).toBe(`${ownUrl()}?with=other`);
});
