import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL, type CoexistenceCredential } from '../graph/client';
import { memoryKeyOf } from './memory';

type Read = Promise<CoexistenceCredential | undefined>;

/**
 * Each reading costs n8n an isolate for the expressions that a credential may hold (2.41,
 * credentials-helper.js), as much as the whole execution of a small workflow: so deliveries that follow
 * one another share one. A changed credential is noticed as late as this, or at the first signature or
 * handshake that asks for it.
 */
const KEPT_MS = 10_000;

const kept = new Map<string, Read>();

/**
 * The credential with whose App Secret a delivery is signed.
 *
 * @returns `unsigned` where it is not signed with it; undefined where no credential can be had, or it has
 *   no secret that could prove anything
 */
export async function credentialThatSigned(
	context: IWebhookFunctions,
	isSignedWith: (appSecret: string) => boolean,
): Promise<CoexistenceCredential | 'unsigned' | undefined> {
	const known = await kept.get(keyOf(context));
	if (known !== undefined && isSignedWith(known.appSecret)) return known;

	const credential = await readCredential(context);
	if (credential === undefined) return undefined;
	return isSignedWith(credential.appSecret) ? credential : 'unsigned';
}

/** The credential as it is now. */
export async function readCredential(context: IWebhookFunctions): Read {
	const key = keyOf(context);
	const read = decrypt(context);
	kept.set(key, read);
	const forget = () => {
		if (kept.get(key) === read) kept.delete(key);
	};
	AbortSignal.timeout(KEPT_MS).addEventListener('abort', forget, { once: true });
	const credential = await read;
	if (credential === undefined) forget();
	return credential;
}

async function decrypt(context: IWebhookFunctions): Read {
	try {
		const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		if (credential.appSecret) return credential;
		context.logger.error('WhatsApp Coexistence Trigger: the credential has no App Secret.');
	} catch (error) {
		const reason = (error as Error).message;
		context.logger.error(`WhatsApp Coexistence Trigger: no credential to check with. ${reason}`);
	}
	return undefined;
}

function keyOf(context: IWebhookFunctions): string {
	return `${memoryKeyOf(context)}:${context.getNode().credentials?.[CREDENTIAL]?.id}`;
}
