/** The workflows that the demo publishes. */
import { DEFAULT } from '../meta/world.mts';
import type { WorkflowJson } from '../n8n/rest.mts';
import { bookingWorkflow } from './booking.mts';
import { fillIn, readExample } from './examples.mts';

/** As chosen from the list in n8n's editor. */
export const PHONE_NUMBER = {
	__rl: true,
	mode: 'list',
	value: DEFAULT.phoneNumberId,
	cachedResultName: '34600111222 – Marta Flowers',
};

/** Together they use all outputs of the trigger; one of them is registered for the app, the others for the account. */
export async function workflowsFor(
	alerts: Record<'echoes' | 'health', string>,
): Promise<WorkflowJson[]> {
	const echoes = await readExample('echo-to-slack');
	const health = await readExample('health-watch');
	return [
		await readExample('inbox-in-a-table'),
		fillIn(echoes, 'Post to Slack', { url: alerts.echoes }),
		await readExample('answer-inbound'),
		// So that a visitor sees statuses start a run; of those that were sent there is nothing to tell.
		fillIn(
			fillIn(health, 'Send the alert', { url: alerts.health }),
			'WhatsApp Coexistence Trigger',
			{ options: { statuses: ['failed', 'sent'] } },
		),
		bookingWorkflow(),
	];
}
