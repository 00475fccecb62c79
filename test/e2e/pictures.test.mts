import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { dir, type DirectoryResult } from 'tmp-promise';

import { startChromium } from '../../sandbox/chromium.mts';
import { readExample } from '../../sandbox/demo/examples.mts';
import { pictureOfCanvas, pictureOfTrigger, signIn } from '../../sandbox/pictures/editor.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate, type PublishedTemplate } from './templates.mts';

jest.setTimeout(120_000);

let hosts: Hosts;
let browser: Browser;
let folder: DirectoryResult;
let published: PublishedTemplate;
let run: string;

beforeAll(async () => {
	hosts = await startHosts();
	browser = await startChromium();
	folder = await dir({ unsafeCleanup: true });
	published = await publishTemplate(hosts, await readExample('answer-inbound'));
	await hosts.meta.post('/scenario/customer-writes', { count: 1, text: 'Hello' });
	await published.settled();
	const [newest] = await hosts.n8n.rest.executions(published.workflowId);
	run = `${hosts.n8n.url}/workflow/${published.workflowId}/executions/${newest!.id}`;
});

afterAll(async () => {
	await browser?.close();
	await hosts?.stop();
	await folder?.cleanup();
});

/** Size in pixels, and brightness from 0 to 255. */
async function look(page: Page, file: string) {
	const source = `data:image/png;base64,${await readFile(file, 'base64')}`;
	return await page.evaluate(async (src) => {
		const image = new Image();
		image.src = src;
		await image.decode();
		const context = new OffscreenCanvas(1, 1).getContext('2d')!;
		context.imageSmoothingQuality = 'high';
		context.drawImage(image, 0, 0, 1, 1);
		const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
		const brightness = (red! + green! + blue!) / 3;
		return { width: image.width, height: image.height, brightness };
	}, source);
}

async function pictures(context: BrowserContext, scheme: string) {
	await signIn(context, hosts.n8n.url);
	const page = await context.newPage();
	const file = (name: string) => path.join(folder.path, `${name}-${scheme}.png`);
	const canvas = file('canvas');
	const trigger = file('trigger');
	const { rest } = hosts.n8n;
	await pictureOfCanvas(page, run, await rest.workflow(published.workflowId), canvas);
	await pictureOfTrigger(page, run, trigger);
	return { canvas: await look(page, canvas), trigger: await look(page, trigger) };
}

test('the pictures of the README can be made again, in light and in dark', async () => {
	const light = await pictures(await browser.newContext({ colorScheme: 'light' }), 'light');
	const dark = await pictures(await browser.newContext({ colorScheme: 'dark' }), 'dark');
	for (const name of ['canvas', 'trigger'] as const) {
		expect(light[name].brightness).toBeGreaterThan(150);
		expect(dark[name].brightness).toBeLessThan(100);
	}
	// From the trigger's name on the left to the end of the note on the right.
	expect(light.canvas.width).toBeGreaterThan(1_300);
	expect(light.canvas.height).toBeGreaterThan(300);
});
