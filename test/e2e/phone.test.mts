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
		const hidden = customer.locator('option', { hasText: '@' }).first();
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

describe('what n8n offers can be pressed', () => {
	const bubble = () => customerMessages().last();
	const send = async (content: object) => {
		const { status, body } = await meta.graph('POST', `${PHONE}/messages`, {
			messaging_product: 'whatsapp',
			to: MARTA.phone,
			...content,
		});
		expect({ status, error: body.error }).toEqual({ status: 200 });
		return body.messages[0].id as string;
	};
	const answers = async () => {
		await meta.control('POST', 'drain');
		return received('messages').flatMap(({ messages = [] }) => messages);
	};

	test('a reply button, by the customer only', async () => {
		const id = await send({
			type: 'interactive',
			interactive: {
				type: 'button',
				header: { type: 'text', text: 'Tulipanes' },
				body: { text: '¿Te los guardamos?' },
				footer: { text: 'Hasta el viernes' },
				action: {
					buttons: [
						{ type: 'reply', reply: { id: 'yes', title: 'Sí' } },
						{ type: 'reply', reply: { id: 'no', title: 'No' } },
					],
				},
			},
		});
		await bubble().getByText('¿Te los guardamos?').waitFor();
		expect(await textsOf(customerMessages())).toEqual([
			'Tulipanes\n¿Te los guardamos?\nHasta el viernes',
		]);
		expect(await ownerMessages().getByRole('button', { name: 'Sí' }).isDisabled()).toBe(true);
		await bubble().getByRole('button', { name: 'Sí' }).click();
		await traffic('Choice: Sí').getByText('200', { exact: true }).waitFor();
		expect(await answers()).toEqual([
			expect.objectContaining({
				type: 'interactive',
				context: { from: '34600111222', id },
				interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Sí' } },
			}),
		]);
		await ownerMessages().getByText('Choice').waitFor();
	});

	test('a row of a list', async () => {
		await send({
			type: 'interactive',
			interactive: {
				type: 'list',
				body: { text: '¿Cuándo?' },
				action: {
					button: 'Elegir',
					sections: [{ rows: [{ id: 'morning', title: 'Mañana', description: 'De 9 a 13' }] }].map(
						(section) => ({ title: 'Viernes', ...section }),
					),
				},
			},
		});
		await bubble().getByText('Elegir').click();
		await bubble().getByText('Viernes').waitFor();
		await bubble().getByRole('button', { name: 'Mañana' }).click();
		await traffic('Choice: Mañana').getByText('200', { exact: true }).waitFor();
		expect((await answers())[0].interactive).toEqual({
			type: 'list_reply',
			list_reply: { id: 'morning', title: 'Mañana', description: 'De 9 a 13' },
		});
	});

	test('a button of a template, which is shown with its text', async () => {
		await send({
			type: 'template',
			template: {
				name: 'order_ready',
				language: { code: 'es' },
				components: [
					{
						type: 'body',
						parameters: [
							{ type: 'text', text: 'Marta' },
							{ type: 'text', text: 'A-17' },
						],
					},
				],
			},
		});
		await bubble().getByText('Hola Marta, tu pedido A-17 está listo.').waitFor();
		await send({
			type: 'template',
			template: {
				name: 'spring_sale',
				language: { code: 'en_US' },
				components: [
					{
						type: 'header',
						parameters: [{ type: 'image', image: { link: 'https://flowers.test/tulips.jpg' } }],
					},
					{
						type: 'button',
						sub_type: 'quick_reply',
						index: '0',
						parameters: [{ type: 'payload', payload: 'MORE' }],
					},
				],
			},
		});
		await bubble().getByRole('button', { name: 'Tell me more' }).click();
		await traffic('Choice: Tell me more').getByText('200', { exact: true }).waitFor();
		expect((await answers())[0]).toMatchObject({
			type: 'button',
			button: { payload: 'MORE', text: 'Tell me more' },
		});
	});

	test('but not what the message does not offer', async () => {
		const id = await send({ type: 'text', text: { body: 'Hola' } });
		const customer = { fullName: 'Marta Gil', ...MARTA };
		const chooses = `${meta.url}/_control/phone/chooses`;
		const answer = await meta.call('POST', chooses, { customer, messageId: id, choice: 'yes' });
		expect(answer.status).toBe(404);
		expect(await answers()).toEqual([]);
	});
});

test('either side reacts to a message, and takes the reaction back', async () => {
	await say('customer', 'Hola');
	await ownerMessages().hover();
	await ownerMessages().getByLabel('React with 👍').click();
	await customerMessages().locator('.reactions').getByText('👍').waitFor();
	await ownerMessages().hover();
	await ownerMessages().getByLabel('Take 👍 back').click();
	await customerMessages().locator('.reactions').waitFor({ state: 'detached' });
	await customerMessages().hover();
	await customerMessages().getByLabel('React with ❤️').click();
	await ownerMessages().locator('.reactions').getByText('❤️').waitFor();
	await meta.control('POST', 'drain');

	const [message] = received('messages').flatMap(({ messages }) => messages);
	const echoes = received('smb_message_echoes').flatMap((value) => value.message_echoes);
	expect(echoes.map(({ reaction }) => reaction)).toEqual([
		{ message_id: message.id, emoji: '👍' },
		{ message_id: message.id },
	]);
	expect(received('messages').at(-1).messages[0].reaction).toEqual({
		message_id: message.id,
		emoji: '❤️',
	});
});

test('the owner saves a contact, and removes it', async () => {
	const contact = ownerChat().getByLabel('Contact', { exact: true });
	await contact.click();
	await ownerChat().getByLabel('Name in the phone’s address book').fill('Marta, tulipanes');
	await press('Save contact');
	await ownerChat().locator('h3').getByText('Marta, tulipanes').waitFor();
	await contact.click();
	await press('Remove contact');
	await ownerChat().locator('h3').getByText('Marta Gil').waitFor();
	await meta.control('POST', 'drain');
	expect(
		received('smb_app_state_sync').flatMap(({ state_sync }) =>
			state_sync.map(({ action, contact }: any) => [action, contact.full_name, contact.user_id]),
		),
	).toEqual([
		['add', 'Marta, tulipanes', MARTA.userId],
		['remove', undefined, MARTA.userId],
	]);
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
		expect(second!.body).toBe(first!.body);
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
		const run = (id: string) => ({
			id,
			workflowId: 'inbox',
			status: 'success' as const,
			mode: 'webhook',
			startedAt: '2026-01-01T00:00:00.000Z',
			stoppedAt: '2026-01-01T00:00:01.000Z',
		});
		const emitted = (id: string) => (id === '7' ? [[{ eventId }]] : [[], [{ eventId: 'other' }]]);
		return {
			executions: async () => [run('8'), run('7')],
			execution: async (id: string) => ({
				...run(id),
				error: null,
				output: () => emitted(id),
				items: () => emitted(id).flat(),
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
		meta.linkTo(editorOf({ url, rest }, [{ id: 'inbox', name: 'Inbox' }]));
		await page.reload();
		expect(await traffic('Hola').count()).toBe(0);
		await page.getByRole('button', { name: /^Show \d+ earlier$/ }).click();
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

	test('leads to a page that names each workflow that was started', async () => {
		await say('owner', 'Hola');
		await traffic('Hola').getByText('200', { exact: true }).waitFor();
		const [{ message_echoes: echoes }] = received('smb_message_echoes');
		const rest = n8nThatRan(`${PHONE}:echo.message:${echoes[0].id}`);
		const workflows = [
			{ id: 'inbox', name: 'Inbox' },
			{ id: 'alerts', name: 'Alerts <b>' },
		];
		meta.linkTo(editorOf({ url: 'http://127.0.0.1:5678', rest }, workflows));
		const link = traffic('Hola').getByRole('link', { name: 'Execution' });
		await page.goto(`${meta.url}${await link.getAttribute('href')}`);
		expect(await page.getByRole('link').allInnerTexts()).toEqual([
			'Inbox',
			'Alerts <b>',
			'All workflows',
		]);
		expect(await page.getByRole('link', { name: 'Inbox' }).getAttribute('href')).toBe(
			`${EDITOR}/executions/7`,
		);
	});
});

test('what is going on is said while it goes on', async () => {
	meta.tell('Customers write, and n8n answers');
	await page.getByText('Customers write, and n8n answers').waitFor();
	meta.tell(null);
	await page.locator('#news').waitFor({ state: 'hidden' });
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
