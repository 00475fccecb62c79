/** Customers write. */
import { z } from 'zod';
import { inboundMessage } from '../payloads/inbound.mts';
import { commonOptions, customerOptions, customersOf, defineScenario } from './scenario.mts';
import { writingOptions, writtenMessages } from './writing.mts';

export const customerWrites = defineScenario(
	z.object({ ...commonOptions, ...customerOptions, ...writingOptions }).strict(),
	({ simulation, number, send }, options) => {
		const people = customersOf(options);
		const written = writtenMessages(simulation, number, people, 'userToBusiness', options);
		send(written.map(({ person, head, content }) => inboundMessage(number, person, head, content)));
	},
);
