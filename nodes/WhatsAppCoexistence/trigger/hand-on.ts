import type { IWebhookFunctions } from 'n8n-workflow';

import { ownAddress, productionUrl, readOthers, readTests, testUrl } from '../callbacks/address';
import { deliverTo } from './deliver-to';

/**
 * Several workflows share one callback at Meta. The one whose address it is hands each delivery on to the
 * others that the address names: at the same time, and each as if Meta had called it.
 *
 * They are called at their bare addresses, so a delivery that was handed on is never handed on again. Who
 * writes an address of their own into the query reaches no more than the webhooks of this n8n, and each of
 * these asks for Meta's signature.
 *
 * @param headers what they are to know beside it
 * @returns undefined where there is nobody else; otherwise whether each of them took it. One that n8n does
 *   not know any more counts as one that did; it leaves the list at the next registration. For those that
 *   listen for a test nobody waits.
 */
export function handOn(
	context: IWebhookFunctions,
	rawBody: Buffer,
	signature: string,
	headers: Record<string, string>,
): Promise<boolean> | undefined {
	const query = context.getQueryData() as { with?: unknown; test?: unknown };
	if (query.with === undefined && query.test === undefined) return undefined;

	const url = context.getNodeWebhookUrl('default') as string;
	const { base, id: own } = ownAddress(url, context.getNode().webhookId);
	for (const id of new Set(readTests(query.test))) {
		void deliverTo(context, testUrl(base, id), rawBody, signature, headers);
	}
	const others = new Set(readOthers(query.with));
	others.delete(own);
	return all(
		[...others].map(
			async (id) => await handTo(context, productionUrl(base, id), rawBody, signature, headers),
		),
	);
}

async function handTo(
	context: IWebhookFunctions,
	address: string,
	rawBody: Buffer,
	signature: string,
	headers: Record<string, string>,
): Promise<boolean> {
	const outcome = await deliverTo(context, address, rawBody, signature, headers);
	if (outcome === 'gone') {
		context.logger.warn(
			`WhatsApp Coexistence Trigger: ${address} is named in the callback at Meta, but n8n does not know it any more. It is left out once a workflow of the account is published again.`,
		);
	}
	return outcome !== 'failed';
}

async function all(taking: Array<Promise<boolean>>): Promise<boolean> {
	return (await Promise.all(taking)).every(Boolean);
}
