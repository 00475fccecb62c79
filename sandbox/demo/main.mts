/**
 * `npm run demo`: plays the life of a WhatsApp number against a real n8n.
 *
 * The phone page is there at once, and can be used as soon as n8n is up: the story plays while the visitor
 * watches, and everything stays open until Ctrl-C. With `--once` it needs nobody and ends by itself: exit code
 * 0 if all that Meta sent has arrived, else 1 with what differs.
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

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void interrupt());

async function interrupt(): Promise<void> {
	// A Ctrl-C comes twice: from the terminal, and handed on by npm.
	if (interrupted) return;
	interrupted = true;
	console.log('\nStopping n8n and the simulated Meta…');
	await end();
	process.exit(once ? 130 : 0);
}

/** One after the other when the result is compared; with somebody who plays as well n8n is never quiet. */
const quiet = async () => {
	if (once) await untilQuiet(demo.stage.n8n.rest, demo.installed.published);
};

/** Told on the page too, to whoever watches it. */
async function play(act: string, scene: () => Promise<void>): Promise<void> {
	demo.stage.tell(act);
	await scene();
	await quiet();
}

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
				const onPhone = (url: string) => {
					if (!once) task.output = `Open ${color.cyan(url)} while n8n is starting`;
				};
				starting = startStage((line) => (task.output = line), onPhone);
				demo.stage = await starting;
				task.title = `n8n runs at ${demo.stage.n8n.url}, the simulated Meta at ${demo.stage.metaUrl}`;
			},
		},
		{
			title: 'Import the workflows, create their tables, publish',
			task: async (_, task) => {
				demo.installed = await installWorkflows(demo.stage);
				await story.deliverAsMeta(demo.stage);
				if (!once) task.output = welcome(demo.stage);
			},
			rendererOptions: { persistentOutput: true },
		},
		...story.ACTS.map(({ part, title, act }) => ({
			title,
			task: async () =>
				await play(title, async () => {
					demo.sent[part] = await act(demo.stage, demo.installed);
				}),
		})),
		{
			title: 'The customer presses a button and fills in a form: n8n goes on',
			enabled: once,
			task: async () => {
				demo.sent.customerAnswers = await story.customerAnswers(demo.stage);
				await quiet();
			},
		},
		{
			title: 'The same phone is connected again',
			enabled: once,
			task: async () => {
				demo.arrived = await collectArrived(demo.stage, demo.installed);
				await story.connectPhone(demo.stage, demo.installed);
				await quiet();
				demo.arrivedAgain = await collectArrived(demo.stage, demo.installed);
			},
		},
	],
	options,
);

/** @returns whether everything has arrived */
async function report({ stage, installed, sent, arrived, arrivedAgain }: Demo): Promise<boolean> {
	const comparisons = compare(sent, arrived);
	const checks = check(sent, arrived, arrivedAgain);
	const failures = await failuresOf(stage.n8n.rest, installed.published);
	console.log(`\n${reportOf(comparisons, checks, await story.deliveriesOf(stage), failures)}`);
	return comparisons.every(agrees) && checks.every(({ holds }) => holds) && failures.length === 0;
}

try {
	await tasks.run();
	if (once) {
		process.exitCode = (await report(demo)) ? 0 : 1;
		await end();
	} else {
		const { stage, installed } = demo;
		const { fullName } = await story.customerToAsk(stage);
		stage.tell(`n8n has asked ${fullName}, and waits: press a button on the customer’s phone`);
		console.log(
			`\nThe story is over: now answer n8n’s question, and write yourself.\n${welcome(stage)}\n\nCtrl-C ends everything.`,
		);
		void story.untilAnswered(stage, installed).then(
			() => stage.tell(null),
			() => undefined,
		);
	}
} catch (error) {
	if (!interrupted) console.error(color.red(`\n${(error as Error).message}`));
	process.exitCode = 1;
	await end();
}
