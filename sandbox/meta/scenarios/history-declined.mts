/** A business connects its phone and keeps its chats to itself. */
import { z } from 'zod';
import { startOnboarding } from '../lifecycle.mts';
import { historyDeclined } from '../payloads/history.mts';
import { commonOptions, defineScenario } from './scenario.mts';

export const declined = defineScenario(
	z.object(commonOptions).strict(),
	({ simulation, number, send }) => {
		startOnboarding(simulation, number);
		send([historyDeclined(number)]);
	},
);
