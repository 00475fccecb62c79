import { describe, expect, test } from '@jest/globals';

import {
	planRegistration,
	planRemoval,
	planTest,
	routesBeside,
	type Known,
	type Observed,
	type Step,
	type Wanted,
} from '../../../nodes/WhatsAppCoexistence/callbacks/plan';

const BASE = {
	production: 'https://n8n.example/webhook/',
	test: 'https://n8n.example/webhook-test/',
};
const OURS = 'https://n8n.example/webhook/4f1c/whatsapp';
const OUR_TEST = 'https://n8n.example/webhook-test/4f1c/whatsapp';
const SECOND = 'https://n8n.example/webhook/77aa/whatsapp';
const THEIRS = 'https://crm.example/meta';
const OLD = 'https://old.example/webhook/4f1c/whatsapp';
const FIELDS = ['history', 'messages'];
const NOTHING_KNOWN: Known = {
	gone: new Set(),
	strangers: new Set(),
	ended: new Set(),
	names: new Map(),
};

const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
	scope: 'account',
	phoneNumberIds: [],
	id: '4f1c',
	base: BASE,
	fields: FIELDS,
	foreign: 'stop',
	...changes,
});

/** One number; the app is subscribed to the fields where it has a callback. */
function observed(urls: { app?: string; account?: string; number?: string } = {}): Observed {
	const { app = null, account = null, number = null } = urls;
	return {
		app: { callbackUrl: app, fields: app === null ? [] : FIELDS },
		account: { subscribed: true, overrideUrl: account },
		numbers: [
			{ id: '1', displayPhoneNumber: '34600111222', overrideUrl: number, canBePutBack: true },
		],
	};
}

const stepsOf = (before: Observed, changes: Partial<Wanted> = {}): Step[] => {
	const plan = planRegistration(before, wanted(changes), NOTHING_KNOWN);
	if (plan.refusal) throw new Error(plan.refusal.message);
	return plan.steps;
};
const refusalOf = (before: Observed, changes: Partial<Wanted> = {}) =>
	planRegistration(before, wanted(changes), NOTHING_KNOWN).refusal;
const removalOf = (before: Observed, id = '4f1c', foreign: Wanted['foreign'] = 'stop') =>
	planRemoval(before, { id, base: BASE, foreign }, false, NOTHING_KNOWN);

describe('a second workflow', () => {
	test('for the account is added to the first one’s address', () => {
		expect(stepsOf(observed({ app: THEIRS, account: SECOND }))).toEqual([
			{ do: 'overrideAccount', url: `${SECOND}?with=4f1c` },
		]);
	});

	test('for a number brings those along who would have received from the account', () => {
		const before = observed({ app: THEIRS, account: SECOND });
		expect(stepsOf(before, { scope: 'phoneNumber', phoneNumberIds: ['1'] })).toEqual([
			{ do: 'overrideNumber', phoneNumberId: '1', url: `${OURS}?with=77aa` },
		]);
	});

	test('for the account joins a number that comes before it', () => {
		expect(stepsOf(observed({ app: THEIRS, number: SECOND }))).toEqual([
			{ do: 'overrideAccount', url: OURS },
			{ do: 'overrideNumber', phoneNumberId: '1', url: `${SECOND}?with=4f1c` },
		]);
	});

	test('leaves the first one at its place when it goes', () => {
		expect(removalOf(observed({ app: THEIRS, account: `${OURS}?with=77aa` }))).toEqual([
			{ do: 'overrideAccount', url: SECOND },
		]);
	});
});

describe('the fields of an app that had no callback', () => {
	test('are held by the workflow that needs them, and handed to the next one', () => {
		const holding = stepsOf(observed())[0];
		expect(holding).toEqual({ do: 'setAppFields', url: `${OURS}?with=~`, fields: FIELDS });
		const both = observed({ app: `${OURS}?with=~`, account: `${OURS}?with=77aa` });
		expect(removalOf(both)).toContainEqual({
			do: 'setAppFields',
			url: `${SECOND}?with=~`,
			fields: FIELDS,
		});
	});

	test('go with the last one, by name', () => {
		const last = observed({ app: `${OURS}?with=~`, account: OURS });
		last.app.fields = [...FIELDS, 'flows'];
		expect(removalOf(last)).toEqual([
			{ do: 'overrideAccount', url: null },
			{ do: 'deleteAppFields', fields: FIELDS },
		]);
	});

	test('stay where somebody else’s override lives on them, but for those that none can receive', () => {
		const shared = observed({ app: OURS, account: THEIRS });
		shared.app.fields = ['account_update', ...FIELDS];
		expect(removalOf(shared)).toEqual([{ do: 'deleteAppFields', fields: ['account_update'] }]);
	});
});

describe('somebody else’s callback', () => {
	test('that was replaced is remembered at Meta, and put back from there', () => {
		const [step] = stepsOf(observed({ app: THEIRS, account: THEIRS }), { foreign: 'replace' });
		expect(step).toEqual({ do: 'overrideAccount', url: `${OURS}?was=crm.example/meta` });
		const replaced = observed({ app: THEIRS, account: (step as { url: string }).url });
		expect(removalOf(replaced)).toEqual([{ do: 'overrideAccount', url: THEIRS }]);
	});

	test('that is too long to be remembered is not replaced', () => {
		const long = `https://crm.example/${'x'.repeat(160)}`;
		const refusal = refusalOf(observed({ app: THEIRS, account: long }), { foreign: 'replace' });
		expect(refusal?.message).toContain('could not be put back');
	});

	test('is what the same workflow in another n8n is, until the user says that this one has moved', () => {
		const before = observed({ app: THEIRS, account: `${OLD}?with=77aa` });
		expect(refusalOf(before)?.message).toBe(
			'This workflow is registered for this WhatsApp Business Account by another n8n',
		);
		expect(removalOf(before)).toEqual([]);
		expect(stepsOf(before, { foreign: 'moved' })).toEqual([
			{ do: 'overrideAccount', url: `${OURS}?with=77aa` },
		]);
		expect(removalOf(before, '4f1c', 'moved')).toEqual([{ do: 'overrideAccount', url: SECOND }]);
	});
});

describe('refused', () => {
	test('is “These Phone Numbers” with none, or with one of another account', () => {
		const choice = { scope: 'phoneNumber' as const };
		expect(refusalOf(observed(), choice)?.message).toBe('No phone number is chosen');
		expect(refusalOf(observed(), { ...choice, phoneNumberIds: ['9'] })?.message).toContain('9');
	});

	test('is an address longer than Meta allows', () => {
		const refusal = refusalOf(observed(), { id: 'x'.repeat(200) });
		expect(refusal?.message).toContain('longer than the 200 characters');
	});

	test('is one workflow too many, with the names of those that are there', () => {
		const host = `https://n8n-${'x'.repeat(27)}.example/webhook/`;
		expect(new URL(host).host).toHaveLength(39);
		const base = { production: host, test: host.replace('webhook', 'webhook-test') };
		let before = observed({ app: THEIRS });
		const idOf = (index: number) => `${index}0c4a5e2-7b1d-4f3e-9a6c-1d2e3f4a5b6c`;
		for (let index = 0; index < 5; index++) {
			const [step] = stepsOf(before, { base, id: idOf(index) });
			before = observed({ app: THEIRS, account: (step as { url: string }).url });
		}
		const names = new Map([[idOf(2), 'Inbox']]);
		const { refusal } = planRegistration(before, wanted({ base, id: idOf(5) }), {
			...NOTHING_KNOWN,
			names,
		});
		expect(refusal?.message).toContain('no room for another workflow');
		expect(refusal?.description).toContain('5 workflows already');
		expect(refusal?.description).toContain('Inbox');
	});
});

describe('a test', () => {
	test('listens beside those of ours that receive the number, whose address stays', () => {
		const before = observed({ app: THEIRS, account: SECOND });
		const plan = planTest(before, wanted());
		expect(plan).toMatchObject({
			steps: [{ do: 'overrideAccount', url: `${SECOND}?test=4f1c` }],
		});
		const during = observed({ app: THEIRS, account: `${SECOND}?test=4f1c` });
		const whose = { id: '4f1c', base: BASE, foreign: 'stop' as const };
		expect(planRemoval(during, whose, true, NOTHING_KNOWN)).toEqual([
			{ do: 'overrideAccount', url: SECOND },
		]);
	});

	test('has a number to itself where nobody of ours receives it, and passes on', () => {
		const before = observed({ app: THEIRS, number: THEIRS });
		expect(planTest(before, wanted())).toMatchObject({
			steps: [
				{ do: 'overrideNumber', phoneNumberId: '1', url: `${OUR_TEST}?was=crm.example/meta` },
			],
		});
		expect(routesBeside(before, wanted())).toEqual({ 1: THEIRS });
	});

	test('of a number that belongs to somebody else for good is refused', () => {
		const before = observed({ app: THEIRS, number: THEIRS });
		before.numbers[0]!.canBePutBack = false;
		expect(planTest(before, wanted()).refusal?.message).toContain(THEIRS);
	});
});

describe('what stands in the way is said, with what to do', () => {
	const PHONE = { scope: 'phoneNumber' as const, phoneNumberIds: ['1'] };
	const said = (refusal: ReturnType<typeof refusalOf>) =>
		`${refusal?.message}. ${refusal?.description}`;

	test.each<[string, Observed, Partial<Wanted>]>([
		['this Meta app', observed({ app: THEIRS }), { scope: 'app' }],
		['this WhatsApp Business Account', observed({ app: OURS, account: THEIRS }), {}],
		['the phone number 34600111222', observed({ app: OURS, number: THEIRS }), PHONE],
	])('another callback at %s, and that it is put back', (place, before, changes) => {
		expect(said(refusalOf(before, changes))).toMatch(
			new RegExp(
				`is registered for ${place}\\. Events go to ${THEIRS} now.*“Replace It”; .*put back`,
			),
		);
		expect(refusalOf(before, changes)?.standing).toBe(THEIRS);
	});

	test('another callback at a number that was not chosen does not', () => {
		const before = observed({ app: THEIRS, number: THEIRS });
		before.numbers.push({ ...before.numbers[0]!, id: '2', overrideUrl: null });
		expect(refusalOf(before, { scope: 'phoneNumber', phoneNumberIds: ['2'] })).toBeUndefined();
		expect(refusalOf(before)).toBeUndefined();
	});

	test('the same workflow in another n8n, for one that has moved and one that is a copy', () => {
		expect(said(refusalOf(observed({ app: THEIRS, account: OLD })))).toMatch(
			/by another n8n\. Events go to https:\/\/old\.example.*“Take It Over.*Execute Step/,
		);
	});

	test('no number, and one of another account', () => {
		const choice = { scope: 'phoneNumber' as const };
		expect(said(refusalOf(observed(), choice))).toMatch(/Choose them under “Phone Number Names/);
		expect(said(refusalOf(observed(), { ...choice, phoneNumberIds: ['8', '1', '9'] }))).toMatch(
			/has no phone number 8, 9\. Choose the numbers again/,
		);
	});

	test('fields that only the owner of the app’s callback can add, named with where', () => {
		const before = observed({ app: THEIRS });
		const fields = ['history', 'messages', 'smb_message_echoes', 'account_update'];
		const without = refusalOf(before, { fields });
		expect(said(without)).toMatch(
			/webhook fields: smb_message_echoes, account_update\. Open .*for smb_message_echoes, account_update\..*belongs to https:\/\/crm\.example/,
		);
		expect(planTest(before, wanted({ fields })).refusal).toEqual(without);
		expect(planTest(before, wanted()).refusal).toBeUndefined();
		expect(refusalOf(before, { fields, scope: 'app', foreign: 'replace' })).toBeUndefined();
	});

	test('an address that is too long, with its length and what makes it shorter', () => {
		const id = 'x'.repeat(180);
		const expected =
			/longer than the 200 characters.*It is 224 characters long: https.*WEBHOOK_URL/;
		expect(said(refusalOf(observed(), { id }))).toMatch(expected);
		expect(said(planTest(observed(), wanted({ id })).refusal)).toMatch(/longer than the 200/);
	});

	test('a callback that is too long to be remembered, by a test as well', () => {
		const long = `https://crm.example/${'x'.repeat(160)}`;
		const before = observed({ app: THEIRS, number: long });
		expect(said(planTest(before, wanted()).refusal)).toMatch(
			/callback of the phone number 34600111222 could not be put back\. Events go to https:\/\/crm\.example\/x+ now.*Clear Callback/,
		);
	});

	test('no room for a test beside those who receive the number', () => {
		let before = observed({ app: THEIRS });
		for (let index = 0; index < 5; index++) {
			const [step] = stepsOf(before, { id: `${index}0c4a5e2-7b1d-4f3e-9a6c-1d2e3f4a5b6c` });
			before = observed({ app: THEIRS, account: (step as { url: string }).url });
		}
		const { refusal } = planTest(before, wanted({ id: 'y'.repeat(60) }));
		expect(said(refusal)).toMatch(/no room for a test.*200 characters.*Unpublish one/);
		expect(planTest(before, wanted({ id: 'y'.repeat(6) })).refusal).toBeUndefined();
	});
});

describe('what stands in no way, and is to be known', () => {
	const notesOf = (before: Observed, changes: Partial<Wanted> = {}) => {
		const plan = planRegistration(before, wanted(changes), NOTHING_KNOWN);
		return plan.refusal ? [plan.refusal.message] : plan.notes;
	};

	test('is a callback of somebody else’s at a number, which comes before', () => {
		const before = observed({ app: OURS, number: THEIRS });
		expect(notesOf(before)).toEqual([
			expect.stringMatching(/^Events of 34600111222 go to https:\/\/crm\.example\/meta/),
		]);
		before.numbers.push({
			id: '2',
			displayPhoneNumber: '34600111333',
			overrideUrl: null,
			canBePutBack: true,
		});
		expect(notesOf(before, { phoneNumberIds: ['2'] })).toEqual([]);
	});

	test('is one at the account, where the events are wanted from the app', () => {
		const before = observed({ app: OURS, account: THEIRS });
		expect(notesOf(before, { scope: 'app' })).toEqual([
			expect.stringMatching(/^Messages go to https:\/\/crm\.example\/meta: .*before the app/),
		]);
		expect(notesOf(observed({ app: THEIRS, account: OURS }))).toEqual([]);
		expect(notesOf(observed({ app: OURS }), { scope: 'app' })).toEqual([]);
		expect(notesOf(before, { scope: 'phoneNumber', phoneNumberIds: ['1'] })).toEqual([]);
	});
});

describe('what is done', () => {
	test('is nothing where all is well, also where Meta writes an address differently', () => {
		const before = observed({ app: THEIRS, account: `${SECOND}?with=4f1c` });
		expect(stepsOf(before)).toEqual([]);
		expect(stepsOf(observed({ app: THEIRS, account: `${SECOND}?with=4f1c&test=` }))).toEqual([]);
	});

	test('includes that the account’s events come to the app at all, before anything else', () => {
		const before = observed({ app: THEIRS });
		before.account.subscribed = false;
		expect(stepsOf(before).map((step) => step.do)).toEqual(['subscribeApp', 'overrideAccount']);
		const app = stepsOf(before, { scope: 'app', foreign: 'replace' }).map((step) => step.do);
		expect(app).toEqual(['setAppFields', 'subscribeApp']);
		expect(removalOf(before)).toEqual([]);
	});

	test('adds the fields that are missing to those that the app has', () => {
		const before = observed({ app: OURS });
		before.app.fields = ['flows', 'messages'];
		expect(stepsOf(before, { scope: 'app' })).toEqual([
			{ do: 'setAppFields', url: OURS, fields: ['flows', 'messages', 'history'] },
		]);
	});

	test('takes a workflow that is gone, or has ended its test, away with it', () => {
		const before = observed({ app: THEIRS, account: `${SECOND}?with=88bb&test=99cc` });
		const known = { ...NOTHING_KNOWN, gone: new Set(['77aa']), ended: new Set(['99cc']) };
		expect(planRegistration(before, wanted(), known)).toMatchObject({
			steps: [
				{ do: 'overrideAccount', url: 'https://n8n.example/webhook/88bb/whatsapp?with=4f1c' },
			],
		});
	});

	test('leaves a test that listens alone at a number going on, beside the workflow that comes', () => {
		const alone = 'https://n8n.example/webhook-test/99cc/whatsapp';
		const before = observed({ app: THEIRS, number: alone });
		expect(stepsOf(before, { scope: 'phoneNumber', phoneNumberIds: ['1'] })).toEqual([
			{ do: 'overrideNumber', phoneNumberId: '1', url: `${OURS}?test=99cc` },
		]);
	});
});

describe('a workflow that is published once more', () => {
	test('leaves the place where it stood', () => {
		expect(stepsOf(observed({ app: THEIRS, number: OURS }))).toEqual([
			{ do: 'overrideAccount', url: OURS },
			{ do: 'overrideNumber', phoneNumberId: '1', url: null },
		]);
	});

	test('listens no more where it was tested', () => {
		expect(stepsOf(observed({ app: THEIRS, account: `${SECOND}?test=4f1c` }))).toEqual([
			{ do: 'overrideAccount', url: `${SECOND}?with=4f1c` },
		]);
	});

	test('for one of two numbers leaves the other as it is', () => {
		const before = observed({ app: THEIRS });
		before.numbers.push({ ...before.numbers[0]!, id: '2', overrideUrl: SECOND });
		expect(stepsOf(before, { scope: 'phoneNumber', phoneNumberIds: ['1'] })).toEqual([
			{ do: 'overrideNumber', phoneNumberId: '1', url: OURS },
		]);
	});

	test('has not moved where another n8n’s address names other workflows only', () => {
		const elsewhere = OLD.replace('4f1c', '77aa');
		expect(refusalOf(observed({ app: THEIRS, account: elsewhere }), { foreign: 'moved' })).toEqual(
			expect.objectContaining({ standing: elsewhere }),
		);
	});
});

describe('where a test listens', () => {
	test.each<[string, Observed, Step]>([
		[
			'at the number',
			observed({ app: THEIRS, account: THEIRS, number: SECOND }),
			{ do: 'overrideNumber', phoneNumberId: '1', url: `${SECOND}?test=4f1c` },
		],
		[
			'at the app',
			observed({ app: SECOND }),
			{ do: 'setAppFields', url: `${SECOND}?test=4f1c`, fields: FIELDS },
		],
	])('is beside those who receive %s', (_place, before, step) => {
		expect(planTest(before, wanted())).toMatchObject({ steps: [step] });
	});

	test('is at the app as well, where that has no callback for its fields', () => {
		expect(planTest(observed(), wanted())).toMatchObject({
			steps: [
				{ do: 'setAppFields', url: OUR_TEST, fields: FIELDS },
				{ do: 'overrideNumber', phoneNumberId: '1', url: OUR_TEST },
			],
		});
	});
});

describe('when a workflow goes', () => {
	test('a test that has the app’s fields goes on', () => {
		const test = 'https://n8n.example/webhook-test/99cc/whatsapp';
		expect(removalOf(observed({ app: test, account: OURS }))).toEqual([
			{ do: 'overrideAccount', url: null },
		]);
	});

	test('what stood at the app before comes back, whoever else of ours there is', () => {
		const before = observed({ app: `${OURS}?was=crm.example/meta`, account: SECOND });
		expect(removalOf(before)).toEqual([{ do: 'setAppFields', url: THEIRS, fields: FIELDS }]);
	});

	test('the fields stay that others may live on who had no room to say so', () => {
		const before = observed({ app: `${OURS}?with=~~`, account: OURS });
		before.app.fields = ['account_update', ...FIELDS];
		expect(removalOf(before)).toEqual([
			{ do: 'overrideAccount', url: null },
			{ do: 'deleteAppFields', fields: ['account_update'] },
		]);
	});

	test('fields that are not of ours stay', () => {
		const before = observed({ app: OURS });
		before.app.fields = ['flows'];
		expect(removalOf(before)).toEqual([]);
	});

	test('whoever listens beside it listens at the place that takes over', () => {
		const before = observed({ app: SECOND, account: `${OURS}?with=77aa&test=99cc` });
		expect(removalOf(before)).toEqual([
			{ do: 'setAppFields', url: `${SECOND}?test=99cc`, fields: FIELDS },
			{ do: 'overrideAccount', url: null },
		]);
	});

	test('those who came along with it go from before somebody else’s, too', () => {
		const third = 'https://n8n.example/webhook/88bb/whatsapp';
		const before = observed({
			app: `${SECOND}?with=~88bb`,
			account: `${OURS}?with=77aa&was=crm.example/meta`,
			number: `${third}?with=4f1c.77aa`,
		});
		expect(removalOf(before)).toEqual([
			{ do: 'overrideAccount', url: THEIRS },
			{ do: 'overrideNumber', phoneNumberId: '1', url: third },
		]);
	});
});

test('where the app’s address has no room for who lives on its fields, it is counted only', () => {
	const host = `https://n8n-${'x'.repeat(29)}.example/webhook/`;
	const base = { production: host, test: host.replace('webhook', 'webhook-test') };
	const idOf = (index: number) => `${index}0c4a5e2-7b1d-4f3e-9a6c-1d2e3f4a5b6c`;
	let before = observed();
	for (let index = 0; index < 4; index++) {
		const [step] = stepsOf(before, { base, id: idOf(index), scope: 'app' });
		before = observed({ app: (step as { url: string }).url });
	}
	const [app, account] = stepsOf(before, { base, id: idOf(4) });
	expect((account as { url: string }).url).toHaveLength(200);
	expect(app).toMatchObject({ do: 'setAppFields', url: expect.stringMatching(/\.~~$/) });
});

describe('where events would go without a test', () => {
	test('is the nearest callback that is no test', () => {
		const test = 'https://n8n.example/webhook-test/99cc/whatsapp';
		const toThem = { 1: THEIRS };
		expect(routesBeside(observed({ app: THEIRS }), wanted())).toEqual(toThem);
		expect(routesBeside(observed({ app: SECOND, account: THEIRS }), wanted())).toEqual(toThem);
		expect(routesBeside(observed({ app: THEIRS, number: test }), wanted())).toEqual(toThem);
		expect(routesBeside(observed({ number: test }), wanted())).toEqual({});
		expect(routesBeside(observed({ app: THEIRS }), wanted({ phoneNumberIds: ['2'] }))).toEqual({});
	});
});
