/** The simulated Meta as one HTTP server: Graph API, media downloads, webhook deliveries, control API. */
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fastify from 'fastify';
import { createClock } from './clock.mts';
import { registerControl } from './control.mts';
import { createDeliveryEngine, type Delivery } from './delivery/engine.mts';
import type { Handshake } from './delivery/handshake.mts';
import type { RecordedUpdate } from './delivery/routing.mts';
import type { Editor } from './editor.mts';
import { injectFaults } from './faults.mts';
import { registerGraph } from './graph/routes.mts';
import { createJournal } from './journal.mts';
import { registerPhoneControl } from './phone-control.mts';
import { registerPhonePage } from './phone-page.mts';
import { createRandom } from './random.mts';
import { type RecordedRequest, recordRequests } from './request-log.mts';
import { createSendingLimits } from './sending-limits.mts';
import type { Simulation } from './simulation.mts';
import { defaultWorld, type World } from './world.mts';

const UPDATES_KEPT = 5000;

export interface RunningMeta {
	/** Base URL without a trailing slash. */
	url: string;
	world: World;
	/** Where the phone page links to from now on: the editor in which the receiving workflows are open to view. */
	linkTo(editor: Editor): void;
	/** What the phone page says is going on, until it is told something else. */
	tell(news: string | null): void;
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
	const record = (kind: string) => (entry: object) => events.emit('entry', kind, entry);
	const updates = createJournal<RecordedUpdate>(record('update'), { keep: UPDATES_KEPT });
	const deliveries = createJournal<Delivery>(record('delivery'));
	const simulation: Simulation = {
		url: '',
		world,
		clock,
		engine: createDeliveryEngine(world, clock, { updates, deliveries }),
		limits: createSendingLimits(clock),
		faults: [],
		codePlace: 'code',
		editor: null,
		news: null,
		pendingSyncs: new Map(),
		random: createRandom(randomInt(2 ** 31)),
		updates,
		deliveries,
		requests: createJournal<RecordedRequest>(record('request')),
		handshakes: createJournal<Handshake>(record('handshake')),
	};

	const server = fastify({ forceCloseConnections: true });
	await server.register(async (graph) => {
		recordRequests(graph, simulation.requests);
		injectFaults(graph, simulation.faults);
		registerGraph(graph, simulation);
	});
	await server.register(
		async (control) => {
			registerControl(control, simulation, events);
			registerPhoneControl(control, simulation);
		},
		{ prefix: '/_control' },
	);
	registerPhonePage(server);
	simulation.url = await server.listen({ host: '127.0.0.1', port });

	return {
		url: simulation.url,
		world,
		linkTo: (editor) => {
			simulation.editor = editor;
			events.emit('entry', 'news', {});
		},
		tell: (news) => {
			simulation.news = news;
			events.emit('entry', 'news', {});
		},
		close: async () => {
			await simulation.engine.close();
			await server.close();
		},
	};
}
