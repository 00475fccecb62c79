/** The owner writes from the phone. */
import { z } from 'zod';
import { echo } from '../payloads/echoes.mts';
import { commonOptions, customerOptions, customersOf, defineScenario } from './scenario.mts';
import { writingOptions, writtenMessages } from './writing.mts';

export const ownerAnswers = defineScenario(
	z
		.object({
			...commonOptions,
			...customerOptions,
			...writingOptions,
			/** Whether Meta names the customer beside the echo. */
			withContacts: z.boolean().default(false),
		})
		.strict(),
	({ simulation, number, send }, options) => {
		const { withContacts } = options;
		const people = customersOf(options);
		const written = writtenMessages(simulation, number, people, 'businessToUser', options);
		send(
			written.map(({ person, head, content }) =>
				echo(number, person, head, content, { withContacts }),
			),
		);
	},
);
