import { randomBytes } from 'node:crypto';

import type { IHookFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import { sameRoute, verifyTokenFor } from '../verify-token';
import type { Observed } from './plan';

const TIMEOUT_MS = 5_000;

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
			const { overrideUrl } = number;
			const ours = overrideUrl === null || sameRoute(overrideUrl, ownUrl);
			const canBePutBack = ours || (await acceptsHandshake(context, overrideUrl, appSecret));
			return { ...number, canBePutBack };
		}),
	);
}

async function acceptsHandshake(
	context: IHookFunctions,
	url: string,
	appSecret: string,
): Promise<boolean> {
	const challenge = randomBytes(8).toString('hex');
	const answer: Promise<IN8nHttpFullResponse> = context.helpers.httpRequest({
		method: 'GET',
		url,
		qs: {
			'hub.mode': 'subscribe',
			'hub.challenge': challenge,
			'hub.verify_token': verifyTokenFor(url, appSecret),
		},
		encoding: 'text',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: TIMEOUT_MS,
	});
	return await answer.then(
		({ statusCode, body }) => statusCode === 200 && String(body) === challenge,
		() => false,
	);
}
