/** The address book and the chats of an owner's phone, invented. */
import { z } from 'zod';
import type { Update } from './delivery/routing.mts';
import { inventChats } from './chats.mts';
import { inGroups } from './groups.mts';
import { historyDeclined } from './payloads/history.mts';
import { type ContactChange, stateSync } from './payloads/state-sync.mts';
import type { PhoneContent } from './pending-syncs.mts';
import { inventPeople, type Person } from './people.mts';
import type { Simulation } from './simulation.mts';
import { createRandom } from './random.mts';
import type { PhoneNumber } from './world.mts';

export const phoneContentSchema = z
	.object({
		contacts: z.number().int().nonnegative().default(12),
		editedContacts: z.number().int().nonnegative().default(1),
		removedContacts: z.number().int().nonnegative().default(1),
		contactsPerPost: z.number().int().positive().default(50),
		threads: z.number().int().nonnegative().default(6),
		messagesPerThread: z.number().int().positive().default(8),
		chunksPerPhase: z.number().int().positive().default(2),
		/** Of all messages, 0 to 1; those of the last 14 days are followed by their media. */
		mediaShare: z.number().min(0).max(1).default(0.15),
		/** People without a visible number, 0 to 1. */
		usernameOnlyShare: z.number().min(0).max(1).default(0.1),
		/** The owner does not share the history. */
		declined: z.boolean().default(false),
		seed: z.number().int().nonnegative().default(1),
	})
	.strict();

export type PhoneContentOptions = z.infer<typeof phoneContentSchema>;

const DAY = 24 * 60 * 60;

/** The same options for the same number give the same people, messages and wamids, at any time. */
export function phoneContent(
	simulation: Simulation,
	number: PhoneNumber,
	options: PhoneContentOptions,
): PhoneContent {
	const seed = options.seed * 1_000_003 + Number(number.id.slice(-6));
	const seeded = { ...simulation, random: createRandom(seed) };
	const people = inventPeople(
		Math.max(options.contacts, options.threads),
		options.seed,
		options.usernameOnlyShare,
	);
	return {
		smb_app_state_sync: addressBook(simulation, number, people.slice(0, options.contacts), options),
		history: options.declined
			? [historyDeclined(number)]
			: inventChats(seeded, number, people.slice(0, options.threads), options),
	};
}

function addressBook(
	{ clock }: Simulation,
	number: PhoneNumber,
	people: Person[],
	{ editedContacts, removedContacts, contactsPerPost }: PhoneContentOptions,
): Update[] {
	const now = clock.seconds();
	const changes: ContactChange[] = [
		...people.map((person) => ({ action: 'add' as const, person, timestamp: now - DAY })),
		...people.slice(0, editedContacts).map((person) => ({
			action: 'add' as const,
			person: { ...person, fullName: `${person.fullName} (VIP)` },
			timestamp: now - 60,
		})),
		...people.slice(people.length - Math.min(removedContacts, people.length)).map((person) => ({
			action: 'remove' as const,
			person,
			timestamp: now - 30,
		})),
	];
	return inGroups(changes, contactsPerPost).map((group) => stateSync(number, group));
}
