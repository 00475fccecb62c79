import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { publicKeyState } from './public-key';

export const getPublicKey: Operation = {
	name: 'Get Public Key',
	description: 'See which key WhatsApp encrypts with for a number, and whether the credential fits',
	action: 'Get the public key of a flow endpoint',
	properties: [phoneNumberIdProperty],
	async execute(context, graph, itemIndex) {
		return await publicKeyState(context, graph, phoneNumberIdOf(context, itemIndex), itemIndex);
	},
};
