import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { rowsUnder } from '../unit/docs/page.mts';
import { startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

const BUSINESS = '34600111222';

jest.setTimeout(120_000);

let stage: Stage;
let workflowId: string;
let customers = 0;

beforeAll(async () => {
	stage = await startStage();
	const { rest } = stage.n8n;
	// Here the owner is as quick as the app's greeting.
	const parameters = { options: { automaticReplySeconds: 0 } };
	workflowId = await rest.createWorkflow(stage.workflow({ webhookId: 'takeover', parameters }));
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
});
afterAll(async () => await stage?.stop());

interface Customer {
	phone: string;
	userId: string;
}

function newCustomer(): Customer {
	const number = ++customers;
	return { phone: String(34_600_300_000 + number), userId: `ES.4815162342${number}` };
}

const seconds = () => Math.floor(Date.now() / 1000);

const writes = (names: object, at = seconds(), more: object = {}) =>
	update('messages', { messages: [{ ...names, ...text(at), ...more }] });
const answers = (names: object, at = seconds(), more: object = {}, number?: string) =>
	update(
		'smb_message_echoes',
		{ message_echoes: [{ from: BUSINESS, ...names, ...text(at), ...more }] },
		number,
	);

let wamids = 0;
const text = (at: number) => ({
	id: `wamid.${wamids++}`,
	timestamp: String(at),
	type: 'text',
	text: { body: 'hola' },
});

function update(field: string, content: object, number: string = DEFAULT.phoneNumberId) {
	const metadata = { display_phone_number: BUSINESS, phone_number_id: number };
	return { field, value: { messaging_product: 'whatsapp', metadata, ...content } };
}

/** Has Meta deliver, and waits until n8n has answered. */
async function deliver(...updates: object[]): Promise<void> {
	for (const one of updates) {
		await stage.meta.control.post('/deliver', one);
		await stage.meta.control.post('/drain');
	}
}

/** The table of the page, each row played in the real n8n. */
describe('words that begin and end a takeover', () => {
	const MINUTE = 60;
	const HOUR = 60 * MINUTE;
	const UNTIL_ENDED = null;
	let commandsId: string;

	beforeAll(async () => {
		const { rest } = stage.n8n;
		commandsId = await rest.createWorkflow(
			stage.workflow({
				webhookId: 'commands',
				parameters: {
					groups: ['history', 'echoes', 'inbound'],
					options: { takeoverBegins: '#me', takeoverEnds: '#bot, 🤖' },
				},
			}),
		);
		await expect(rest.publish(commandsId)).resolves.toEqual({ status: 'published' });
	});

	/** What was delivered so far, and what the customer's next message says. */
	interface Played {
		/** Unix seconds until which it is active; null: until it is ended; undefined: not active. */
		until?: number | null;
		/** Of the last echo that started an execution. */
		command?: 'begin' | 'end';
	}

	interface Chat {
		now: number;
		/** The owner writes so many seconds ago. */
		owner(body: string, secondsAgo?: number, more?: object): Promise<void>;
		customer(secondsAgo?: number, body?: string): Promise<void>;
	}

	const bodyOf = (body: string) => ({ type: 'text', text: { body } });

	const ROWS: Record<string, (chat: Chat) => Promise<Played>> = {
		'The owner writes `#bot` during a takeover': async ({ owner }) => {
			await owner('On my way', 60);
			await owner('#bot', 30);
			return { command: 'end' };
		},
		'The owner writes `#bot` where there is no takeover': async ({ owner }) => {
			await owner('#bot');
			return { command: 'end' };
		},
		'The owner writes `#me`': async ({ owner }) => {
			await owner('#me');
			return { until: UNTIL_ENDED, command: 'begin' };
		},
		'The owner writes `#me 2h`, `#me 90 min` or `#me 1 day`': async ({ owner, now }) => {
			await owner('#me 2h', 90);
			await expectNext({ until: now - 90 + 2 * HOUR, command: 'begin' });
			await owner('#me 90 min', 60);
			await expectNext({ until: now - 60 + 90 * MINUTE, command: 'begin' });
			await owner('#me 1 day', 30);
			return { until: now - 30 + 24 * HOUR, command: 'begin' };
		},
		'The owner writes `#me 10m` during a takeover of an hour': async ({ owner, now }) => {
			await owner('On my way', 60);
			await owner('#me 10m', 30);
			return { until: now - 30 + 10 * MINUTE, command: 'begin' };
		},
		'The phone makes it `#Me`, `# me 2 H` or `#Bot. `': async ({ owner, now }) => {
			await owner('#Me', 90);
			await expectNext({ until: UNTIL_ENDED, command: 'begin' });
			await owner('# me 2 H', 60);
			await expectNext({ until: now - 60 + 2 * HOUR, command: 'begin' });
			await owner('#Bot. ', 30);
			return { command: 'end' };
		},
		'The owner writes anything else after `#me`': async ({ owner }) => {
			await owner('#me', 60);
			await owner('On my way', 30);
			return { until: UNTIL_ENDED };
		},
		'The owner writes anything else after `#me 10m`': async ({ owner, now }) => {
			await owner('#me 10m', 60);
			await owner('On my way', 30);
			return { until: now - 30 + HOUR };
		},
		'The owner writes anything else after `#bot`': async ({ owner, now }) => {
			await owner('#bot', 60);
			await owner('On my way', 30);
			return { until: now - 30 + HOUR };
		},
		'The owner writes `#bot, go on` or `ask #me`: other text with it': async ({ owner, now }) => {
			await owner('#bot, go on', 60);
			await expectNext({ until: now - 60 + HOUR });
			await owner('ask #me', 30);
			return { until: now - 30 + HOUR };
		},
		'The owner sends a photo with the caption `#bot`': async ({ owner }) => {
			await owner('On my way', 60);
			const image = { id: '1', mime_type: 'image/jpeg', sha256: 'aa', caption: '#bot' };
			await owner('', 30, { type: 'image', text: undefined, image });
			return { command: 'end' };
		},
		'The owner reacts with 🤖': async ({ owner }) => {
			await owner('On my way', 60);
			const reaction = { message_id: 'wamid.M0', emoji: '🤖' };
			await owner('', 30, { type: 'reaction', text: undefined, reaction });
			return { command: 'end' };
		},
		'The owner corrects `#bt` into `#bot`': async ({ owner }) => {
			await owner('#bt', 60);
			await owner('', 30, edit('#bot'));
			return { command: 'end' };
		},
		'The owner edits `#bot` into something else, or deletes it': async ({ owner }) => {
			await owner('On my way', 90);
			await owner('#bot', 60);
			await owner('', 30, edit('Thank you'));
			await expectNext({});
			const revoke = { original_message_id: 'wamid.O1' };
			await owner('', 20, { type: 'revoke', text: undefined, revoke });
			return {};
		},
		'The owner forwards a message that says `#bot`': async ({ owner, now }) => {
			await owner('#bot', 30, { context: { forwarded: true } });
			return { until: now - 30 + HOUR };
		},
		"The owner writes `#me` within the second of the customer's message": async (chat) => {
			await chat.customer(30);
			await chat.owner('#me', 30);
			return { until: UNTIL_ENDED, command: 'begin' };
		},
		"A bot of Meta's or the API sends `#bot`": async ({ owner, now }) => {
			await owner('On my way', 60);
			await owner('#bot', 30, { message_creation_type: 'created_by_1p_bot' });
			return { until: now - 60 + HOUR };
		},
		'The customer writes `#bot`': async ({ owner, customer, now }) => {
			await owner('On my way', 60);
			await customer(30, '#bot');
			return { until: now - 60 + HOUR };
		},
		'Old chats arrive in which the owner wrote `#me` (`history.message`)': async ({ now }) => {
			const old = { from: BUSINESS, to: current.phone, ...text(now - 60), ...bodyOf('#me') };
			const messages = [{ ...old, history_context: { status: 'READ' } }];
			const threads = [{ id: current.phone, messages }];
			const metadata = { phase: 0, chunk_order: 1, progress: 50 };
			await deliver(update('history', { history: [{ metadata, threads }] }));
			return {};
		},
		'`#bot` is delivered after what the owner wrote later': async ({ owner, now }) => {
			await owner('On my way', 30);
			await owner('#bot', 60);
			return { until: now - 30 + HOUR, command: 'end' };
		},
		'`#me` is delivered once more after `#bot`': async ({ owner }) => {
			const again = { id: `wamid.again${customers}` };
			await owner('#me', 60, again);
			await owner('#bot', 30);
			const before = startedExecutions(stage, commandsId).length;
			await owner('#me', 60, again);
			expect(startedExecutions(stage, commandsId)).toHaveLength(before);
			return { command: 'end' };
		},
		'`#me` is delivered more than a day late': async ({ owner }) => {
			await owner('#me', 25 * HOUR);
			return {};
		},
		'The owner writes `#bot` on the other number of the business': async ({ owner, now }) => {
			await owner('On my way', 60);
			const { phone } = current;
			await deliver(answers({ to: phone }, now, bodyOf('#bot'), DEFAULT.secondPhoneNumberId));
			return { until: now - 60 + HOUR, command: 'end' };
		},
	};

	let current: Customer;

	function edit(body: string) {
		const message = { context: { message_id: 'M1' }, ...bodyOf(body) };
		const content = { original_message_id: 'wamid.O1', message };
		return { type: 'edit', text: undefined, edit: content };
	}

	async function expectNext({ until, command }: Played): Promise<void> {
		const last = startedExecutions(stage, commandsId).findLast(({ events }) =>
			String(events[0]!.event).startsWith('echo.'),
		);
		if (last !== undefined) expect(last.events[0]!.takeoverCommand).toBe(command);
		await deliver(writes({ from: current.phone }));
		const { takeover } = startedExecutions(stage, commandsId).at(-1)!.events[0]!;
		expect(takeover).toMatchObject({
			active: until !== undefined,
			until: until == null ? null : new Date(until * 1000).toISOString(),
		});
	}

	const rows = rowsUnder(
		'takeover-and-window.md',
		'What happens',
		"The customer's next message",
		'takeoverCommand',
	);

	test('all that the page says is played here', () => {
		expect(rows.map(([what]) => what)).toEqual(Object.keys(ROWS));
	});

	test.each(rows)('%s: %s', async (what) => {
		current = newCustomer();
		const { phone } = current;
		const now = seconds();
		await expectNext(
			await ROWS[what]!({
				now,
				owner: async (body, secondsAgo = 30, more = {}) => {
					await deliver(answers({ to: phone }, now - secondsAgo, { ...bodyOf(body), ...more }));
				},
				customer: async (secondsAgo = 30, body = 'hola') => {
					await deliver(writes({ from: phone }, now - secondsAgo, bodyOf(body)));
				},
			}),
		);
	});
});

const lastTakeover = () =>
	startedExecutions(stage, workflowId).at(-1)?.events[0]!.takeover as JsonObject;

test.each([0, 1, 2])(
	'the owner answers and %i s later the customer writes: the bot keeps quiet',
	async (pause) => {
		const { phone, userId } = newCustomer();
		await deliver(answers({ to: phone, to_user_id: userId }));
		await sleep(pause * 1000);
		await deliver(writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	},
);

test.each([0, 1, 2])(
	'the customer writes and %i s later the owner answers: the bot keeps quiet from then on',
	async (pause) => {
		const { phone, userId } = newCustomer();
		await deliver(writes({ from: phone, from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: false });
		await sleep(pause * 1000);
		await deliver(answers({ to: phone }), writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	},
);

test('twenty of each at once, in any order: whoever writes afterwards is answered by the owner', async () => {
	await stage.meta.control.post('/delivery-options', { concurrency: 20, reorder: true });
	const people = Array.from({ length: 20 }, newCustomer);
	const updates = people.flatMap(({ phone, userId }) => [
		writes({ from: phone, from_user_id: userId }),
		answers({ to: phone }),
	]);
	await stage.meta.control.post('/deliver', { updates });
	await stage.meta.control.post('/drain');
	for (const { userId } of people) {
		await deliver(writes({ from_user_id: userId }));
		expect(lastTakeover()).toMatchObject({ active: true });
	}
});

test('outlives a crash of n8n', async () => {
	const { phone, userId } = newCustomer();
	await deliver(answers({ to: phone, to_user_id: userId }), writes({ from: phone }));
	const before = lastTakeover();
	await stage.n8n.kill();
	await stage.n8n.restart();
	await deliver(writes({ from: phone }));
	expect(lastTakeover()).toEqual(before);
	await deliver(writes({ from_user_id: userId }));
	expect(lastTakeover()).toEqual(before);
});
