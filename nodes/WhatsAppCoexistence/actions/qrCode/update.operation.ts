import { updateQrCode } from '../../graph/qr-codes';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { codeOf, codeProperty, messageOf, messageProperty, shown } from './parameters';

export const update: Operation = {
	name: 'Update',
	description: 'Change the text of a QR code; code and link stay as they are printed',
	action: 'Update a QR code',
	properties: [phoneNumberIdProperty, codeProperty, messageProperty],
	async execute(context, graph, itemIndex) {
		const code = codeOf(context, itemIndex);
		const message = messageOf(context, itemIndex);
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		return shown(await updateQrCode(graph, phoneNumberId, code, message, itemIndex));
	},
};
