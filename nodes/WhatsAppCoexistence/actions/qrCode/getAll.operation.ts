import { listQrCodes } from '../../graph/qr-codes';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { limitOf, limitProperties } from '../result-limit';
import { shown } from './parameters';

export const getAll: Operation = {
	name: 'Get Many',
	description: 'Get the QR codes of a number',
	action: 'Get many QR codes',
	properties: [phoneNumberIdProperty, ...limitProperties],
	async execute(context, graph, itemIndex) {
		const codes = await listQrCodes(graph, phoneNumberIdOf(context, itemIndex));
		return codes.slice(0, limitOf(context, itemIndex)).map(shown);
	},
};
