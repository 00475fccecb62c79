import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import pRetry from 'p-retry';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { dir, type DirectoryResult } from 'tmp-promise';

import { fillIn, readExample } from '../../sandbox/demo/examples.mts';
import type { RecordedRequest } from '../../sandbox/meta/request-log.mts';
import { DEFAULT, type PhoneNumber } from '../../sandbox/meta/world.mts';
import { startN8n, type N8nHost } from '../../sandbox/n8n/host.mts';
import { packPackage } from '../../sandbox/n8n/pack.mts';
import type { JsonObject, WorkflowJson } from '../../sandbox/n8n/rest.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { startChromium } from '../../sandbox/chromium.mts';
import { choose, CONFIG_ID, openWindow, signUp, simulateFacebook } from './simulated-facebook.mts';
import { sentSoFar } from './templates.mts';

const BUSINESS_TOKEN = 'EAASimulatedSignedUp';
const TABLE = 'whatsapp_onboarding';
const SYSTEM_COLUMNS = ['id', 'createdAt', 'updatedAt'];

jest.setTimeout(120_000);

let meta: TestMeta;
let folder: DirectoryResult;
let n8n: N8nHost;
let workflowId: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** A number of its own for each test: what has arrived once does not arrive again. */
let number: PhoneNumber;
/** All that n8n has answered to the page. */
let answers: string[];

beforeAll(async () => {
	meta = await metaForTest();
	meta.world.tokens.secondWaba.token = BUSINESS_TOKEN;
	folder = await dir({ unsafeCleanup: true });
	n8n = await startN8n({
		packageTarball: await packPackage(folder.path),
		env: { N8N_INSECURE_DISABLE_WEBHOOK_IFRAME_SANDBOX: 'true' },
	});
	const { rest } = n8n;
	await rest.createCredential('whatsAppCoexistenceApi', 'WhatsApp Coexistence account', {
		...meta.credential,
	});
	workflowId = await rest.createWorkflow(withSettings(await readExample('onboarding')));
	await rest.executeByHand(workflowId);
	await eventually(async () => expect(await rest.dataTables()).toMatchObject([{ name: TABLE }]));
	expect(await rest.publish(workflowId)).toEqual({ status: 'published' });
	browser = await startChromium();
});

afterAll(async () => {
	await browser?.close();
	await n8n?.stop();
	await meta?.close();
	await folder?.cleanup();
});

beforeEach(async () => {
	context = await browser.newContext({ viewport: { width: 800, height: 900 } });
	number = addNumber();
	await simulateFacebook(context, meta, { number, token: BUSINESS_TOKEN });
	page = await context.newPage();
	page.setDefaultTimeout(30_000);
	answers = [];
	page.on('response', async (response) => {
		if (response.url().startsWith(n8n.url)) answers.push(await response.text().catch(() => ''));
	});
});

afterEach(async () => await context.close());

/** One more number of an account that the credential does not reach, in the WhatsApp Business app and never onboarded. */
function addNumber(): PhoneNumber {
	const { phoneNumbers } = meta.world;
	const first = phoneNumbers.find(({ wabaId }) => wabaId === DEFAULT.secondWabaId)!;
	const added = {
		...first,
		id: String(Number(first.id) + phoneNumbers.length * 100),
		displayPhoneNumber: String(Number(first.displayPhoneNumber) + phoneNumbers.length * 1000),
		onboarding: null,
	};
	phoneNumbers.push(added);
	return added;
}

/** As the sticky note asks. */
function withSettings(workflow: WorkflowJson): WorkflowJson {
	const settings = workflow.nodes.find(({ name }) => name === 'Your settings')!;
	const { assignments } = settings.parameters.assignments as { assignments: JsonObject[] };
	const values: Record<string, string> = {
		appId: DEFAULT.appId,
		configId: CONFIG_ID,
		partnerName: 'Marta Flowers CRM',
	};
	return fillIn(workflow, 'Your settings', {
		assignments: {
			assignments: assignments.map((each) => ({
				...each,
				value: values[each.name as string] ?? each.value,
			})),
		},
	});
}

const openPage = async () => await page.goto(`${n8n.url}/webhook/whatsapp-onboarding`);
const notice = () => page.getByRole('alert');

/** What a user sees in the table. */
async function rows(): Promise<JsonObject[]> {
	const [table] = await n8n.rest.dataTables();
	return (await n8n.rest.dataTableRows(table!.id)).map((row) =>
		Object.fromEntries(Object.entries(row).filter(([name]) => !SYSTEM_COLUMNS.includes(name))),
	);
}

async function row(): Promise<JsonObject> {
	return (await rows()).find(({ phone_number_id: owner }) => owner === number.id)!;
}

async function requestsSince(id: number): Promise<Array<RecordedRequest & { id: number }>> {
	return await meta.control.get(`/requests?since=${id}`);
}

async function lastRequest(): Promise<number> {
	return (await requestsSince(0)).at(-1)?.id ?? 0;
}

async function eventually(check: () => Promise<void>): Promise<void> {
	await pRetry(check, { retries: 100, factor: 1, minTimeout: 100 });
}

async function shows(id: string, state: string, text: RegExp | string): Promise<void> {
	const item = page.locator(`#${id}[data-state=${state}]`);
	await item.filter({ hasText: text }).waitFor();
}

/** The number, however it is written. */
const itsNumber = () => new RegExp([...number.displayPhoneNumber].join('\\s*'));

test('a phone is connected: contacts, old chats, and a first message with its latency', async () => {
	meta.world.wabas[1].subscribedApps = {};
	const before = await lastRequest();
	await openPage();
	await signUp(page, 'Share chats');
	await shows('connect', 'done', itsNumber());
	await shows('contacts', 'done', 'arriving');
	await shows('history', 'done', 'All that the phone shares');
	expect(await page.evaluate(`document.querySelector('progress').value`)).toBe(100);

	const calls = (await requestsSince(before)).map(({ method, path: called, body }) =>
		[method, called.replace(/^\/v[\d.]+/, ''), (body as JsonObject | null)?.sync_type]
			.filter(Boolean)
			.join(' '),
	);
	const fromN8n = calls.filter((call) => !call.includes(' /_control'));
	expect(fromN8n[0]).toBe('GET /oauth/access_token');
	expect(fromN8n.filter((call) => call.startsWith('POST'))).toEqual([
		`POST /${number.wabaId}/subscribed_apps`,
		`POST /${number.id}/smb_app_data smb_app_state_sync`,
		`POST /${number.id}/smb_app_data history`,
	]);
	expect(meta.world.wabas[1].subscribedApps).toHaveProperty(DEFAULT.appId);
	expect(meta.world.violations).toEqual([]);

	await shows('echo', 'working', 'write a message');
	const typedAt = Date.now();
	await meta.control.post('/scenario/owner-answers', { phoneNumberId: number.id, count: 1 });
	await shows('echo', 'done', 'Everything works');
	const { echo_latency_ms: latency } = await row();
	expect(latency).toBeGreaterThanOrEqual(0);
	// Meta's times are whole seconds, cut off.
	expect(latency).toBeLessThanOrEqual(Date.now() - typedAt + 1_000);
	const seconds = Math.max(1, Math.ceil((latency as number) / 1_000));
	await shows('echo', 'done', `in less than ${seconds} s`);
});

test('a page that is loaded again goes on', async () => {
	await openPage();
	await signUp(page, 'Share chats');
	await shows('history', 'done', 'All that the phone shares');
	await page.reload();
	await shows('connect', 'done', itsNumber());
	await shows('history', 'done', 'All that the phone shares');
});

test('the owner keeps the old chats', async () => {
	await openPage();
	await signUp(page, 'Share no chats');
	await shows('contacts', 'done', 'arriving');
	await shows('history', 'done', 'You chose not to share them');
	await shows('echo', 'working', 'write a message');
});

test('the owner disconnects in the app, and connects again', async () => {
	await openPage();
	await signUp(page, 'Share chats');
	await shows('history', 'done', 'All that the phone shares');
	await meta.control.post('/offboard', {
		phoneNumberId: number.id,
		reason: 'ACCOUNT_DISCONNECTED',
	});
	await shows('connect', 'problem', 'is disconnected');
	expect(await notice().textContent()).toContain('disconnected in the WhatsApp Business app');
	const disconnected = (await rows()).filter(({ disconnected_at: at }) => at !== null);
	expect(disconnected).toMatchObject([{ phone_number_id: number.id }]);

	await signUp(page, 'Share chats');
	await shows('connect', 'done', 'is connected');
	await shows('history', 'done', 'All that the phone shares');
	expect(await notice().isHidden()).toBe(true);
});

test('nothing happens at Meta if the owner leaves its window, or brings a number of another kind', async () => {
	const before = await lastRequest();
	await openPage();
	await signUp(page, 'Cancel');
	await shows('connect', 'problem', 'Not connected yet');
	expect(await notice().textContent()).toContain('You left Meta’s window');

	await signUp(page, 'Use another number');
	await page.getByText('was not connected from the WhatsApp Business app').waitFor();
	const asked = await requestsSince(before);
	expect(asked.filter(({ path: called }) => !called.startsWith('/_control'))).toEqual([]);
});

test('only Meta is believed', async () => {
	const forged = JSON.stringify({
		type: 'WA_EMBEDDED_SIGNUP',
		event: 'FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING',
		data: { waba_id: DEFAULT.wabaId },
	});
	await context.route('https://notfacebook.com/', async (route) => {
		const body = `<script>parent.postMessage(${JSON.stringify(forged)}, '*')</script>`;
		await route.fulfill({ contentType: 'text/html', body });
	});
	await openPage();
	const handedOver = page.waitForRequest('**/whatsapp-onboarding/code');
	const window = await openWindow(page);
	const origin = await page.evaluate(`new Promise((resolve) => {
		addEventListener('message', ({ origin }) => resolve(origin), { once: true });
		const frame = document.createElement('iframe');
		frame.src = 'https://notfacebook.com/';
		document.body.append(frame);
	})`);
	expect(origin).toBe('https://notfacebook.com');
	await choose(window, 'Share chats');
	expect((await handedOver).postDataJSON()).toMatchObject({ wabaId: DEFAULT.secondWabaId });
	await shows('connect', 'done', itsNumber());
});

test('Meta’s window that cannot be opened is told, and can be tried again', async () => {
	await openPage();
	await page.getByRole('button', { name: 'Connect with Facebook', disabled: false }).waitFor();
	await page.evaluate(`
		Object.assign(FB, { reallyLogin: FB.login, login: () => { throw new Error('blocked') } });
	`);
	await page.getByRole('button').click();
	await page.getByText('Meta’s window could not be opened').waitFor();
	await page.evaluate(`FB.login = FB.reallyLogin`);
	await signUp(page, 'Share no chats');
	await shows('connect', 'done', itsNumber());
});

/** What Meta says of the number until the signup has reached all of its parts. */
const notInTheApp = () => ({
	id: number.id,
	display_phone_number: number.displayPhoneNumber,
	verified_name: number.verifiedName,
	platform_type: 'NOT_APPLICABLE',
	is_on_biz_app: false,
});

async function answerLate(times: number): Promise<void> {
	await meta.control.post('/faults', {
		path: `/${number.wabaId}/phone_numbers`,
		times,
		status: 200,
		body: { data: [notInTheApp()] },
	});
}

test('a number that Meta shows in the app some seconds later is waited for', async () => {
	await openPage();
	await answerLate(2);
	await signUp(page, 'Share no chats');
	await shows('connect', 'done', itsNumber());
});

test('a number that is not in the app is told, after a while', async () => {
	await openPage();
	await answerLate(100);
	await signUp(page, 'Share no chats');
	await page.getByText('This number is not in the WhatsApp Business app').waitFor();
	const { planned } = await meta.control.delete<{ planned: number }>('/faults');
	expect(planned).toBe(0);
});

test('a code that came too late is told, and the next one is good', async () => {
	await openPage();
	await page.route('**/whatsapp-onboarding/code', async (route) => {
		await meta.control.post('/clock', { advanceSeconds: 31 });
		await route.continue();
	});
	await signUp(page, 'Share chats');
	await page.getByText('Meta did not take the code').waitFor();
	expect(await notice().textContent()).toMatch(/good for 30 seconds.*Press the button.*expired/);

	await page.unroute('**/whatsapp-onboarding/code');
	await signUp(page, 'Share chats');
	await shows('connect', 'done', itsNumber());
	await shows('history', 'done', 'All that the phone shares');
});

test('a page in n8n’s sandbox, where Meta cannot answer, says what to do', async () => {
	await page.route('**/webhook/whatsapp-onboarding', async (route) => {
		const response = await route.fetch();
		const headers = {
			...response.headers(),
			'content-security-policy': 'sandbox allow-scripts allow-popups',
		};
		await route.fulfill({ response, headers });
	});
	await openPage();
	await page.getByText('N8N_INSECURE_DISABLE_WEBHOOK_IFRAME_SANDBOX=true').waitFor();
	expect(await page.getByRole('button').isDisabled()).toBe(true);
});

async function allIsDone(): Promise<void> {
	await meta.control.post('/drain');
	await eventually(async () => expect(await n8n.rest.executions(workflowId)).toEqual([]));
}

test('all that Meta has delivered, once more, asks Meta nothing and changes no row', async () => {
	await allIsDone();
	const before = await rows();
	expect(before.length).toBeGreaterThan(1);
	const earlier = await lastRequest();

	await meta.control.post('/deliver', { updates: await sentSoFar({ meta: meta.control }) });
	await allIsDone();
	expect(await rows()).toEqual(before);
	const asked = await requestsSince(earlier);
	expect(asked.filter(({ path: called }) => !called.startsWith('/_control'))).toEqual([]);
});

test('the business token is nowhere afterwards', async () => {
	await openPage();
	await signUp(page, 'Share chats');
	await shows('history', 'done', 'All that the phone shares');
	expect(answers.join()).toMatch(itsNumber());
	expect(answers.join()).not.toContain(BUSINESS_TOKEN);
	await page.close();
	await allIsDone();
	expect(n8n.log()).not.toContain(BUSINESS_TOKEN);

	const files = await readdir(path.join(n8n.dataDir, '.n8n'), {
		recursive: true,
		withFileTypes: true,
	});
	const databases = files.filter(({ name }) => name.startsWith('database.sqlite'));
	expect(databases.map(({ name }) => name)).toContain('database.sqlite');
	for (const { parentPath, name } of databases) {
		const content = await readFile(path.join(parentPath, name));
		expect([name, content.includes(BUSINESS_TOKEN)]).toEqual([name, false]);
	}
});
