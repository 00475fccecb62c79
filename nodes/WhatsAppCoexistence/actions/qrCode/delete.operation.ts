import { deleteQrCode } from '../../graph/qr-codes';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { codeOf, codeProperty } from './parameters';

export const deleteCode: Operation = {
	name: 'Delete',
	description: 'Remove a QR code, also where it is printed already',
	action: 'Delete a QR code',
	properties: [phoneNumberIdProperty, codeProperty],
	async execute(context, graph, itemIndex) {
		const code = codeOf(context, itemIndex);
		await deleteQrCode(graph, phoneNumberIdOf(context, itemIndex), code, itemIndex);
		return { deleted: true, code };
	},
};
