import { randomBytes } from 'node:crypto';
import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import {
	noAcceptedEvents,
	restoreEvents,
	storedEvents,
	type AcceptedEvents,
} from './accepted-events';
import { noNewestValues, restoreNewest, storedNewest, type NewestValues } from '../events/rows';
import { dropOldest } from './drop-oldest';
import { noNames, restoreNames, storedNames, type Names, type StoredName } from './names';
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
	names: Names;
	newest: NewestValues;
	/** Whether n8n has been seen to reach the trigger at its own address. */
	reachesItself: boolean;
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
	names: StoredName[];
	newest?: string;
}

const PROCESS = randomBytes(6).toString('base64url');

/** Beyond this many, the trigger that has received nothing for the longest time is forgotten. */
const MAX_TRIGGERS = 200;

/** Received nothing for the longest time first. */
const memories = new Map<string, TriggerMemory>();

/** Tells the triggers of one n8n apart, whatever they are renamed to. */
export function memoryKeyOf(context: IHookFunctions | IWebhookFunctions): string {
	return `${context.getWorkflow().id}:${context.getNode().id}`;
}

/**
 * The memory of a trigger in this process, with what other processes have stored since.
 *
 * @param key what {@link memoryKeyOf} gives
 * @param now Unix ms
 */
export function recall(key: string, stored: StoredMemory | undefined, now: number): TriggerMemory {
	const memory = memories.get(key) ?? emptyMemory();
	memories.delete(key);
	memories.set(key, memory);
	dropOldest(memories, MAX_TRIGGERS);
	if (stored !== undefined && stored.writer !== PROCESS) {
		restoreEvents(memory.accepted, stored.events, now);
		restoreTakeovers(memory.takeovers, stored.takeovers);
		restoreNames(memory.names, stored.names);
		restoreNewest(memory.newest, stored.newest ?? '');
	}
	return memory;
}

export type TestMemory = Omit<TriggerMemory, 'accepted' | 'reachesItself'>;

/** A memory apart for tests, only in this process; of production's they read the names, no more. */
export function recallInTest(key: string, now: number): TestMemory {
	const { names } = recall(key, undefined, now);
	return { ...recall(`${key}:test`, undefined, now), names };
}

function emptyMemory(): TriggerMemory {
	return {
		accepted: noAcceptedEvents(),
		takeovers: noTakeovers(),
		names: noNames(),
		newest: noNewestValues(),
		reachesItself: false,
	};
}

/** What n8n is to store. */
export function toStore(memory: TriggerMemory, now: number): StoredMemory {
	return {
		writer: PROCESS,
		events: storedEvents(memory.accepted),
		takeovers: storedTakeovers(memory.takeovers, now),
		names: storedNames(memory.names),
		newest: storedNewest(memory.newest),
	};
}
