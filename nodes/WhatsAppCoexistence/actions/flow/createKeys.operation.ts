import { generateKeyPair } from 'node:crypto';

import { UserError } from 'n8n-workflow';

import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';
import type { Operation } from '../operation';
import { KEY_BITS } from './private-key';

export const createKeys: Operation = {
	name: 'Create Keys',
	description: 'Make the pair of keys that a form with an endpoint needs, once',
	action: 'Create the keys of a flow endpoint',
	withoutAccount: true,
	properties: [
		{
			displayName:
				'Copy “privateKey” of the outcome into the field “Flow Private Key” of the credential, then use Set Public Key. The private key is locked with the App Secret: without it, it is of no use to anybody.',
			name: 'keysNotice',
			type: 'notice',
			default: '',
		},
	],
	once: true,
	async execute(context) {
		const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		if (appSecret === '') {
			throw new UserError('The credential has no App Secret', {
				description: 'The private key is locked with it. Enter it in the credential first.',
			});
		}
		return await lockedKeys(appSecret);
	},
};

/** As PEM. Not made at once: n8n has other things to do meanwhile. */
async function lockedKeys(passphrase: string): Promise<{ publicKey: string; privateKey: string }> {
	return await new Promise((resolve, reject) => {
		generateKeyPair(
			'rsa',
			{
				modulusLength: KEY_BITS,
				publicKeyEncoding: { type: 'spki', format: 'pem' },
				privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
			},
			(error, publicKey, privateKey) => {
				if (error) reject(error);
				else resolve({ publicKey, privateKey });
			},
		);
	});
}
