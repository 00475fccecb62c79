import type { Browser, Locator, Page } from 'playwright-core';

import { startChromium } from '../../sandbox/chromium.mts';
import { signIn } from '../../sandbox/pictures/editor.mts';

/** n8n's editor in a browser, signed in. */
export interface Editor {
	page: Page;
	/** An element of n8n's own, by the name it has for tests. */
	part(id: string): Locator;
	openWorkflow(workflowId: string): Promise<void>;
	openNode(name: string): Promise<void>;
	closeNode(): Promise<void>;
	close(): Promise<void>;
}

export async function openEditor(n8nUrl: string): Promise<Editor> {
	const browser: Browser = await startChromium();
	const context = await browser.newContext({ viewport: { width: 1600, height: 1200 } });
	await signIn(context, n8nUrl);
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	const part = (id: string) => page.locator(`[data-test-id="${id}"]`);
	return {
		page,
		part,
		openWorkflow: async (workflowId) => {
			await page.goto(`${n8nUrl}/workflow/${workflowId}`);
			await page.locator('.vue-flow__node').first().waitFor();
		},
		openNode: async (name) => {
			await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
			await part('ndv').waitFor();
		},
		closeNode: async () => {
			await part('ndv-close-button').click();
			await part('ndv').waitFor({ state: 'hidden' });
		},
		close: async () => await browser.close(),
	};
}
