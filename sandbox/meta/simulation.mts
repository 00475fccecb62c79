/** Everything that a call to the simulated Meta can reach. */
import type { Clock } from './clock.mts';
import type { Delivery, DeliveryEngine } from './delivery/engine.mts';
import type { Handshake } from './delivery/handshake.mts';
import type { RecordedUpdate } from './delivery/routing.mts';
import type { Editor } from './editor.mts';
import type { FaultPlan } from './faults.mts';
import type { CodePlace } from './graph-errors.mts';
import type { Journal } from './journal.mts';
import type { Random } from './random.mts';
import type { RecordedRequest } from './request-log.mts';
import type { SendingLimits } from './sending-limits.mts';
import type { PendingSyncs } from './pending-syncs.mts';
import type { World } from './world.mts';

export interface Simulation {
	/** Base URL of the simulated Graph API, known once it listens. */
	url: string;
	world: World;
	clock: Clock;
	engine: DeliveryEngine;
	limits: SendingLimits;
	faults: FaultPlan;
	/** Where Meta puts the specific number of an error. */
	codePlace: CodePlace;
	/** What each number's phone will share when it is asked to. */
	pendingSyncs: PendingSyncs;
	/** Null unless somebody told where to see what a delivery started. */
	editor: Editor | null;
	/** What the phone page says is going on; null if nothing is. */
	news: string | null;
	/** For ids that must be new in every run: live messages and media. */
	random: Random;
	/** What happened on the phones and accounts, whether anybody is subscribed to it or not; the last 5000. */
	updates: Journal<RecordedUpdate>;
	deliveries: Journal<Delivery>;
	requests: Journal<RecordedRequest>;
	handshakes: Journal<Handshake>;
}
