/** Plays scenarios by name. */
import type { Dispatch } from '../delivery/engine.mts';
import type { Update } from '../delivery/routing.mts';
import { noteInbound } from '../inbound-window.mts';
import { requireNumber } from '../lifecycle.mts';
import type { Simulation } from '../simulation.mts';
import { customerWrites } from './customer-writes.mts';
import { disconnection } from './disconnect.mts';
import { editAndRevoke } from './edit-and-revoke.mts';
import { declined } from './history-declined.mts';
import { onboarding } from './onboarding.mts';
import { ownerAnswers } from './owner-answers.mts';
import { reconnection } from './reconnect.mts';
import type { Scenario } from './scenario.mts';
import { tally, type Tally } from './tally.mts';

const scenarios = new Map<string, Scenario>([
	['onboarding', onboarding],
	['history-declined', declined],
	['customer-writes', customerWrites],
	['owner-answers', ownerAnswers],
	['edit-and-revoke', editAndRevoke],
	['disconnect', disconnection],
	['reconnect', reconnection],
]);

export const scenarioNames = [...scenarios.keys()];

export interface ScenarioReport extends Tally {
	scenario: string;
	/** Updates that no app is subscribed to, or whose number was not connected. */
	unrouted: number;
	/** Duplicates count too. `pending` is 0 unless the scenario was not waited for. */
	deliveries: { total: number; accepted: number; dropped: number; pending: number };
}

/** @throws Error with `statusCode` 404 for an unknown name, ZodError for options it does not have */
export async function runScenario(
	simulation: Simulation,
	name: string,
	options: unknown,
): Promise<ScenarioReport> {
	const scenario = scenarios.get(name);
	if (!scenario) {
		throw Object.assign(new Error(`No scenario ${name}; there are ${scenarioNames.join(', ')}.`), {
			statusCode: 404,
		});
	}
	const parsed = scenario.schema.parse(options);
	const sent: Update[] = [];
	const dispatches: Dispatch[] = [];
	const note = (updates: Update[], dispatch: Dispatch) => {
		sent.push(...updates);
		dispatches.push(dispatch);
	};
	await scenario.play(
		{
			simulation,
			number: requireNumber(simulation, parsed.phoneNumberId),
			note,
			send: (updates) => {
				noteInbound(simulation, updates);
				note(updates, simulation.engine.deliver(updates));
			},
		},
		parsed,
	);

	const ids = dispatches.flatMap(({ deliveryIds }) => deliveryIds);
	if (parsed.wait) await simulation.engine.settled(ids);
	const wanted = new Set(ids);
	const deliveries = simulation.deliveries.since().filter(({ id }) => wanted.has(id));
	const withOutcome = (outcome: string | null) =>
		deliveries.filter((delivery) => delivery.outcome === outcome).length;
	return {
		scenario: name,
		...tally(sent),
		unrouted: dispatches.reduce((sum, { unrouted }) => sum + unrouted, 0),
		deliveries: {
			total: deliveries.length,
			accepted: withOutcome('accepted'),
			dropped: withOutcome('dropped'),
			pending: withOutcome(null),
		},
	};
}
