import type { GraphContext } from '../graph/client';
import { productionUrl, readAddress, readCallback, testUrl } from './address';
import { askWho } from './ask-handshake';
import { verifyTokenFor } from './verify-token';

/** One of those that a callback brings events to. */
export interface Receiver {
	url: string;
	/** The name of its workflow; null where it does not tell, as somebody else's callback does not. */
	workflow: string | null;
	/** Whether nothing answers there any more, as after a crash in the middle of a registration. */
	gone: boolean;
}

/** Whom a callback brings events to, test listeners last. Asks each of them who it is. */
export async function whoReceives(
	context: GraphContext,
	callbackUrl: string,
	appSecret: string,
): Promise<Receiver[]> {
	return await Promise.all(
		addressesAt(callbackUrl).map(async (url) => {
			const answer = await askWho(context, url, verifyTokenFor(url, appSecret));
			return {
				url,
				workflow: answer.outcome === 'accepted' ? answer.workflow : null,
				gone: answer.outcome === 'refused' && answer.status === 404,
			};
		}),
	);
}

/** The callback itself where it is not one of ours. */
function addressesAt(callbackUrl: string): string[] {
	const { base } = readAddress(callbackUrl);
	const callback = readCallback(callbackUrl, base);
	if (callback === undefined) return [callbackUrl];
	const members = callback.members.filter(({ holds }) => !holds);
	return [
		...members.map(({ id }) => productionUrl(base, id)),
		...callback.tests.map((id) => testUrl(base, id)),
	];
}
