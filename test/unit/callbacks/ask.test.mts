import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { productionUrl, testUrl } from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { askNumbers, askOurs } from '../../../nodes/WhatsAppCoexistence/callbacks/ask';
import type { Observed } from '../../../nodes/WhatsAppCoexistence/callbacks/plan';
import { APP_SECRET, startNeighbours, type Neighbours } from './neighbours.mts';

const ACCOUNT = '900000000000001';
const OTHER_ACCOUNT = '900000000000002';

let neighbours: Neighbours;
beforeEach(async () => {
	neighbours = await startNeighbours();
});
afterEach(async () => await neighbours.close());

const at = (id: string, query = '') => productionUrl(neighbours.base, id) + query;
const testAt = (id: string) => testUrl(neighbours.base, id);

/** What stands at Meta: at the app, at the account, at one number. */
function observed(app: string | null, account: string | null, number: string | null): Observed {
	return {
		app: { callbackUrl: app, fields: [] },
		account: { subscribed: true, overrideUrl: account },
		numbers: [
			{ id: '1', displayPhoneNumber: '34600111222', overrideUrl: number, canBePutBack: true },
		],
	};
}

const ask = async (standing: Observed) =>
	await askOurs(
		neighbours.context,
		standing,
		{ base: neighbours.base, id: 'own', account: ACCOUNT },
		APP_SECRET,
	);

const answersAs = (id: string, account = ACCOUNT, registerFor = 'account') =>
	neighbours.triggerAt(at(id), { workflow: `Workflow ${id}`, account, registerFor });

describe('the workflows that stand at Meta', () => {
	test('are asked wherever they stand, each once, and tell their names', async () => {
		for (const id of ['aaa', 'bbb', 'ccc']) answersAs(id);
		expect(await ask(observed(at('aaa', '?with=~bbb'), at('bbb'), at('ccc', '?with=aaa')))).toEqual(
			{
				names: new Map([
					['aaa', 'Workflow aaa'],
					['bbb', 'Workflow bbb'],
					['ccc', 'Workflow ccc'],
				]),
				gone: new Set(),
				strangers: new Set(),
				ended: new Set(),
				unreachable: undefined,
			},
		);
		expect(neighbours.asked.sort()).toEqual([at('aaa'), at('bbb'), at('ccc')]);
	});

	test('are strangers where they are for another account', async () => {
		answersAs('aaa');
		answersAs('bbb', OTHER_ACCOUNT);
		answersAs('ccc', OTHER_ACCOUNT, 'app');
		answersAs('ddd', OTHER_ACCOUNT, 'phoneNumber');
		const { strangers } = await ask(observed(at('aaa', '?with=bbb.ccc.ddd'), null, null));
		expect([...strangers].sort()).toEqual(['bbb', 'ddd']);
	});

	test('are gone where n8n does not know them, and not where they refuse to tell', async () => {
		neighbours.at(at('bbb'), () => ({ status: 403 }));
		neighbours.at(at('ccc'), () => ({ status: 500 }));
		const { gone, names, unreachable } = await ask(
			observed(at('aaa', '?with=bbb.ccc'), null, null),
		);
		expect(gone).toEqual(new Set(['aaa']));
		expect(names).toEqual(new Map());
		expect(unreachable).toBeUndefined();
	});

	test('are not taken for gone where this n8n does not reach itself', async () => {
		neighbours.at(at('aaa'), () => 'hangs up');
		// Whoever answers later is no sign that the other has.
		neighbours.at(at('bbb'), async () => {
			await setTimeout(50);
			return { status: 403 };
		});
		const { gone, unreachable } = await ask(observed(null, at('aaa', '?with=bbb'), null));
		expect(gone).toEqual(new Set());
		expect(unreachable).toContain(at('aaa'));
	});

	test('are not asked where it is the one that asks, or somebody else’s callback', async () => {
		const theirs = new URL('/meta', at('')).href;
		const known = await ask(observed(at('own', '?test=own'), theirs, testAt('own')));
		expect(known).toMatchObject({ gone: new Set(), ended: new Set() });
		expect(neighbours.asked).toEqual([]);
	});
});

test('listeners are ended where nobody listens any more, alone or beside others', async () => {
	answersAs('aaa');
	neighbours.triggerAt(testAt('bbb'), { workflow: 'B', account: ACCOUNT, registerFor: 'account' });
	neighbours.triggerAt(testAt('ddd'), { workflow: 'D', account: ACCOUNT, registerFor: 'account' });
	neighbours.at(testAt('fff'), () => 'hangs up');
	const { ended, gone } = await ask(
		observed(at('aaa', '?test=bbb.ccc'), testAt('ddd'), testAt('eee')),
	);
	expect([...ended].sort()).toEqual(['ccc', 'eee']);
	expect(gone).toEqual(new Set());
	expect((await ask(observed(testAt('fff'), null, null))).ended).toEqual(new Set(['fff']));
});

describe('the override of a number can be put back after a test', () => {
	const canBePutBack = async (overrideUrl: string | null) => {
		const { numbers } = observed(null, null, overrideUrl);
		const [number] = await askNumbers(neighbours.context, numbers, neighbours.base, APP_SECRET);
		expect(number).toEqual({ ...numbers[0], canBePutBack: number!.canBePutBack });
		return number!.canBePutBack;
	};
	const elsewhere = () => new URL('/elsewhere/4f1c/whatsapp', at('')).href;

	test('where there is none, or one of this n8n, which is not asked', async () => {
		expect(await canBePutBack(null)).toBe(true);
		expect(await canBePutBack(at('aaa'))).toBe(true);
		expect(await canBePutBack(testAt('aaa'))).toBe(true);
		expect(neighbours.asked).toEqual([]);
	});

	test('where it is a trigger of another n8n with the same app', async () => {
		neighbours.triggerAt(elsewhere(), { workflow: 'A', account: ACCOUNT, registerFor: 'account' });
		expect(await canBePutBack(elsewhere())).toBe(true);
	});

	test.each([
		['refuses the handshake', { status: 403 }],
		['has gone', { status: 404 }],
		['cannot be reached', 'hangs up'],
	] as const)('but not where it %s', async (_how, answer) => {
		neighbours.at(elsewhere(), () => answer);
		expect(await canBePutBack(elsewhere())).toBe(false);
	});
});
