import { UserError } from 'n8n-workflow';

import { readQrCode } from '../../graph/qr-codes';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { codeOf, codeProperty, shown } from './parameters';

export const get: Operation = {
	name: 'Get',
	description: 'Look up the text and the link of a QR code',
	action: 'Get a QR code',
	properties: [phoneNumberIdProperty, codeProperty],
	async execute(context, graph, itemIndex) {
		const code = codeOf(context, itemIndex);
		const found = await readQrCode(graph, phoneNumberIdOf(context, itemIndex), code, itemIndex);
		if (found !== undefined) return shown(found);
		throw new UserError(`This number has no QR code “${code}”`, {
			description: 'Get Many shows those that it has.',
		});
	},
};
