import { setFlowPublicKey } from '../../graph/flow-encryption';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { privateKeyOf, publicKeyOf } from './private-key';
import { publicKeyState } from './public-key';

export const setPublicKey: Operation = {
	name: 'Set Public Key',
	description: 'Give Meta the public half of the Flow Private Key in the credential, for a number',
	action: 'Set the public key of a flow endpoint',
	properties: [phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		const publicKey = publicKeyOf(await privateKeyOf(context));
		await setFlowPublicKey(graph, phoneNumberId, publicKey, itemIndex);
		return await publicKeyState(context, graph, phoneNumberId, itemIndex);
	},
};
