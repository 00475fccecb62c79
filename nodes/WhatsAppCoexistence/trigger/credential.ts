import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL, type CoexistenceCredential } from '../graph/client';
import { memoryKeyOf } from './memory';

type Read = Promise<CoexistenceCredential | undefined>;

/**
 * Each reading costs n8n an isolate for the expressions that a credential may hold (2.41,
 * credentials-helper.js), as much as the whole execution of a small workflow, and fails where n8n has none
 * left to give: so what comes at once or follows one another shares one. A changed credential is noticed
 * as late as this, or at the first signature or handshake that asks for it.
 */
const KEPT_MS = 10_000;

interface Kept {
	credential: CoexistenceCredential;
	/** On the monotonic clock, ms. */
	until: number;
}

const kept = new Map<string, Kept>();
const underWay = new Map<string, Read>();

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
	const known = keptCredential(keyOf(context));
	if (known !== undefined && isSignedWith(known.appSecret)) return known;

	const credential = await readCredential(context);
	if (credential === undefined) return undefined;
	return isSignedWith(credential.appSecret) ? credential : 'unsigned';
}

/** The credential as it is now or, where n8n cannot read it, as it was in the last ten seconds. */
export async function currentCredential(context: IWebhookFunctions): Read {
	return (await readCredential(context)) ?? keptCredential(keyOf(context));
}

function keptCredential(key: string): CoexistenceCredential | undefined {
	const known = kept.get(key);
	return known !== undefined && known.until > performance.now() ? known.credential : undefined;
}

async function readCredential(context: IWebhookFunctions): Read {
	const key = keyOf(context);
	const already = underWay.get(key);
	if (already !== undefined) return await already;

	const read = decrypt(context);
	underWay.set(key, read);
	const credential = await read;
	underWay.delete(key);
	if (credential !== undefined) kept.set(key, { credential, until: performance.now() + KEPT_MS });
	return credential;
}

/** Never rejects. */
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
