import type { IHookFunctions } from 'n8n-workflow';

import { askForHandshake } from '../../graph/callback-handshake';
import { sameRoute, verifyTokenFor } from '../verify-token';
import type { Observed } from './plan';

/**
 * Finds out which overrides of phone numbers a test could put back: those that answer a handshake with
 * our token, as every trigger of this node with the same Meta app does.
 */
export async function probeNumbers(
	context: IHookFunctions,
	numbers: Observed['numbers'],
	ownUrl: string,
	appSecret: string,
): Promise<Observed['numbers']> {
	return await Promise.all(
		numbers.map(async (number) => {
			const { isChosen, overrideUrl } = number;
			if (!isChosen || overrideUrl === null || sameRoute(overrideUrl, ownUrl)) return number;
			return { ...number, canBePutBack: await acceptsHandshake(context, overrideUrl, appSecret) };
		}),
	);
}
