import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

import { UserError, type IExecuteFunctions } from 'n8n-workflow';

import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';

/** Meta takes no other. */
export const KEY_BITS = 2048;

/** A PEM whose line breaks a field of one line has swallowed, or an environment variable has escaped. */
const PEM = /^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/;

/**
 * The private key of the credential, unlocked. Secret: never log it, never put it into an item.
 *
 * @throws UserError where there is none, it cannot be read, or is of another kind than Meta takes
 */
export async function privateKeyOf(context: IExecuteFunctions): Promise<KeyObject> {
	const credential = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	const pem = credential.flowPrivateKey ?? '';
	if (pem.trim() === '') {
		throw new UserError('The credential has no Flow Private Key', {
			description:
				'Run the operation Flow > Create Keys once, and copy its “privateKey” into the field “Flow Private Key” of the credential.',
		});
	}
	const key = unlocked(withLines(pem), [credential.flowKeyPassphrase, credential.appSecret]);
	if (key === undefined) {
		throw new UserError('The Flow Private Key of the credential cannot be read', {
			description:
				'Copy the whole of it, from “-----BEGIN” to “-----END … KEY-----”. A key of Create Keys is locked with the App Secret: where that has changed, create new keys. A key of your own may need its passphrase in “Flow Key Passphrase”.',
		});
	}
	if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== KEY_BITS) {
		throw new UserError('The Flow Private Key of the credential is no RSA key of 2048 bits', {
			description: 'WhatsApp takes no other. Flow > Create Keys makes one.',
		});
	}
	return key;
}

/** PEM, as Meta takes it. */
export function publicKeyOf(privateKey: KeyObject): string {
	return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

function unlocked(pem: string, passphrases: Array<string | undefined>): KeyObject | undefined {
	for (const passphrase of passphrases) {
		try {
			// OpenSSL asks at the terminal where a locked key comes without any.
			return createPrivateKey({ key: pem, passphrase: passphrase ?? '' });
		} catch {
			// The next one may fit.
		}
	}
	return undefined;
}

function withLines(pem: string): string {
	const entered = pem.trim().replaceAll('\\n', '\n');
	const [, label, base64] = PEM.exec(entered) ?? [];
	if (label === undefined || base64 === undefined) return entered;
	const lines = base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
	return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
