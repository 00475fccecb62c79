import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';

import { startChromium } from '../../sandbox/chromium.mts';
import { bookingWorkflow } from '../../sandbox/demo/booking.mts';
import { startMeta, type RunningMeta } from '../../sandbox/meta/server.mts';
import { editorOf } from '../../sandbox/phone/executions.mts';
import { eventually } from './asking.mts';
import { startHosts, type Hosts } from './hosts.mts';

jest.setTimeout(300_000);

/** The page opens with the first of them. */
let people: Array<{ fullName: string; firstName?: string }>;
let meta: RunningMeta;
let hosts: Hosts;
let browser: Browser;
let page: Page;
let workflowId: string;

beforeAll(async () => {
	meta = await startMeta();
	hosts = await startHosts({ url: meta.url, stop: meta.close });
	browser = await startChromium();
	const { rest } = hosts.n8n;
	workflowId = await rest.createWorkflow(bookingWorkflow());
	await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
	meta.linkTo(editorOf(hosts.n8n, [{ id: workflowId, name: 'Book a visit' }]));
	({ customers: people } = await hosts.meta.get<{ customers: typeof people }>('/phone'));
});
afterAll(async () => {
	await browser?.close();
	await hosts?.stop();
});

beforeEach(async () => {
	page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	page.setDefaultTimeout(30_000);
	await page.goto(`${meta.url}/phone`);
	await page.locator('#chats button').first().waitFor();
});
afterEach(async () => await page.close());

async function asksToVisit(place: number): Promise<void> {
	const { firstName: _, ...customer } = people.at(place)!;
	const text = 'May I visit you?';
	await hosts.meta.post('/scenario/customer-writes', { customer, count: 1, text });
}

const customersPhone = () => page.locator('#customer-messages .bubble');

test('the customer presses the button on the page and fills in the form, and the run that waits goes on', async () => {
	const { rest, url } = hosts.n8n;
	await asksToVisit(-1);
	const question = customersPhone().filter({ hasText: 'When would you like to come?' });
	await question.waitFor();
	const waiting = await eventually(async () => {
		const [run] = await rest.executions(workflowId);
		expect(run?.status).toBe('waiting');
		return run!;
	});

	await question.getByRole('button', { name: 'Tomorrow evening' }).click();
	const form = customersPhone().filter({ hasText: 'Tomorrow evening, then. Who is coming?' });
	await form.getByText('Tell us').click();
	await form.getByLabel('answer').fill('Marta and Leo');
	await form.getByRole('button', { name: 'Send', exact: true }).click();
	await customersPhone()
		.getByText('See you, Marta and Leo! We expect you: Tomorrow evening.')
		.waitFor();

	const over = await rest.finishedExecutions(workflowId, 1);
	expect(over).toMatchObject([{ id: waiting.id, status: 'success' }]);
	const answer = page.locator('#traffic > li').filter({ hasText: 'Choice: Tomorrow evening' });
	const link = await answer.getByRole('link', { name: 'Execution' }).getAttribute('href');
	const { statusCode, headers, body } = await request(`${meta.url}${link}`);
	await body.dump();
	expect([statusCode, headers.location]).toEqual([
		302,
		`${url}/workflow/${workflowId}/executions/${waiting.id}`,
	]);
});

test('whoever is typing stays in their chat', async () => {
	await page.getByLabel('Type as the customer').focus();
	const before = await page.getByLabel('Customer', { exact: true }).inputValue();
	await asksToVisit(-2);
	const asked = page.locator('#chats button').filter({ hasText: 'When would you like to come?' });
	await asked.waitFor();
	expect(await page.getByLabel('Customer', { exact: true }).inputValue()).toBe(before);
	await asked.click();
	await customersPhone().getByRole('button', { name: 'Tomorrow morning' }).click();
	await customersPhone().getByText('Tomorrow morning, then. Who is coming?').waitFor();
});
