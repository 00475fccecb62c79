import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { verifySignature } from '../../callbacks/signature';
import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';
import type { Operation } from '../operation';
import { decrypt, type EncryptedRequest } from './encryption';
import { privateKeyOf } from './private-key';
import { writeReplyKey } from './reply-key';

const encryptedRequest = z.object({
	encrypted_flow_data: z.string(),
	encrypted_aes_key: z.string(),
	initial_vector: z.string(),
});

const flowRequest = z
	.object({
		version: z.string(),
		action: z.string(),
		screen: z.string().optional(),
		data: z.record(z.unknown()).optional(),
		flow_token: z.string().optional(),
	})
	.passthrough();

export const decryptRequest: Operation = {
	name: 'Decrypt Request',
	description: 'Check and read what WhatsApp asks the endpoint of a form, behind a Webhook node',
	action: 'Decrypt a request of a flow',
	withoutAccount: true,
	properties: [
		{
			displayName:
				'Connect a Webhook node with the method POST, “Using ‘Respond to Webhook’ Node”, and the option Raw Body. Answer each item by Encrypt Response, those with the action “ping”, “error” or “refused” too.',
			name: 'requestNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Input Binary Field',
			name: 'binaryProperty',
			type: 'string',
			default: 'data',
			required: true,
			hint: 'The name of the input field that has the raw body',
		},
	],
	async execute(context, _graph, itemIndex) {
		const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const privateKey = await privateKeyOf(context);
		const rawBody = await rawBodyOf(context, itemIndex);
		if (!verifySignature(rawBody, signatureOf(context, itemIndex), appSecret)) {
			return refused(
				432,
				'The request is not signed with the App Secret of the credential. It is either not Meta’s, or of another Meta app: the one that the form is connected to.',
			);
		}
		try {
			const encrypted = encryptedRequest.parse(JSON.parse(rawBody.toString()));
			const request = flowRequest.parse(decrypt(encrypted, privateKey));
			return outcomeOf(request, encrypted);
		} catch {
			return refused(
				421,
				'The request was encrypted for another key. WhatsApp asks Meta for the key anew and repeats it; if that goes on, use Set Public Key.',
			);
		}
	},
};

function outcomeOf(request: z.infer<typeof flowRequest>, encrypted: EncryptedRequest): IDataObject {
	const { action, screen, data, version, flow_token: flowToken } = request;
	const { encrypted_aes_key, initial_vector } = encrypted;
	const isError = data !== undefined && ('error' in data || 'error_key' in data);
	const kind = action === 'ping' ? 'ping' : isError ? 'error' : 'request';
	return {
		action: kind === 'request' ? action : kind,
		// A screen that went wrong is not to be taken for one that was sent in.
		...(kind === 'request' && { screen: screen ?? '', data: data ?? {} }),
		...(kind === 'error' && { failedScreen: screen ?? '', error: data }),
		flowToken: flowToken ?? null,
		version,
		replyKey: writeReplyKey({ kind, encrypted_aes_key, initial_vector, flowToken }),
	};
}

function refused(status: 421 | 432, reason: string): IDataObject {
	return { action: 'refused', reason, replyKey: writeReplyKey({ kind: 'refused', status }) };
}

function signatureOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const headers = context.getInputData()[itemIndex]?.json.headers as IDataObject | undefined;
	return headers?.['x-hub-signature-256'] as string | undefined;
}

async function rawBodyOf(context: IExecuteFunctions, itemIndex: number): Promise<Buffer> {
	const field = context.getNodeParameter('binaryProperty', itemIndex);
	if (context.getInputData()[itemIndex]?.binary?.[field] === undefined) {
		throw new NodeOperationError(context.getNode(), `The item has no file in “${field}”`, {
			itemIndex,
			description:
				'Switch on the option Raw Body of the Webhook node: the signature covers the bytes as they came.',
		});
	}
	return await context.helpers.getBinaryDataBuffer(itemIndex, field);
}
