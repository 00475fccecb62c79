import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';

const BUSINESS = '34600111222';
const PHONE = '34600333444';
const USER_ID = 'ES.4815162342ABC';
const NOON = 1_789_000_000;
const HOUR = 60 * 60;

/** How Meta names the customer: by phone, by user ID, or by both. */
type Identity = 'both' | 'phone' | 'userId';

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({ credential: meta.credential });
	choose({});
});
afterEach(async () => await trigger.close());

function choose(options: INodeParameters, groups = ['inbound']) {
	trigger.setParameters({ groups, registerFor: 'manual', options });
}

function messageOf(at: number, identity: Identity) {
	return change('messages', {
		messages: [
			{
				...(identity !== 'userId' && { from: PHONE }),
				...(identity !== 'phone' && { from_user_id: USER_ID }),
				...textAt(at),
			},
		],
	});
}

function echoOf(at: number, identity: Identity) {
	return change('smb_message_echoes', {
		message_echoes: [
			{
				from: BUSINESS,
				...(identity !== 'userId' && { to: PHONE }),
				...(identity !== 'phone' && { to_user_id: USER_ID }),
				...textAt(at),
			},
		],
	});
}

let wamids = 0;
const textAt = (at: number) => ({
	id: `wamid.${wamids++}`,
	timestamp: String(at),
	type: 'text',
	text: { body: 'hola' },
});

function change(field: string, content: object) {
	const phoneNumberId: string = DEFAULT.phoneNumberId;
	const metadata = { display_phone_number: BUSINESS, phone_number_id: phoneNumberId };
	return { field, value: { messaging_product: 'whatsapp', metadata, ...content } };
}

/** Delivers the changes one after the other, and tells the takeover of the last message. */
async function takeoverAfter(...changes: object[]) {
	for (const one of changes) await post([one]);
	return trigger.executions.flat(2).at(-1)?.json.takeover;
}

async function post(changes: object[], url = trigger.url) {
	const entry = [{ id: DEFAULT.wabaId, changes }];
	await meta.control.post('/deliver-raw', {
		url,
		body: { object: 'whatsapp_business_account', entry },
	});
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const activeFrom = (since: number, until = since + HOUR) => ({
	active: true,
	since: iso(since),
	until: iso(until),
});
const INACTIVE = { active: false, since: null, until: null };

const IDENTITIES: Array<[Identity, Identity]> = [
	['phone', 'phone'],
	['userId', 'userId'],
	['both', 'phone'],
	['both', 'userId'],
	['phone', 'both'],
	['userId', 'both'],
	['both', 'both'],
];

describe.each(IDENTITIES)('an echo that names the %s and a message that names the %s', (a, b) => {
	// An echo may answer the message of the same second.
	beforeEach(() => choose({ automaticReplySeconds: 0 }));

	test.each([0, 1, 2])('%i s apart, the echo first: the bot keeps quiet', async (seconds) => {
		await expect(takeoverAfter(echoOf(NOON, a), messageOf(NOON + seconds, b))).resolves.toEqual(
			activeFrom(NOON),
		);
	});

	test.each([0, 1, 2])(
		'%i s apart, the message first but delivered second: the bot keeps quiet',
		async (seconds) => {
			await expect(takeoverAfter(echoOf(NOON + seconds, a), messageOf(NOON, b))).resolves.toEqual(
				activeFrom(NOON + seconds),
			);
		},
	);

	test.each([0, 1, 2])(
		'%i s apart, the echo delivered second: only the next message can tell',
		async (seconds) => {
			const early = await takeoverAfter(messageOf(NOON, b), echoOf(NOON + seconds, a));
			expect(early).toEqual(INACTIVE);
			await expect(takeoverAfter(messageOf(NOON + 5, b))).resolves.toEqual(
				activeFrom(NOON + seconds),
			);
		},
	);

	test('in one delivery: the bot keeps quiet, in whatever order they stand', async () => {
		await post([messageOf(NOON, b), echoOf(NOON + 1, a)]);
		expect(trigger.executions.flat(2)[0]!.json.takeover).toEqual(activeFrom(NOON + 1));
	});
});

test('an echo by phone and a message by user ID are one contact once an event named both', async () => {
	await expect(
		takeoverAfter(echoOf(NOON, 'phone'), messageOf(NOON + 1, 'userId')),
	).resolves.toEqual(INACTIVE);
	await expect(
		takeoverAfter(messageOf(NOON + 2, 'both'), messageOf(NOON + 3, 'userId')),
	).resolves.toEqual(activeFrom(NOON));
});

describe('the time', () => {
	test('ends after an hour, and begins anew with the next echo', async () => {
		await expect(
			takeoverAfter(echoOf(NOON, 'both'), messageOf(NOON + HOUR - 1, 'both')),
		).resolves.toEqual(activeFrom(NOON));
		await expect(takeoverAfter(messageOf(NOON + HOUR, 'both'))).resolves.toEqual(INACTIVE);
		const later = NOON + 2 * HOUR;
		await expect(
			takeoverAfter(echoOf(later, 'both'), messageOf(later + 1, 'both')),
		).resolves.toEqual(activeFrom(later));
	});

	test('is what the user chose', async () => {
		choose({ takeoverMinutes: 5 });
		await expect(
			takeoverAfter(echoOf(NOON, 'both'), messageOf(NOON + 299, 'both')),
		).resolves.toEqual(activeFrom(NOON, NOON + 300));
	});

	test('is not made longer by an echo that Meta delivers hours late', async () => {
		const later = NOON + 5 * HOUR;
		await expect(
			takeoverAfter(echoOf(later, 'both'), echoOf(NOON, 'both'), messageOf(later + 1, 'both')),
		).resolves.toEqual(activeFrom(later));
	});
});

describe('nothing begins', () => {
	test('where it is switched off', async () => {
		choose({ takeoverMinutes: 0 });
		await expect(
			takeoverAfter(echoOf(NOON, 'both'), messageOf(NOON + 1, 'both')),
		).resolves.toBeUndefined();
	});

	test('with history', async () => {
		choose({}, ['history', 'inbound']);
		const old = { from: BUSINESS, to: PHONE, ...textAt(NOON), history_context: { status: 'READ' } };
		const history = change('history', {
			history: [
				{
					metadata: { phase: 0, chunk_order: 1, progress: 50 },
					threads: [{ id: PHONE, messages: [old] }],
				},
			],
		});
		await expect(takeoverAfter(history, messageOf(NOON + 1, 'both'))).resolves.toEqual(INACTIVE);
		expect(trigger.executions.flat(2)[0]!.json).toMatchObject({
			event: 'history.message',
			direction: 'outbound',
		});
	});

	test('with an automatic greeting, whether it is delivered second or first', async () => {
		const message = messageOf(NOON, 'both');
		const greeting = echoOf(NOON + 1, 'both');
		await expect(takeoverAfter(message, greeting, messageOf(NOON + 9, 'both'))).resolves.toEqual(
			INACTIVE,
		);

		const next = NOON + 2 * HOUR;
		await expect(
			takeoverAfter(echoOf(next + 1, 'both'), messageOf(next, 'both'), messageOf(next + 9, 'both')),
		).resolves.toEqual(INACTIVE);
	});

	test('for other contacts', async () => {
		const other = change('messages', {
			messages: [{ from: '34600999888', ...textAt(NOON + 1) }],
		});
		await expect(takeoverAfter(echoOf(NOON, 'both'), other)).resolves.toEqual(INACTIVE);
	});
});

test('the owner’s own answer after a greeting does begin one', async () => {
	await expect(
		takeoverAfter(
			messageOf(NOON, 'both'),
			echoOf(NOON + 1, 'both'),
			echoOf(NOON + 30, 'both'),
			messageOf(NOON + 31, 'both'),
		),
	).resolves.toEqual(activeFrom(NOON + 30));
});

test('what a test sees begins a takeover in tests, and none in production', async () => {
	choose({ takeoverMinutes: 600 });
	await post([echoOf(NOON, 'both')], trigger.testUrl);
	await post([messageOf(NOON + 1, 'both')], trigger.testUrl);
	expect(trigger.testExecutions.flat(2)[0]!.json.takeover).toEqual(
		activeFrom(NOON, NOON + 10 * HOUR),
	);

	choose({ takeoverMinutes: 10 });
	await expect(takeoverAfter(messageOf(NOON + 2, 'both'))).resolves.toEqual(INACTIVE);
	expect(JSON.stringify(trigger.staticData)).not.toContain(PHONE);
});

describe('a trigger of two numbers', () => {
	test('keeps the takeovers of each apart', async () => {
		const toTheOther = messageOf(NOON + 1, 'both');
		toTheOther.value.metadata.phone_number_id = DEFAULT.secondPhoneNumberId;
		await expect(takeoverAfter(echoOf(NOON, 'both'), toTheOther)).resolves.toEqual(INACTIVE);
		await expect(takeoverAfter(messageOf(NOON + 2, 'both'))).resolves.toEqual(activeFrom(NOON));
	});
});
