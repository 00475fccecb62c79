/** The owner and a customer each write, correct what they wrote and take it back. */
import { z } from 'zod';
import { textContent } from '../payloads/content.mts';
import { echo } from '../payloads/echoes.mts';
import { editContent, inboundMessage, revokeContent } from '../payloads/inbound.mts';
import { peerOf } from '../payloads/people-fields.mts';
import { newWamid } from '../wamid.mts';
import { commonOptions, customerOptions, customersOf, defineScenario } from './scenario.mts';

export const editAndRevoke = defineScenario(
	z.object({ ...commonOptions, ...customerOptions }).strict(),
	({ simulation, number, send }, options) => {
		const updates = customersOf(options).flatMap((person) => {
			const timestamp = simulation.clock.seconds();
			const owner = () => newWamid(simulation.random, peerOf(person), 'businessToUser');
			const customer = () => newWamid(simulation.random, peerOf(person), 'userToBusiness');
			const echoId = owner();
			const messageId = customer();
			return [
				echo(number, person, { id: echoId, timestamp }, textContent('Te llamo luego')),
				echo(
					number,
					person,
					{ id: owner(), timestamp: timestamp + 1 },
					editContent(echoId, textContent('Te llamo mañana')),
				),
				echo(number, person, { id: owner(), timestamp: timestamp + 2 }, revokeContent(echoId)),
				inboundMessage(number, person, { id: messageId, timestamp }, textContent('¿A qué hora?')),
				inboundMessage(
					number,
					person,
					{ id: customer(), timestamp: timestamp + 1 },
					editContent(messageId, textContent('¿A qué hora abrís?')),
				),
				inboundMessage(
					number,
					person,
					{ id: customer(), timestamp: timestamp + 2 },
					revokeContent(messageId),
				),
			];
		});
		send(updates);
	},
);
