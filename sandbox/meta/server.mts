/** The simulated Meta as one HTTP server: Graph API, media downloads, webhook deliveries, control API. */
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fastify from 'fastify';
import { createClock } from './clock.mts';
import { registerControl } from './control.mts';
import { createDeliveryEngine, type Delivery } from './delivery/engine.mts';
import type { Handshake } from './delivery/handshake.mts';
import { injectFaults } from './faults.mts';
import { registerGraph } from './graph/routes.mts';
import { createJournal } from './journal.mts';
import { createRandom } from './random.mts';
import { type RecordedRequest, recordRequests } from './request-log.mts';
import { createSendingLimits } from './sending-limits.mts';
import type { Simulation } from './simulation.mts';
import { defaultWorld, type World } from './world.mts';

export interface RunningMeta {
	/** Base URL without a trailing slash. */
	url: string;
	world: World;
	close(): Promise<void>;
}

/**
 * Starts a simulated Meta on loopback.
 *
 * @param options.port 0, the default, takes a free one
 */
export async function startMeta({ port = 0 }: { port?: number } = {}): Promise<RunningMeta> {
	const events = new EventEmitter();
	const world = defaultWorld();
	const clock = createClock();
	const deliveries = createJournal<Delivery>((entry) => events.emit('entry', 'delivery', entry));
	const simulation: Simulation = {
		url: '',
		world,
		clock,
		engine: createDeliveryEngine(world, clock, deliveries),
		limits: createSendingLimits(clock),
		faults: [],
		pendingSyncs: new Map(),
		random: createRandom(randomInt(2 ** 31)),
		deliveries,
		requests: createJournal<RecordedRequest>((entry) => events.emit('entry', 'request', entry)),
		handshakes: createJournal<Handshake>((entry) => events.emit('entry', 'handshake', entry)),
	};

	const server = fastify({ forceCloseConnections: true });
	await server.register(async (graph) => {
		recordRequests(graph, simulation.requests);
		injectFaults(graph, simulation.faults);
		registerGraph(graph, simulation);
	});
	await server.register(async (control) => registerControl(control, simulation, events), {
		prefix: '/_control',
	});
	simulation.url = await server.listen({ host: '127.0.0.1', port });

	return {
		url: simulation.url,
		world,
		close: async () => {
			await simulation.engine.close();
			await server.close();
		},
	};
}
