import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Graph } from '../../graph/client';
import { readFlowPublicKey } from '../../graph/flow-encryption';
import { privateKeyOf, publicKeyOf } from './private-key';

/** What Meta has for the number, and whether requests that are encrypted with it can be read here. */
export async function publicKeyState(
	context: IExecuteFunctions,
	graph: Graph,
	phoneNumberId: string,
	itemIndex: number,
): Promise<IDataObject> {
	const ours = publicKeyOf(await privateKeyOf(context));
	const { publicKey, signatureStatus } = await readFlowPublicKey(graph, phoneNumberId, itemIndex);
	return {
		phoneNumberId,
		publicKey,
		signatureStatus,
		matchesCredential: publicKey === null ? null : publicKey.trim() === ours.trim(),
	};
}
