/** What customers and owner have in common when they write. */
import { z } from 'zod';
import { type Content, contentOfType, textContent } from '../payloads/content.mts';
import { peerOf } from '../payloads/people-fields.mts';
import type { Person } from '../people.mts';
import type { Simulation } from '../simulation.mts';
import { newWamid } from '../wamid.mts';
import type { PhoneNumber } from '../world.mts';

export const writingOptions = {
	count: z.number().int().positive().default(3),
	/** Taken in turn. */
	types: z.array(z.string()).min(1).default(['text']),
	/** In place of an invented phrase. */
	text: z.string().optional(),
};

interface Written {
	person: Person;
	head: { id: string; timestamp: number };
	content: Content;
}

/** As many messages as asked for, with the people in turn; one that answers another answers the one before. */
export function writtenMessages(
	simulation: Simulation,
	number: PhoneNumber,
	people: Person[],
	direction: Parameters<typeof newWamid>[2],
	{ count, types, text }: { count: number; types: string[]; text?: string | undefined },
): Written[] {
	let earlierId: string | undefined;
	return Array.from({ length: count }, (_, index) => {
		const person = inTurn(people, index);
		const type = inTurn(types, index);
		const id = newWamid(simulation.random, peerOf(person), direction);
		const content =
			type === 'text' && text !== undefined
				? textContent(text)
				: contentOfType(simulation, number, type, earlierId ?? id);
		earlierId = id;
		return { person, head: { id, timestamp: simulation.clock.seconds() }, content };
	});
}

function inTurn<T>(list: T[], turn: number): T {
	if (list.length === 0) throw new RangeError('There is nothing to take in turn.');
	return list[turn % list.length] as T;
}
