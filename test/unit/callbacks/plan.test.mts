import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	planRegistration,
	planRemoval,
	routesBeside,
	type Earlier,
	type Observed,
	type Step,
	type Wanted,
} from '../../../nodes/WhatsAppCoexistence/callbacks/plan';
import { runs } from '../depth.mts';

const OURS = 'https://n8n.example/webhook/4f1c/whatsapp';
const OUR_TEST = 'https://n8n.example/webhook-test/4f1c/whatsapp';
const THEIRS = 'https://crm.example/meta';
const FIELDS = ['history', 'messages'];

const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
	scope: 'account',
	phoneNumberIds: [],
	url: OURS,
	fields: FIELDS,
	foreign: 'stop',
	test: false,
	...changes,
});

const url = fc.constantFrom(null, OURS, OUR_TEST, THEIRS);
const observed: fc.Arbitrary<Observed> = fc.record({
	app: fc.record({ callbackUrl: url, fields: fc.subarray(['account_update', ...FIELDS]) }),
	account: fc.record({ subscribed: fc.boolean(), overrideUrl: url }),
	numbers: fc.tuple(url, url).map((urls) =>
		urls.map((overrideUrl, index) => ({
			id: String(index),
			displayPhoneNumber: `3460011122${index}`,
			overrideUrl,
			canBePutBack: true,
		})),
	),
});
const anyWanted = fc.record({
	scope: fc.constantFrom('account', 'app', 'phoneNumber'),
	phoneNumberIds: fc.subarray(['0', '1']),
	foreign: fc.constantFrom('replace', 'stop'),
}) as fc.Arbitrary<Pick<Wanted, 'foreign' | 'phoneNumberIds' | 'scope'>>;

/** What Meta would answer after the steps: an independent, simple Meta. */
function after(before: Observed, steps: Step[]): Observed {
	const world = structuredClone(before);
	for (const step of steps) {
		if (step.do === 'setAppFields') world.app = { callbackUrl: step.url, fields: step.fields };
		if (step.do === 'deleteAppFields') world.app = { callbackUrl: null, fields: [] };
		if (step.do === 'subscribeApp') world.account.subscribed = true;
		if (step.do === 'overrideAccount') world.account.overrideUrl = step.url;
		if (step.do === 'overrideNumber') {
			world.numbers.find(({ id }) => id === step.phoneNumberId)!.overrideUrl = step.url;
		}
	}
	return world;
}

const theirPlaces = ({ app, account, numbers }: Observed) =>
	[app.callbackUrl, account.overrideUrl, ...numbers.map(({ overrideUrl }) => overrideUrl)].map(
		(place) => place === THEIRS,
	);

const RUNS = { numRuns: runs(10_000), seed: 20261122 };

describe('for any state of Meta and any wish', () => {
	test('a plan that is carried out leaves nothing to do', () => {
		fc.assert(
			fc.property(observed, anyWanted, (before, choice) => {
				const plan = planRegistration(before, wanted(choice));
				fc.pre(plan.refusal === undefined);
				const again = planRegistration(after(before, plan.steps), wanted(choice));
				expect(again).toMatchObject({ steps: [] });
			}),
			RUNS,
		);
	});

	test('with “stop”, nobody else’s callback is changed', () => {
		fc.assert(
			fc.property(observed, anyWanted, (before, { scope }) => {
				const plan = planRegistration(before, wanted({ scope, foreign: 'stop' }));
				const steps = plan.refusal === undefined ? plan.steps : [];
				expect(theirPlaces(after(before, steps))).toEqual(theirPlaces(before));
			}),
			RUNS,
		);
	});

	test('removal takes our address away and puts back what was there', () => {
		fc.assert(
			fc.property(observed, anyWanted, (before, choice) => {
				const plan = planRegistration(before, wanted(choice));
				fc.pre(plan.refusal === undefined);
				const registered = after(before, plan.steps);
				const removed = after(registered, planRemoval(registered, OURS, plan.earlier));
				expect(theirPlaces(removed)).toEqual(theirPlaces(before));
				const overrides = [removed.account, ...removed.numbers];
				expect(overrides.map(({ overrideUrl }) => overrideUrl)).not.toContain(OURS);
			}),
			RUNS,
		);
	});

	test('a test leaves Meta as it found it, but for the webhook fields', () => {
		fc.assert(
			fc.property(observed, (before) => {
				const clean = after(before, planRemoval(before, OUR_TEST, {}));
				const plan = planRegistration(
					clean,
					wanted({ scope: 'phoneNumber', url: OUR_TEST, test: true }),
				);
				fc.pre(plan.refusal === undefined && clean.app.callbackUrl !== OUR_TEST);
				const { steps, earlier } = plan as { steps: Step[]; earlier: Earlier };
				const during = after(clean, steps);
				// In real life n8n tells the plan what stood there in static data; ours is remembered too.
				const restored = after(during, planRemoval(during, OUR_TEST, earlier));
				expect(restored.account.overrideUrl).toBe(clean.account.overrideUrl);
				expect(restored.numbers).toEqual(clean.numbers);
			}),
			RUNS,
		);
	});
});

test('a test of a number that belongs to somebody else for good is refused', () => {
	const before: Observed = {
		app: { callbackUrl: OURS, fields: FIELDS },
		account: { subscribed: true, overrideUrl: OURS },
		numbers: [
			{ id: '1', displayPhoneNumber: '34600111222', overrideUrl: THEIRS, canBePutBack: false },
		],
	};
	const plan = planRegistration(
		before,
		wanted({ scope: 'phoneNumber', url: OUR_TEST, test: true }),
	);
	expect(plan.refusal?.message).toContain(THEIRS);
});

test('an address longer than Meta allows is refused', () => {
	const before: Observed = {
		app: { callbackUrl: null, fields: [] },
		account: { subscribed: false, overrideUrl: null },
		numbers: [],
	};
	const long = `https://n8n.example/${'x'.repeat(200)}`;
	expect(planRegistration(before, wanted({ url: long })).refusal?.description).toContain('220');
});

test('events go past a test to where they would go without it', () => {
	const numbers = (overrideUrl: string | null) => [
		{ id: '1', displayPhoneNumber: '34600111222', overrideUrl, canBePutBack: true },
	];
	const test = wanted({ url: OUR_TEST, test: true });
	const app = { callbackUrl: THEIRS, fields: FIELDS };
	const account = { subscribed: true, overrideUrl: OURS };
	expect(routesBeside({ app, account, numbers: numbers(null) }, test)).toEqual({ 1: OURS });
	expect(routesBeside({ app, account, numbers: numbers(OUR_TEST) }, test)).toEqual({ 1: OURS });
	expect(
		routesBeside({ app, account: { ...account, overrideUrl: null }, numbers: numbers(null) }, test),
	).toEqual({ 1: THEIRS });
});
