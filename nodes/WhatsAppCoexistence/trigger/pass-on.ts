import type { IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../events/schema';
import { deliverTo } from './deliver-to';
import { staticDataOf } from './static-data';

/**
 * Hands a delivery that a test listener has to itself on to where it would have gone without the test,
 * so that whoever stands there misses nothing.
 *
 * @param headers what they are to know beside it
 * @returns whether everybody took it; if not, Meta has to deliver it again
 */
export async function passOn(
	context: IWebhookFunctions,
	events: CoexistenceEvent[],
	rawBody: Buffer,
	signature: string,
	headers: Record<string, string>,
): Promise<boolean> {
	const { passOnTo = {} } = staticDataOf(context);
	const addresses = new Set<string>();
	for (const { phoneNumberId } of events) {
		const address = passOnTo[phoneNumberId ?? ''];
		if (address !== undefined) addresses.add(address);
	}
	if (addresses.size === 0) for (const address of Object.values(passOnTo)) addresses.add(address);
	const outcomes = await Promise.all(
		[...addresses].map(async (url) => await deliverTo(context, url, rawBody, signature, headers)),
	);
	return outcomes.every((outcome) => outcome === 'taken');
}
