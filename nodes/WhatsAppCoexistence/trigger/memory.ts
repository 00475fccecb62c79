import { randomBytes } from 'node:crypto';

import {
	noAcceptedEvents,
	restoreEvents,
	storedEvents,
	type AcceptedEvents,
} from './accepted-events';
import type { NewestValues } from '../events/rows';
import {
	noTakeovers,
	restoreTakeovers,
	storedTakeovers,
	type StoredTakeover,
	type Takeovers,
} from './takeover';

/** What a trigger remembers from one delivery to the next. */
export interface TriggerMemory {
	accepted: AcceptedEvents;
	takeovers: Takeovers;
	/** Only in this process. */
	newest: NewestValues;
}

/**
 * The part of it that n8n keeps in its database, as static data of the node. n8n writes the whole of
 * it with every delivery and the last writer wins, so it is small, and only a help: after a restart,
 * and between several webhook processes.
 */
export interface StoredMemory {
	/** The process that wrote it. */
	writer: string;
	events: string;
	takeovers: StoredTakeover[];
}

const PROCESS = randomBytes(6).toString('base64url');

const memories = new Map<string, TriggerMemory>();

/**
 * The memory of a trigger in this process, with what other processes have stored since.
 *
 * @param key what tells the triggers of one n8n apart
 */
export function recall(key: string, stored: StoredMemory | undefined): TriggerMemory {
	let memory = memories.get(key);
	if (memory === undefined) {
		memory = { accepted: noAcceptedEvents(), takeovers: noTakeovers(), newest: new Map() };
		memories.set(key, memory);
	}
	if (stored !== undefined && stored.writer !== PROCESS) {
		restoreEvents(memory.accepted, stored.events);
		restoreTakeovers(memory.takeovers, stored.takeovers);
	}
	return memory;
}

/** What n8n is to store. */
export function toStore(memory: TriggerMemory, now: number): StoredMemory {
	return {
		writer: PROCESS,
		events: storedEvents(memory.accepted),
		takeovers: storedTakeovers(memory.takeovers, now),
	};
}
