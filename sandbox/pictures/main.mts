/**
 * `npm run pictures`: makes the pictures of the README anew, each in light and in dark, from the demo
 * after its story and from the examples as they are imported.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { Listr } from 'listr2';
import type { BrowserContext, Page } from 'playwright-core';
import { startChromium } from '../chromium.mts';
import { readExample } from '../demo/examples.mts';
import { untilQuiet } from '../demo/quiet.mts';
import { type Installed, installWorkflows, type Stage, startStage } from '../demo/stage.mts';
import * as story from '../demo/story.mts';
import { ensureN8n } from '../n8n/install.mts';
import type { WorkflowJson } from '../n8n/rest.mts';
import { compressPictures } from './compress.mts';
import {
	pictureOfActions,
	pictureOfCanvas,
	pictureOfTrigger,
	pictureOfWorkflows,
	signIn,
} from './editor.mts';
import { EXAMPLES, presentState } from './made-from.mts';

const SCHEMES = ['light', 'dark'] as const;

/** What there is to take pictures of. */
interface Scene {
	stage: Stage;
	installed: Installed;
	/** Address of a run that a customer's message has started. */
	run: string;
	/** Addresses of the imported examples. */
	examples: Array<{ name: string; url: string; workflow: WorkflowJson }>;
}

const { folder } = new Command()
	.name('pictures')
	.option('--folder <folder>', 'where the pictures go', 'docs/pictures')
	.parse()
	.opts<{ folder: string }>();

const scene = { examples: [] } as unknown as Scene;

async function playTheStory(): Promise<void> {
	const { stage, installed } = scene;
	await story.deliverAsMeta(stage);
	const acts = [
		() => story.connectPhone(stage, installed),
		() => story.customersWrite(stage),
		() => story.ownerAnswers(stage),
	];
	for (const act of acts) {
		await act();
		await untilQuiet(stage.n8n.rest, installed.published);
	}
	stage.tell(null);
}

/** Has the newest customer write and the owner answer on the phone page. */
async function talk(context: BrowserContext): Promise<void> {
	const { rest } = scene.stage.n8n;
	const { published } = scene.installed;
	const answering = published.find(({ name }) => name.startsWith('Answer customers'))!.id;
	const page = await context.newPage();
	await page.goto(`${scene.stage.metaUrl}/phone`);
	await page.locator('#chats button').first().waitFor();
	const say = async (author: string, text: string) => {
		await page.getByLabel(`Type as the ${author}`).fill(text);
		await page.keyboard.press('Enter');
		await untilQuiet(rest, published);
	};
	await say('customer', 'Hello! Are you open today?');
	const [newest] = (await rest.executions(answering)).filter(({ mode }) => mode === 'webhook');
	if (!newest) throw new Error('The customer’s message has started no run.');
	await say('owner', 'Yes, until eight. See you!');
	await page.close();
	scene.run = `${editorOf(answering)}/executions/${newest.id}`;
}

/** Imports the examples beside the demo, with credentials of the names that they ask for. */
async function importExamples(): Promise<void> {
	const { rest } = scene.stage.n8n;
	const given = new Set(['whatsAppCoexistenceApi']);
	for (const name of EXAMPLES) {
		const workflow = await readExample(name);
		for (const { credentials = {} } of workflow.nodes) {
			for (const [type, credential] of Object.entries(credentials)) {
				if (given.has(type)) continue;
				given.add(type);
				await rest.createCredential(type, credential.name, {});
			}
		}
		const id = await rest.createWorkflow(workflow);
		scene.examples.push({ name, url: editorOf(id), workflow });
	}
}

function editorOf(workflowId: string): string {
	return `${scene.stage.n8n.url}/workflow/${workflowId}`;
}

/** Before the examples are imported once more. */
async function takePictureOfDemo(context: BrowserContext, scheme: string): Promise<void> {
	const page = await context.newPage();
	await pictureOfWorkflows(page, scene.stage.n8n.url, path.join(folder, `demo-${scheme}.png`));
	await page.close();
}

async function takePictures(context: BrowserContext, scheme: string): Promise<void> {
	const page = await context.newPage();
	const file = (name: string) => path.join(folder, `${name}-${scheme}.png`);
	await pictureOfPhone(page, file('phone'));
	await pictureOfTrigger(page, scene.run, file('trigger'));
	const [example] = scene.examples;
	if (!example) throw new Error('No example was imported.');
	await pictureOfActions(page, example.url, file('actions'));
	for (const { name, url, workflow } of scene.examples) {
		await pictureOfCanvas(page, url, workflow, file(name));
	}
	await page.close();
}

async function pictureOfPhone(page: Page, file: string): Promise<void> {
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.goto(`${scene.stage.metaUrl}/phone`);
	await page.locator('#chats button').first().click();
	await page.getByText('See you!').first().waitFor();
	await page.locator('#earlier').click();
	await page.screenshot({ path: file });
}

const tasks = new Listr([
	{
		title: 'n8n is installed',
		task: async (_, task) => await ensureN8n((line) => (task.output = line)),
	},
	{
		title: 'Play the demo',
		task: async (_, task) => {
			scene.stage = await startStage((line) => (task.output = line));
			scene.installed = await installWorkflows(scene.stage);
			await playTheStory();
		},
	},
	{
		title: 'Take the pictures',
		task: async (_, task) => {
			const browser = await startChromium();
			try {
				const inEachScheme = async (
					take: (context: BrowserContext, scheme: string) => Promise<void>,
				) => {
					for (const scheme of SCHEMES) {
						task.output = scheme;
						const context = await browser.newContext({ colorScheme: scheme });
						await signIn(context, scene.stage.n8n.url);
						await take(context, scheme);
						await context.close();
					}
				};
				await inEachScheme(takePictureOfDemo);
				await importExamples();
				await inEachScheme(async (context, scheme) => {
					if (!scene.run) await talk(context);
					await takePictures(context, scheme);
				});
			} finally {
				await browser.close();
			}
			await compressPictures(folder);
			const madeFrom = JSON.stringify(await presentState(), null, '\t');
			await writeFile(path.join(folder, 'made-from.json'), `${madeFrom}\n`);
		},
	},
]);

try {
	await tasks.run();
} catch {
	process.exitCode = 1;
} finally {
	await scene.stage?.close();
}
