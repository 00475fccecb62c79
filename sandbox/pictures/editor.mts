/** Pictures of n8n's editor: what is on the canvas, without the buttons around it. */
import type { BrowserContext, Page } from 'playwright-core';
import { OWNER, type WorkflowJson } from '../n8n/rest.mts';

/** Widest picture in pixels; a larger canvas is made smaller. */
const WIDEST = 1800;
const MARGIN = 24;
/** What n8n's editor has around the canvas. */
const FRAME = { width: 460, height: 260 };

const TOOLBAR = byId('canvas-node-toolbar');
const HIDDEN = [
	TOOLBAR,
	...['canvas-controls', 'canvas-minimap', 'canvas-handle-plus-wrapper'].map(byId),
	...['node-creator-plus-button', 'suggested-action-item'].map(byId),
	`${byId('canvas-wrapper')} > :not(:has(.vue-flow))`,
];

export async function signIn(context: BrowserContext, n8nUrl: string): Promise<void> {
	const { email, password } = OWNER;
	const answer = await context.request.post(`${n8nUrl}/rest/login`, {
		data: { emailOrLdapLoginId: email, password },
	});
	if (!answer.ok()) throw new Error(`n8n did not let the picture taker in: ${answer.status()}`);
}

/** Takes a picture of a whole workflow, or of a run of it. */
export async function pictureOfCanvas(
	page: Page,
	url: string,
	{ nodes }: WorkflowJson,
	path: string,
): Promise<void> {
	const size = sizeOf({ nodes });
	const scale = Math.min(1, WIDEST / size.width);
	await page.setViewportSize({
		width: Math.round(size.width * scale + FRAME.width),
		height: Math.round(size.height * scale + FRAME.height),
	});
	await page.goto(url);
	const onCanvas = page.locator('.vue-flow__node');
	await onCanvas.nth(nodes.length - 1).waitFor();
	await page.locator(byId('zoom-to-fit')).click();
	await page.addStyleTag({ content: `${HIDDEN.join(', ')} { display: none !important; }` });
	await page.mouse.move(0, 0);
	await settled(page);

	await page.screenshot({ path, clip: await extentOf(page) });
}

/** Where the nodes are on the canvas, with their names and a margin. */
async function extentOf(page: Page) {
	const parts = page.locator('.vue-flow__node, .vue-flow__node *');
	const boxes = await parts.evaluateAll((elements) =>
		elements
			.filter((element) => element.checkVisibility({ opacityProperty: true }))
			.map((element) => element.getBoundingClientRect())
			.filter(({ width, height }) => width > 0 && height > 0)
			.map(({ left, top, right, bottom }) => ({ left, top, right, bottom })),
	);
	const canvas = (await page.locator('.vue-flow').boundingBox())!;
	const x = Math.max(canvas.x, Math.min(...boxes.map(({ left }) => left)) - MARGIN);
	const y = Math.max(canvas.y, Math.min(...boxes.map(({ top }) => top)) - MARGIN);
	return {
		x,
		y,
		width: Math.max(...boxes.map(({ right }) => right)) + MARGIN - x,
		height: Math.max(...boxes.map(({ bottom }) => bottom)) + MARGIN - y,
	};
}

/** Takes a picture of the trigger as it opens in a run: its settings and what came out of it. */
export async function pictureOfTrigger(page: Page, url: string, path: string): Promise<void> {
	await page.setViewportSize({ width: 1440, height: 860 });
	await page.goto(url);
	await page.locator(byId('canvas-trigger-node')).dblclick();
	await page.getByText('Schema', { exact: true }).click();
	await settled(page);
	await page.locator(byId('ndv')).screenshot({ path });
}

/** Takes a picture of all that the node can do, as n8n lists it for whoever adds one. */
export async function pictureOfActions(page: Page, url: string, path: string): Promise<void> {
	await page.setViewportSize({ width: 1440, height: 2_800 });
	await page.goto(url);
	await page.locator('.vue-flow__node').first().waitFor();
	await settled(page);
	await page.locator(byId('node-creator-plus-button')).click();
	await page.locator(byId('node-creator-search-bar')).fill('whatsapp');
	const names = page.locator(byId('node-creator-item-name'));
	// Where an agent is on the canvas, n8n lists it once more, as a step of human review.
	await names.getByText('WhatsApp Coexistence', { exact: true }).first().click();
	await page.getByText('Connection Actions').waitFor();
	await settled(page);
	const panel = (await page.locator(byId('node-creator')).boundingBox())!;
	const last = (await names.last().boundingBox())!;
	const height = last.y + last.height + MARGIN - panel.y;
	await page.screenshot({ path, clip: { ...panel, height } });
}

/** Takes a picture of n8n's list of workflows: which there are, and that they are published. */
export async function pictureOfWorkflows(page: Page, n8nUrl: string, path: string): Promise<void> {
	await page.setViewportSize({ width: 1100, height: 900 });
	await page.goto(`${n8nUrl}/home/workflows`);
	const workflows = page.locator(byId('resources-list-item-workflow'));
	await workflows.first().waitFor();
	await settled(page);
	const first = (await workflows.first().boundingBox())!;
	const last = (await workflows.last().boundingBox())!;
	const height = last.y + last.height - first.y + 2 * MARGIN;
	const clip = {
		x: first.x - MARGIN,
		y: first.y - MARGIN,
		width: first.width + 2 * MARGIN,
		height,
	};
	await page.screenshot({ path, clip });
}

function byId(id: string): string {
	return `[data-test-id="${id}"]`;
}

/** In pixels of a canvas that is not made smaller. */
function sizeOf({ nodes }: Pick<WorkflowJson, 'nodes'>): { width: number; height: number } {
	const NODE = { width: 200, height: 160 };
	const extent = (axis: 0 | 1, side: 'width' | 'height') => {
		const ends = nodes.map(
			({ position, parameters }) => position[axis] + Number(parameters[side] ?? NODE[side]),
		);
		return Math.max(...ends) - Math.min(...nodes.map(({ position }) => position[axis]));
	};
	return { width: extent(0, 'width'), height: extent(1, 'height') };
}

/** The editor moves to its place and loads icons and fonts. */
async function settled(page: Page): Promise<void> {
	await page.waitForLoadState('networkidle');
	await page.waitForTimeout(1_000);
}
