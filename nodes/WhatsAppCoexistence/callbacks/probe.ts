import type { IHookFunctions } from 'n8n-workflow';

import { askForHandshake } from './ask-handshake';
import { sameRoute, verifyTokenFor } from './verify-token';
import { wantsNumber, type Observed, type Wanted } from './plan';

/**
 * Finds out which overrides of phone numbers a test could put back: those that answer a handshake with
 * our token, as every trigger of this node with the same Meta app does.
 */
export async function probeNumbers(
	context: IHookFunctions,
	numbers: Observed['numbers'],
	wanted: Wanted,
	appSecret: string,
): Promise<Observed['numbers']> {
	return await Promise.all(
		numbers.map(async (number) => {
			const { id, overrideUrl } = number;
			if (overrideUrl === null || sameRoute(overrideUrl, wanted.url)) return number;
			if (!wantsNumber(wanted, id)) return number;
			const token = verifyTokenFor(overrideUrl, appSecret);
			const { outcome } = await askForHandshake(context, overrideUrl, token);
			return { ...number, canBePutBack: outcome === 'accepted' };
		}),
	);
}
