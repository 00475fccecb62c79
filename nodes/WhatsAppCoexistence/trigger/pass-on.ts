import type { IN8nHttpFullResponse, IWebhookFunctions } from 'n8n-workflow';

import type { CoexistenceEvent } from '../events/schema';
import { USER_AGENT } from '../graph/user-agent';
import type { RegistrationMemory } from './hooks';

const TIMEOUT_MS = 20_000;

/**
 * Hands a delivery that a test listener caught on to where it would have gone without the test, byte
 * for byte and with Meta's signature, so that production misses nothing.
 *
 * @returns whether everybody took it; if not, Meta has to deliver it again
 */
export async function passOn(
	context: IWebhookFunctions,
	events: CoexistenceEvent[],
	rawBody: Buffer,
	signature: string,
): Promise<boolean> {
	const { passOnTo = {} }: RegistrationMemory = context.getWorkflowStaticData('node');
	const addresses = new Set<string>();
	for (const { phoneNumberId } of events) {
		const address = passOnTo[phoneNumberId ?? ''];
		if (address !== undefined) addresses.add(address);
	}
	if (addresses.size === 0) for (const address of Object.values(passOnTo)) addresses.add(address);
	const taken = await Promise.all(
		[...addresses].map(async (url) => await post(context, url, rawBody, signature)),
	);
	return taken.every(Boolean);
}

async function post(
	context: IWebhookFunctions,
	url: string,
	rawBody: Buffer,
	signature: string,
): Promise<boolean> {
	const answer: Promise<IN8nHttpFullResponse> = context.helpers.httpRequest({
		method: 'POST',
		url,
		headers: {
			'content-type': 'application/json',
			'user-agent': USER_AGENT,
			'x-hub-signature-256': signature,
		},
		body: rawBody,
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: TIMEOUT_MS,
	});
	return await answer.then(
		({ statusCode }) => statusCode === 200,
		() => false,
	);
}
