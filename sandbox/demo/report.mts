/** What the visitor of the demo reads. */
import Table from 'cli-table3';
import color from 'picocolors';
import { OWNER } from '../n8n/rest.mts';
import { agrees, type Check, type Comparison } from './comparison.mts';
import type { Stage } from './stage.mts';

const SHOWN = 3;

export function reportOf(
	comparisons: Comparison[],
	checks: Check[],
	deliveries: { total: number; repeated: number },
	failures: string[],
): string {
	const table = new Table({
		head: ['', 'sent', 'arrived', 'in', ''],
		colAligns: ['left', 'right', 'right', 'left', 'left'],
		style: { head: [], border: [], compact: true },
	});
	for (const comparison of comparisons) {
		const { what, sent, arrived, where } = comparison;
		table.push([what, sent, arrived, where, mark(agrees(comparison))]);
	}
	return [
		`In ${deliveries.total} webhooks, shuffled, ${deliveries.repeated} of them repeats:`,
		table.toString(),
		...checks.map(({ claim, holds }) => `${mark(holds)} ${claim}.`),
		...comparisons.filter(({ missing }) => missing.length > 0).map(missingOf),
		...failures.map((failure) => color.red(`An execution failed: ${failure}`)),
	].join('\n');
}

/** Where there is something to do, as soon as it can be done. */
export function welcome({ n8n, metaUrl }: Stage): string {
	return `Phone ${color.cyan(`${metaUrl}/phone`)}
      write as the owner or as a customer, and see what n8n makes of it
n8n   ${color.cyan(`${n8n.url}/home/workflows`)}
      email ${color.bold(OWNER.email)}, password ${color.bold(OWNER.password)}
      the runs are under “Executions” of each workflow; the rows at ${color.cyan(`${n8n.url}/home/datatables`)}`;
}

function mark(good: boolean): string {
	return good ? color.green('✔') : color.red('✖ differs');
}

function missingOf({ what, missing }: Comparison): string {
	const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
	return color.red(`${what}: not arrived: ${missing.slice(0, SHOWN).join(', ')}${more}`);
}
