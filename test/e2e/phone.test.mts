import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { request } from 'undici';
import { editorOf } from '../../sandbox/phone/executions.mts';
import {
	APP_SECRET,
	connectMeta,
	type Meta,
	PHONE,
	type Receiver,
	startReceiver,
	subscribe,
} from '../integration/meta/meta-client.mts';
import { startChromium } from '../../sandbox/chromium.mts';

const MARTA = { phone: '34600333444', userId: 'ES.4815162342ABC' };

let browser: Browser;
let meta: Meta;
/** Stands where n8n would. */
let receiver: Receiver;
let page: Page;
let problems: string[];

beforeAll(async () => {
	browser = await startChromium();
	meta = await connectMeta();
});
afterAll(async () => {
	await browser?.close();
	await meta?.close();
});

beforeEach(async () => {
	await meta.control('POST', 'reset');
	await meta.control('POST', 'delivery-options', { retryBaseMs: 50 });
	receiver = await startReceiver();
	await subscribe(meta, receiver);
	await open();
});
afterEach(async () => {
	await page.close();
	await receiver.close();
	expect(problems).toEqual([]);
});

async function open(query = ''): Promise<void> {
	problems = [];
	page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	page.setDefaultTimeout(10_000);
	page.on('pageerror', (error) => problems.push(error.message));
	page.on('request', (asked) => {
		if (!asked.url().startsWith(meta.url) && !asked.url().startsWith('data:')) {
			problems.push(`asked for ${asked.url()}`);
		}
	});
	await page.goto(`${meta.url}/phone${query}`);
	await ownerChat().getByText('+34 600 333 444').waitFor();
}

const ownerChat = () => page.locator('.owner .conversation');
const ownerMessages = () => page.locator('#owner-messages .bubble');
const customerMessages = () => page.locator('#customer-messages .bubble');
const traffic = (text: string) => page.locator('#traffic > li').filter({ hasText: text });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

async function say(author: 'owner' | 'customer', text: string): Promise<void> {
	await page.getByLabel(`Type as the ${author}`).fill(text);
	await page.keyboard.press('Enter');
}

async function textsOf(messages: Locator): Promise<string[]> {
	return await messages.locator('p').allInnerTexts();
}

/** The values that the receiver got for a field, after a check of every signature. */
function received(field: string): any[] {
	return receiver.received.flatMap(({ body, headers }) => {
		const digest = createHmac('sha256', APP_SECRET).update(body).digest('hex');
		expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`);
		return JSON.parse(body)
			.entry.flatMap((entry: any) => entry.changes)
			.filter((change: any) => change.field === field)
			.map(({ value }: any) => value);
	});
}

describe('the owner', () => {
	test('types, and a signed echo is delivered', async () => {
		await say('owner', 'Te guardo veinte tulipanes');
		await traffic('Te guardo veinte tulipanes').getByText('200', { exact: true }).waitFor();

		const [echo] = received('smb_message_echoes');
		expect(echo.metadata.phone_number_id).toBe(PHONE);
		expect(echo.message_echoes).toEqual([
			expect.objectContaining({
				from: '34600111222',
				to: MARTA.phone,
				to_user_id: MARTA.userId,
				type: 'text',
				text: { body: 'Te guardo veinte tulipanes' },
			}),
		]);
		const row = await traffic('Te guardo veinte tulipanes').innerText();
		expect(row).toContain('smb_message_echoes');
		expect(row).toMatch(/\d+ ms/);
		expect(await textsOf(ownerMessages())).toEqual(['Te guardo veinte tulipanes']);
		expect(await textsOf(customerMessages())).toEqual(['Te guardo veinte tulipanes']);
	});

	test('corrects a message and takes it back', async () => {
		await say('owner', 'A las diez');
		await ownerMessages().hover();
		await press('Edit');
		await say('owner', 'A las once');
		await customerMessages().getByText('A las once').waitFor();
		await ownerMessages().hover();
		await press('Delete');
		await customerMessages().getByText('This message was deleted').waitFor();
		await meta.control('POST', 'drain');

		const echoes = received('smb_message_echoes').flatMap((value) => value.message_echoes);
		const original = echoes.find(({ type }) => type === 'text').id;
		expect(echoes.find(({ type }) => type === 'edit').edit).toMatchObject({
			original_message_id: original,
			message: { type: 'text', text: { body: 'A las once' } },
		});
		expect(echoes.find(({ type }) => type === 'revoke').revoke).toEqual({
			original_message_id: original,
		});
	});

	test('sends a photo that can be downloaded', async () => {
		await page.getByLabel('Send something else as the owner').click();
		await page.locator('.owner').getByRole('button', { name: 'Photo' }).click();
		await customerMessages().getByText('Photo').waitFor();
		await meta.control('POST', 'drain');

		const [{ message_echoes: echoes }] = received('smb_message_echoes');
		const { body, statusCode } = await request(echoes[0].image.url, {
			headers: { authorization: `Bearer ${meta.world.tokens.business.token}` },
		});
		await body.dump();
		expect(statusCode).toBe(200);
	});
});

describe('a customer', () => {
	test('writes', async () => {
		await say('customer', 'Hola');
		await traffic('Hola').getByText('200', { exact: true }).waitFor();
		const [{ contacts, messages }] = received('messages');
		expect(contacts).toEqual([
			expect.objectContaining({ wa_id: MARTA.phone, user_id: MARTA.userId }),
		]);
		expect(messages).toEqual([
			expect.objectContaining({ from: MARTA.phone, text: { body: 'Hola' } }),
		]);
	});

	test('without a number is known by username only', async () => {
		const customer = page.getByLabel('Customer', { exact: true });
		const [hidden] = await customer.locator('option', { hasText: '@' }).all();
		const username = (await hidden.innerText()).split('@')[1];
		await customer.selectOption(await hidden.getAttribute('value'));
		await ownerChat().getByText('no number').waitFor();
		await say('customer', 'Hola');
		await traffic('Hola').getByText('200', { exact: true }).waitFor();

		const [{ contacts, messages }] = received('messages');
		expect(contacts[0].profile.username).toBe(username);
		expect(contacts[0]).not.toHaveProperty('wa_id');
		expect(messages[0]).not.toHaveProperty('from');
		expect(messages[0].from_user_id).toBe(contacts[0].user_id);
	});

	test('is chosen from the chats of the owner with the keyboard', async () => {
		await page.getByRole('button', { name: 'Iker Lago' }).focus();
		await page.keyboard.press('Enter');
		await ownerChat().locator('h3').getByText('Iker Lago').waitFor();
		await say('customer', 'Soy Iker');
		await traffic('Soy Iker').getByText('200', { exact: true }).waitFor();
		expect(received('messages')[0].contacts[0].profile.name).toBe('Iker Lago');
	});
});

describe('n8n', () => {
	test('sends through the Cloud API, and both phones show it', async () => {
		await say('customer', 'Hola');
		await customerMessages().getByText('Hola').waitFor();
		const { status } = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			to: MARTA.phone,
			type: 'text',
			text: { body: 'Gracias por escribir' },
		});
		expect(status).toBe(200);
		await ownerMessages().getByText('Gracias por escribir').waitFor();
		expect(await textsOf(customerMessages())).toEqual(['Hola', 'Gracias por escribir']);
		expect(await ownerMessages().last().innerText()).toContain('n8n');
		expect(await traffic(`${PHONE}/messages`).innerText()).toContain('200');
	});

	test('answers with an error, and is asked again', async () => {
		receiver.answers.push(500, 503);
		await say('customer', 'Hola');
		await traffic('Hola').getByText('3 attempts').waitFor();
		await traffic('Hola').getByText('200', { exact: true }).waitFor();
		await traffic('Hola').locator('summary').click();
		const attempts = await traffic('Hola').locator('.attempts li').allInnerTexts();
		expect(attempts.map((attempt) => /: (\d+) after/.exec(attempt)?.[1])).toEqual([
			'500',
			'503',
			'200',
		]);
		expect(await traffic('Hola').locator('pre').innerText()).toContain(MARTA.userId);
	});

	test('that receives nothing is said so', async () => {
		await meta.graph('DELETE', '900000000000001/subscribed_apps');
		await say('owner', 'Hola');
		await page.getByRole('status').getByText('Meta delivered nothing').waitFor();
		await ownerMessages().getByText('not delivered').waitFor();
		expect(receiver.received).toEqual([]);
	});
});

describe('the connection', () => {
	/** What the page's phone shares. */
	const CONTACT_POSTS = 3;
	const CHUNKS = 12;

	const progress = () => page.getByLabel('History');
	const percent = async () => Number(await progress().getAttribute('value'));

	test('shares contacts and chats, counted as they are accepted', async () => {
		await press('Connect');
		await page.getByText('waiting for n8n to ask').waitFor();
		expect(await percent()).toBe(0);

		// From the last chunk on nothing is accepted for a while.
		await meta.control('POST', 'delivery-options', { concurrency: 1 });
		await meta.control('POST', 'drain');
		receiver.answers.push(...Array(CONTACT_POSTS + CHUNKS - 1).fill(200), ...Array(1000).fill(500));
		await press('Share contacts and chats');
		await page.getByText(`${CHUNKS - 1} of ${CHUNKS} chunks`).waitFor();
		expect(await percent()).toBe(Math.round((100 * (CHUNKS - 1)) / CHUNKS));
		receiver.answers.length = 0;
		await page.getByText(`100 %, ${CHUNKS} of ${CHUNKS} chunks`).waitFor();
		expect(await percent()).toBe(100);

		const chunks = received('history').flatMap(({ history = [] }) => history);
		expect(chunks.map(({ metadata }) => metadata.progress)).toContain(100);
		expect(received('smb_app_state_sync')).toHaveLength(CONTACT_POSTS);
		expect(received('account_update')).toEqual([
			expect.objectContaining({ event: 'PARTNER_ADDED' }),
		]);
		// Old chats are on the phone now, under the names saved there.
		expect(await ownerMessages().count()).toBe(12);
		await ownerChat().getByText('Marta Gil (VIP)').waitFor();
	});

	test('shares when n8n asks, once', async () => {
		await press('Connect');
		await page.getByText('waiting for n8n to ask').waitFor();
		for (const sync_type of ['smb_app_state_sync', 'history']) {
			await meta.graph('POST', `${PHONE}/smb_app_data`, {
				messaging_product: 'whatsapp',
				sync_type,
			});
		}
		await page.locator('#progress-text').getByText('100 %').waitFor();
		await traffic('asks for history').waitFor();
		expect(await page.getByRole('button', { name: 'Share contacts and chats' }).isDisabled()).toBe(
			true,
		);
	});

	test('is made without the history', async () => {
		await press('Connect without history');
		await traffic('declined (2593109)').getByText('200', { exact: true }).waitFor();
		await page.getByText('declined by the owner').waitFor();
		expect(received('history')[0].history[0].errors[0].code).toBe(2593109);
	});

	test('ends, and begins again', async () => {
		await press('Disconnect');
		await page.getByText('Disconnected', { exact: true }).waitFor();
		await say('owner', 'Hola');
		await page.getByRole('status').getByText('disconnected').waitFor();

		await press('Connect');
		await page.getByText('Connected', { exact: true }).waitFor();
		await press('Reconnect');
		await traffic('ACCOUNT_RECONNECTED').getByText('200', { exact: true }).waitFor();
		expect(received('account_update').map(({ event }) => event)).toEqual([
			'PARTNER_REMOVED',
			'PARTNER_ADDED',
			'ACCOUNT_OFFBOARDED',
			'ACCOUNT_RECONNECTED',
		]);
	});
});

describe('delivery', () => {
	test('of duplicates', async () => {
		await page.getByLabel('Duplicates').selectOption('all');
		await say('owner', 'Una vez');
		await traffic('repeats #').getByText('200', { exact: true }).waitFor();
		await meta.control('POST', 'drain');
		const [first, second] = receiver.received;
		expect(second.body).toBe(first.body);
		expect(await ownerMessages().count()).toBe(1);
	});

	test('with delay', async () => {
		await page.getByLabel('Delay').selectOption('2 s');
		const before = Date.now();
		await say('owner', 'Más tarde');
		await traffic('Más tarde').getByText('waiting').waitFor();
		expect(receiver.received).toEqual([]);
		await traffic('Más tarde').getByText('200', { exact: true }).waitFor();
		expect(Date.now() - before).toBeGreaterThanOrEqual(2000);
	});

	test('with statuses of what n8n sends', async () => {
		await page.getByLabel('Statuses').check();
		await page.waitForFunction(async () => {
			const answer = await fetch('/_control/phone');
			return (await answer.json()).deliveryOptions.statuses;
		});
		await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			to: MARTA.phone,
			type: 'text',
			text: { body: 'Hasta luego' },
		});
		await customerMessages().getByText('read').waitFor();
		await meta.control('POST', 'drain');
		const statuses = received('messages').flatMap((value) => value.statuses);
		expect(statuses.map(({ status }) => status).sort()).toEqual(['delivered', 'read', 'sent']);
	});
});

describe('the link to the execution', () => {
	const EDITOR = 'http://127.0.0.1:5678/workflow/inbox';

	test('leads to the list of the editor that is given in the address', async () => {
		await page.close();
		await open(`?editor=${encodeURIComponent(EDITOR)}`);
		await say('owner', 'Hola');
		const link = traffic('Hola').getByRole('link', { name: 'Execution' });
		expect(await link.getAttribute('href')).toBe(`${EDITOR}/executions`);
	});

	/** n8n's answers about two runs, of which the older one has emitted the message. */
	const n8nThatRan = (eventId: string) => {
		const [newer, older] = ['8', '7'].map((id) => ({
			id,
			workflowId: 'inbox',
			status: 'success' as const,
			mode: 'webhook',
			startedAt: '2026-01-01T00:00:00.000Z',
			stoppedAt: '2026-01-01T00:00:01.000Z',
		}));
		const emitted = (id: string) => (id === '7' ? [[{ eventId }]] : [[], [{ eventId: 'other' }]]);
		return {
			executions: async () => [newer, older],
			execution: async (id: string) => ({
				...(id === '7' ? older : newer),
				error: null,
				output: () => emitted(id),
			}),
		};
	};

	async function follow(text: string) {
		const link = traffic(text).first().getByRole('link', { name: 'Execution' });
		const { statusCode, headers, body } = await request(
			`${meta.url}${await link.getAttribute('href')}`,
		);
		return { statusCode, location: headers.location, text: await body.text() };
	}

	test('leads to the run that has emitted its events, whenever that was, or says that there is none', async () => {
		await say('owner', 'Hola');
		await traffic('Hola').getByText('200', { exact: true }).waitFor();
		const [
			{
				message_echoes: [{ id }],
			},
		] = received('smb_message_echoes');
		const url = 'http://127.0.0.1:5678';
		const rest = n8nThatRan(`${PHONE}:echo.message:${id}`);
		meta.linkTo(editorOf({ url, rest }, 'inbox'));
		await page.reload();
		await say('owner', 'Adiós');
		await traffic('Adiós').getByText('200', { exact: true }).waitFor();

		expect(await follow('Hola')).toMatchObject({
			statusCode: 302,
			location: `${EDITOR}/executions/7`,
		});
		expect(await follow('Adiós')).toMatchObject({
			statusCode: 404,
			text: expect.stringContaining('started no run'),
		});
		await press('What to try');
		await page.getByText('n8n asks you to sign in').waitFor();
	});
});

test('nothing but the page itself is served', async () => {
	for (const file of ['executions.mts', '..%2fmeta%2fworld.mts', 'nothing.js']) {
		const { statusCode, body } = await request(`${meta.url}/phone/${file}`);
		await body.dump();
		expect(statusCode).toBe(404);
	}
});

test('the end of the sandbox is said', async () => {
	const other = await connectMeta();
	await page.goto(`${other.url}/phone`);
	await page.locator('#chats button').first().waitFor();
	problems = [];
	expect(await page.getByText('The sandbox has ended').isVisible()).toBe(false);
	await other.close();
	await page.getByText('The sandbox has ended').waitFor();
	problems = [];
});
