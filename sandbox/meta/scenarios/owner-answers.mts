/** The owner writes from the phone. */
import { z } from 'zod';
import { contentOfType, textContent } from '../payloads/content.mts';
import { echo } from '../payloads/echoes.mts';
import { peerOf } from '../payloads/people-fields.mts';
import { newWamid } from '../wamid.mts';
import { commonOptions, customerOptions, customersOf, defineScenario } from './scenario.mts';

export const ownerAnswers = defineScenario(
	z
		.object({
			...commonOptions,
			...customerOptions,
			count: z.number().int().positive().default(3),
			/** Taken in turn. */
			types: z.array(z.string()).min(1).default(['text']),
			/** In place of an invented phrase. */
			text: z.string().optional(),
			/** Whether Meta names the customer beside the echo. */
			withContacts: z.boolean().default(false),
		})
		.strict(),
	({ simulation, number, send }, options) => {
		const people = customersOf(options);
		let earlierId: string | undefined;
		const updates = Array.from({ length: options.count }, (_, index) => {
			const person = people[index % people.length];
			const type = options.types[index % options.types.length];
			const id = newWamid(simulation.random, peerOf(person), 'businessToUser');
			const content =
				type === 'text' && options.text !== undefined
					? textContent(options.text)
					: contentOfType(simulation, number, type, earlierId ?? id);
			earlierId = id;
			const head = { id, timestamp: simulation.clock.seconds() };
			return echo(number, person, head, content, { withContacts: options.withContacts });
		});
		send(updates);
	},
);
