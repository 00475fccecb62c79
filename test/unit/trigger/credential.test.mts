import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL } from '../../../nodes/WhatsAppCoexistence/graph/client';
import {
	credentialThatSigned,
	currentCredential,
} from '../../../nodes/WhatsAppCoexistence/trigger/credential';
import { nodeWith, strict } from './hook-context.mts';

/** The App Secret in n8n's credential; undefined where n8n cannot read it. */
let secret: string | undefined;
/** The credentials that n8n was asked for, by the node that asked. */
let reads: string[];
let errors: string[];
let now: number;
let count = 0;

beforeEach(() => {
	secret = 'the first secret';
	reads = [];
	errors = [];
	now = ++count * 1_000_000;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
	jest.restoreAllMocks();
});

/** A delivery to a trigger; each test has triggers of its own. */
function delivery({ trigger = 'a', credentialId = '1' } = {}): IWebhookFunctions {
	const id = `${trigger}${count}`;
	const credentials = { [CREDENTIAL]: { id: credentialId, name: 'Test' } };
	return strict({
		getNode: () => ({ ...nodeWith(id), credentials }),
		getWorkflow: () => ({ id, name: id, active: true }),
		getCredentials: async (type: string) => {
			reads.push(type);
			await Promise.resolve();
			if (secret === undefined) throw new Error('No isolate is free');
			return { appSecret: secret, readBy: trigger, of: credentialId };
		},
		logger: strict({ error: (message: string) => void errors.push(message) }),
	});
}

/** A delivery that is signed with a secret. */
const signed = async (by: string, context = delivery()) =>
	await credentialThatSigned(context, (appSecret) => appSecret === by);

test('what it is signed with decides, and it is n8n’s own credential that is asked for', async () => {
	expect(await signed('the first secret')).toMatchObject({ appSecret: 'the first secret' });
	expect(await signed('guessed')).toBe('unsigned');
	expect(new Set(reads)).toEqual(new Set([CREDENTIAL]));
});

test('deliveries that come at once or within ten seconds share one reading', async () => {
	await Promise.all([signed(secret!), signed(secret!), currentCredential(delivery())]);
	now += 9_999;
	await signed(secret!);
	expect(reads).toHaveLength(1);
	now += 1;
	await signed(secret!);
	expect(reads).toHaveLength(2);
});

test('a new App Secret holds from the first delivery that is signed with it', async () => {
	await signed('the first secret');
	secret = 'the second secret';
	expect(await signed('the second secret')).toMatchObject({ appSecret: secret });
	expect(await signed('the first secret')).toBe('unsigned');
});

test('a handshake reads the credential anew, and what it read holds for deliveries', async () => {
	await signed('the first secret');
	secret = 'the second secret';
	expect(await currentCredential(delivery())).toMatchObject({ appSecret: secret });
	expect(await signed('the second secret')).toMatchObject({ appSecret: secret });
	expect(reads).toHaveLength(2);
});

test('triggers, and the credentials that a trigger has had, are kept apart', async () => {
	const each = [{}, { trigger: 'b' }, { credentialId: '2' }];
	const given = await Promise.all(each.map(async (of) => await signed(secret!, delivery(of))));
	expect(given).toMatchObject([
		{ readBy: 'a', of: '1' },
		{ readBy: 'b', of: '1' },
		{ readBy: 'a', of: '2' },
	]);
});

test('where n8n cannot read it, what it was is good for ten seconds, and the fault is logged', async () => {
	await signed('the first secret');
	secret = undefined;
	now += 9_999;
	expect(await currentCredential(delivery())).toMatchObject({ appSecret: 'the first secret' });
	expect(await signed('the first secret')).toMatchObject({ appSecret: 'the first secret' });
	expect(await signed('guessed')).toBeUndefined();
	now += 1;
	expect(await currentCredential(delivery())).toBeUndefined();
	expect(await signed('the first secret')).toBeUndefined();
	expect(new Set(errors)).toEqual(
		new Set(['WhatsApp Coexistence Trigger: no credential to check with. No isolate is free']),
	);
});

test('one without App Secret proves nothing, is logged, and is read again for the next delivery', async () => {
	secret = '';
	expect(await signed('')).toBeUndefined();
	expect(await currentCredential(delivery())).toBeUndefined();
	expect(errors).toEqual(
		Array(2).fill('WhatsApp Coexistence Trigger: the credential has no App Secret.'),
	);
	secret = 'the first secret';
	expect(await signed(secret)).toMatchObject({ appSecret: secret });
});

test.each([
	['none of any kind', undefined],
	['none of ours', {}],
])(
	'a node that was given no credential has none, which is logged: %s',
	async (_what, credentials) => {
		const id = `without${count}`;
		const { logger } = delivery();
		const context = strict<IWebhookFunctions>({
			getNode: () => ({ ...nodeWith(id), credentials }),
			getWorkflow: () => ({ id, name: id, active: true }),
			getCredentials: async () => {
				await Promise.resolve();
				throw new Error('Node does not have any credentials set');
			},
			logger,
		});
		expect(await signed('guessed', context)).toBeUndefined();
		expect(errors).toEqual([
			'WhatsApp Coexistence Trigger: no credential to check with. Node does not have any credentials set',
		]);
	},
);
