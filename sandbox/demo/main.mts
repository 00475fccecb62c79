/**
 * `npm run demo`: plays the life of a WhatsApp number against a real n8n and shows what arrives.
 *
 * With `--once` it needs nobody: exit code 0 if all that Meta sent has arrived, else 1 with what
 * differs. Without, n8n stays open for the visitor until Ctrl-C.
 */
import { Command } from 'commander';
import { Listr } from 'listr2';
import color from 'picocolors';
import { ensureN8n } from '../n8n/install.mts';
import { agrees, check, collectArrived, compare, type Arrived } from './comparison.mts';
import { failuresOf, untilQuiet } from './quiet.mts';
import { reportOf, welcome } from './report.mts';
import { installWorkflows, startStage, type Installed, type Stage } from './stage.mts';
import * as story from './story.mts';

interface Demo {
	stage: Stage;
	installed: Installed;
	sent: story.Sent;
	arrived: Arrived;
	arrivedAgain: Arrived;
}

const { once } = new Command()
	.name('demo')
	.description('WhatsApp Coexistence in a real n8n, against a simulated Meta')
	.option('--once', 'compare what was sent with what arrived, then end', false)
	.parse()
	.opts<{ once: boolean }>();

const demo = { sent: {} } as Demo;
let starting: Promise<Stage> | undefined;
let interrupted = false;

async function end(): Promise<void> {
	const stage = await starting?.catch(() => undefined);
	await stage?.close();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.on(signal, async () => {
		// A Ctrl-C comes twice: from the terminal, and handed on by npm.
		if (interrupted) return;
		interrupted = true;
		console.log('\nStopping n8n and the simulated Meta…');
		await end();
		process.exit(once ? 130 : 0);
	});
}

const quiet = () => untilQuiet(demo.stage.n8n.rest, demo.installed.hub);

// Else listr2 would end the process at Ctrl-C and leave n8n behind.
const options = { registerSignalListeners: false };

const tasks = new Listr(
	[
		{
			title: 'n8n is installed',
			task: async (_, task) => {
				await ensureN8n((line) => (task.output = line));
			},
		},
		{
			title: 'Start the simulated Meta, and n8n with this package',
			task: async (_, task) => {
				starting = startStage((line) => (task.output = line));
				demo.stage = await starting;
				task.title = `n8n runs at ${demo.stage.n8n.url}, the simulated Meta at ${demo.stage.metaUrl}`;
			},
		},
		{
			title: 'Import the example workflows, create their tables, publish',
			task: async () => {
				demo.installed = await installWorkflows(demo.stage);
			},
		},
		{
			title: 'The phone is connected; n8n asks for its contacts and old chats',
			task: async () => {
				await story.deliverAsMeta(demo.stage);
				demo.sent.onboarding = await story.connectPhone(demo.stage, demo.installed);
				await quiet();
			},
		},
		{
			title: 'Customers write, and n8n answers',
			task: async () => {
				demo.sent.customersWrite = await story.customersWrite(demo.stage);
				await quiet();
			},
		},
		{
			title: 'The owner answers from the phone, and n8n keeps quiet',
			task: async () => {
				demo.sent.ownerAnswers = await story.ownerAnswers(demo.stage);
				demo.sent.customersWriteBack = await story.customersWriteBack(demo.stage);
				await quiet();
			},
		},
		{
			title: 'Messages are edited and deleted',
			task: async () => {
				demo.sent.editsAndDeletions = await story.editsAndDeletions(demo.stage);
				await quiet();
			},
		},
		{
			title: 'The owner moves to another phone: the connection ends, and is back',
			task: async () => {
				demo.sent.changeOfPhone = await story.changeOfPhone(demo.stage);
				await quiet();
				demo.arrived = await collectArrived(demo.stage, demo.installed);
			},
		},
		{
			title: 'The same phone is connected again',
			task: async () => {
				await story.connectPhone(demo.stage, demo.installed);
				await quiet();
				demo.arrivedAgain = await collectArrived(demo.stage, demo.installed);
			},
		},
	],
	options,
);

try {
	await tasks.run();
	const { stage, installed, sent, arrived, arrivedAgain } = demo;
	const comparisons = compare(sent, arrived);
	const checks = check(sent, arrived, arrivedAgain);
	const failures = await failuresOf(stage.n8n.rest, installed.hub);
	console.log(`\n${reportOf(comparisons, checks, await story.deliveriesOf(stage), failures)}`);
	if (once) {
		const good =
			comparisons.every(agrees) && checks.every(({ holds }) => holds) && failures.length === 0;
		process.exitCode = good ? 0 : 1;
		await end();
	} else {
		console.log(welcome(stage, installed));
	}
} catch (error) {
	if (!interrupted) console.error(color.red(`\n${(error as Error).message}`));
	process.exitCode = 1;
	await end();
}
